"""What must hold for double opt-in and for questions: what a person could not answer is refused."""

from collections.abc import Iterator

from responder.authoring.files import ConfigFiles, programme_file
from responder.authoring.problems import Problem
from responder.authoring.rules import TAKEN, numbers_of
from responder.authoring.schema import AskTable, HouseFile, ProgrammeFile
from responder.core.understand import understand
from responder.core.vocabulary import Intent, Vocabulary, Words
from responder.core.words import spellings

_SECTIONS = {
    "opt_out": Intent.OPT_OUT,
    "help": Intent.HELP,
    "erase": Intent.ERASURE,
    "access": Intent.ERASURE,
}


def dialogue_problems(
    files: ConfigFiles, house: HouseFile, vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Faults in what each programme says to a person who has texted its keyword."""
    for programme_id, programme in files.programmes.items():
        name = programme_file(programme_id)
        yield from _double_problems(name, programme)
        languages = [number.language for number in numbers_of(programme, house)]
        names: set[str] = set()
        for index, ask in enumerate(programme.ask):
            key = f"ask[{index}]"
            if ask.name in names:
                fault = f'Another question is called "{ask.name}" too'
                yield Problem(name, f"{key}.name", fault, "Choose another name", "R621")
            names.add(ask.name)
            yield from _choice_problems(name, f"{key}.choices", ask, languages, vocabulary)


def _double_problems(name: str, programme: ProgrammeFile) -> Iterator[Problem]:
    if programme.opt_in == "single":
        for key in ("confirm_within", "remind_after"):
            if key in programme.model_fields_set:
                fault = "This has a meaning for double opt-in only"
                remedy = 'Take it out, or write opt_in = "double"'
                yield Problem(name, key, fault, remedy, "R611")
    elif programme.remind_after and programme.remind_after >= programme.confirm_within:
        fault = "The reminder would come when it is too late to answer"
        remedy = "Write a shorter time than confirm_within, which is 48 hours where it is not set"
        yield Problem(name, "remind_after", fault, remedy, "R612")


def _choice_problems(
    name: str, key: str, ask: AskTable, languages: list[str], vocabulary: Vocabulary
) -> Iterator[Problem]:
    if ask.choices is None:
        if ask.kind == "choice":
            remedy = 'Add choices = ["S", "M", "L"]'
            yield Problem(name, key, "There is nothing to choose from", remedy, "R622")
        return
    if ask.kind != "choice":
        remedy = 'Take them out, or write kind = "choice"'
        yield Problem(name, key, f'The kind "{ask.kind}" has no choices', remedy, "R623")
    owners: dict[Words, str] = {}
    for index, choice in enumerate(ask.choices):
        typed = spellings(choice)
        if found := _fault(choice, typed, languages, vocabulary) or _taken(choice, typed, owners):
            code, fault = found
            place = f"{key}[{index}]"
            yield Problem(name, place, f'"{choice}" {fault}', "Choose another word", code)


def _fault(
    choice: str, typed: frozenset[Words], languages: list[str], vocabulary: Vocabulary
) -> tuple[str, str] | None:
    """The code, and why a text of this choice would not be taken for an answer; or None."""
    if not typed:
        return "R625", "has no letter or digit that a person could text"
    meant = {understand(choice, language, typed, vocabulary).intent for language in languages}
    for section, intent in _SECTIONS.items():
        if intent in meant or any(vocabulary.means(words, section) for words in typed):
            return "R624", TAKEN[intent]
    return None


def _taken(
    choice: str, typed: frozenset[Words], owners: dict[Words, str]
) -> tuple[str, str] | None:
    """Notes who is typed so. Two choices may share no spelling: KÖP and KOEP are one answer."""
    earlier = [owners[words] for words in sorted(typed) if words in owners]
    owners.update(dict.fromkeys(typed, choice))
    return ("R626", f'cannot be told from "{earlier[0]}"') if earlier else None
