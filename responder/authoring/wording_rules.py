"""Whether the marketers' own texts keep what a text may not lack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from responder.authoring.files import HOUSE, ConfigFiles, programme_file
from responder.authoring.problems import Problem
from responder.authoring.schema import HouseFile
from responder.core.catalog import Catalog, Programme
from responder.core.compose import PLACEHOLDERS, compose, missing_parts, unknown_placeholders

_NAMES = {
    "brand": "who is speaking ({brand})",
    "messages": "what kind of messages come ({messages})",
    "frequency": "how often ({frequency})",
    "stop": "how to stop ({stop})",
    "support": "where help is found ({support})",
    "yes": "how to say yes ({yes})",
    "question": "what is asked ({question})",
    "code": "the code ({code})",
}
_TERMS = ("messages", "frequency")
_ONLY_IN = {"question": "ask_again", "code": "incentive"}
"""Placeholders that are filled in one wording, and would be sent as they stand in others."""


@dataclass(frozen=True, slots=True)
class _Table:
    """`[wording.sv]` of a file, and the programmes that its texts speak for."""

    file: str
    language: str
    programmes: tuple[Programme | None, ...]
    catalog: Catalog

    @property
    def code(self) -> str | None:
        return self.catalog.vocabulary.code_of(self.language)

    def problem(self, code: str, name: str, fault: str, remedy: str) -> Problem:
        key = f"wording.{self.language}" + (f".{name}" if name else "")
        return Problem(self.file, key, fault, remedy, code)


def wording_problems(files: ConfigFiles, house: HouseFile, catalog: Catalog) -> Iterator[Problem]:
    """Faults in the wordings of the house and of each programme that the catalog has."""
    programmes = tuple(catalog.programmes.values())
    yield from _problems(HOUSE, house.wording, programmes or (None,), catalog)
    for programme in programmes:
        own = files.programmes[programme.id].wording
        yield from _problems(programme_file(programme.id), own, (programme,), catalog)


def _problems(
    file: str,
    wordings: Mapping[str, Mapping[str, str]],
    programmes: tuple[Programme | None, ...],
    catalog: Catalog,
) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for language, texts in wordings.items():
        table = _Table(file, language, programmes, catalog)
        if table.code is None:
            known = ", ".join(sorted(catalog.vocabulary.languages))
            fault = f'"{language}" is no language of the vocabulary'
            yield table.problem("R402", "", fault, f"Use one of: {known}")
        elif (other := seen.setdefault(table.code, language)) != language:
            fault = f'"{language}" and "{other}" are served by the same texts'
            yield table.problem("R403", "", fault, f"Keep [wording.{table.code}] alone")
        for name, template in texts.items():
            yield from _text_problems(table, name, template)


def _text_problems(table: _Table, name: str, template: str) -> Iterator[Problem]:
    if name in _TERMS:
        yield from _term_problems(table, name, template)
        return
    faults = list(_placeholder_problems(table, name, template))
    yield from faults
    if not faults and table.code:
        yield from _lacking(table, table.code, name)


def _term_problems(table: _Table, name: str, text: str) -> Iterator[Problem]:
    if table.file == HOUSE:
        remedy = "Write it in the programme's file"
        yield table.problem("R404", name, "A house promises no terms", remedy)
    elif "{" in text or "}" in text:
        fault = "This fills a placeholder and can have none itself"
        yield table.problem("R405", name, fault, "Write it without braces")


def _placeholder_problems(table: _Table, name: str, template: str) -> Iterator[Problem]:
    try:
        unknown = unknown_placeholders(template)
    except ValueError:
        fault = "A brace { or } stands alone"
        remedy = "Write placeholders as {brand}, with both braces"
        yield table.problem("R406", name, fault, remedy)
        return
    for placeholder in dict.fromkeys(unknown):
        known = ", ".join(f"{{{each}}}" for each in sorted(PLACEHOLDERS))
        fault = f"There is no placeholder {{{placeholder}}}"
        if placeholder in PLACEHOLDERS:
            fault = f"The placeholder {{{placeholder}}} has something after its name"
        yield table.problem("R407", name, fault, f"Use one of: {known}")
    for placeholder, only in _ONLY_IN.items():
        if name != only and f"{{{placeholder}}}" in template:
            fault = f"The placeholder {{{placeholder}}} is filled in the wording {only} only"
            yield table.problem("R408", name, fault, "Take it out")


def _lacking(table: _Table, code: str, name: str) -> Iterator[Problem]:
    for programme in table.programmes:
        text = compose(name, code, table.catalog, programme=programme)
        missing = missing_parts(name, text, table.catalog.brand, programme, code, table.catalog)
        if missing:
            lacks = ", ".join(_NAMES[part] for part in missing)
            fault = f"The text does not say {lacks}"
            yield table.problem("R401", name, fault, "Add it; the law asks for it")
            return
