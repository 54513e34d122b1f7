"""Whether the marketers' own texts keep what a text may not lack."""

from collections.abc import Iterator, Mapping

from responder.authoring.files import HOUSE, programme_file
from responder.authoring.problems import Problem
from responder.core.catalog import Catalog, Programme, Wordings
from responder.core.compose import compose, missing_parts, unknown_placeholders

_NAMES = {
    "brand": "who is speaking ({brand})",
    "messages": "what kind of messages come ({messages})",
    "frequency": "how often ({frequency})",
    "stop": "how to stop ({stop})",
    "support": "where help is found ({support})",
}
_TERMS = ("messages", "frequency")


def wording_problems(catalog: Catalog) -> Iterator[Problem]:
    """Faults in the wordings of the house and of each programme."""
    programmes = tuple(catalog.programmes.values())
    yield from _problems(HOUSE, catalog.wordings, programmes or (None,), catalog)
    for programme in programmes:
        name = programme_file(programme.id)
        yield from _problems(name, programme.wordings, (programme,), catalog)


def _problems(
    file: str, wordings: Wordings, programmes: tuple[Programme | None, ...], catalog: Catalog
) -> Iterator[Problem]:
    for language, texts in wordings.items():
        if catalog.vocabulary.code_of(language) is None:
            known = ", ".join(sorted(catalog.vocabulary.languages))
            fault = f'"{language}" is no language of the vocabulary'
            yield Problem(file, f"wording.{language}", fault, f"Use one of: {known}")
            continue
        if file == HOUSE:
            yield from _misplaced_terms(file, language, texts)
        for name, template in texts.items():
            if name not in _TERMS:
                key = f"wording.{language}.{name}"
                yield from _text_problems(file, key, template, name, language, programmes, catalog)


def _misplaced_terms(file: str, language: str, texts: Mapping[str, str]) -> Iterator[Problem]:
    for name in texts:
        if name in _TERMS:
            remedy = "Write it in the programme's file"
            yield Problem(file, f"wording.{language}.{name}", "A house promises no terms", remedy)


def _text_problems(
    file: str,
    key: str,
    template: str,
    name: str,
    language: str,
    programmes: tuple[Programme | None, ...],
    catalog: Catalog,
) -> Iterator[Problem]:
    try:
        unknown = unknown_placeholders(template)
    except ValueError as error:
        yield Problem(file, key, f"A brace is not closed or opened ({error})", "Write {brand}")
        return
    if unknown:
        fault = f"There is no placeholder {{{unknown[0]}}}"
        yield Problem(file, key, fault, "Use {brand}, {programme}, {messages}, {frequency}, {stop}")
        return
    for programme in programmes:
        text = compose(name, language, catalog, programme=programme)
        missing = missing_parts(name, text, catalog.brand, programme, language, catalog)
        if missing:
            lacks = ", ".join(_NAMES[part] for part in missing)
            yield Problem(
                file, key, f"The text does not say {lacks}", "Add it; the law asks for it"
            )
            return
