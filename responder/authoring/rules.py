"""What must hold between the files: numbers, keywords, dates."""

from collections.abc import Iterator

from responder.authoring.files import HOUSE, ConfigFiles, programme_file
from responder.authoring.opening import opening
from responder.authoring.problems import Problem
from responder.authoring.schema import HouseFile, NumberTable, ProgrammeFile
from responder.core.understand import understand
from responder.core.vocabulary import Intent, Vocabulary
from responder.core.words import spellings

_TAKEN = {
    Intent.OPT_OUT: "is an opt-out word and always ends messages",
    Intent.HELP: "is a help word and always answers with help",
    Intent.ERASURE: "asks for one's data and always opens a case",
}


def house_problems(house: HouseFile, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Numbers: well formed, listed once, in a language that the vocabulary knows."""
    seen: set[str] = set()
    for index, number in enumerate(house.numbers):
        key = f"numbers[{index}]"
        if fault := number.fault():
            yield Problem(HOUSE, f"{key}.number", f'"{number.number}": {fault}', "Correct it")
        if number.address in seen:
            yield Problem(HOUSE, f"{key}.number", f"{number.number} is listed twice", "Remove one")
        seen.add(number.address)
        if vocabulary.code_of(number.language) is None:
            known = ", ".join(sorted(vocabulary.languages))
            fault = f'"{number.language}" is no language of the vocabulary'
            yield Problem(HOUSE, f"{key}.language", fault, f"Use one of: {known}")
    url = house.brand.terms_url
    if url and not url.startswith(("https://", "http://")):
        remedy = "Write the whole address, beginning with https://"
        yield Problem(HOUSE, "brand.terms_url", f'"{url}" is no web address', remedy)


def programme_problems(
    files: ConfigFiles, house: HouseFile, vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Every rule between the programmes and the house."""
    for programme_id, programme in files.programmes.items():
        name = programme_file(programme_id)
        yield from _number_problems(name, programme, house)
        yield from _date_problems(name, programme)
        for number in _numbers_of(programme, house):
            yield from _keyword_problems(name, programme, number, vocabulary)
    yield from _shared_keywords(files, house)


def keywords_of(programme: ProgrammeFile) -> Iterator[tuple[str, str, str | None]]:
    """(key path, keyword, source) of every keyword of a programme, `keywords` first."""
    for index, keyword in enumerate(programme.keywords):
        yield f"keywords[{index}]", keyword, None
    for source, keywords in programme.sources.items():
        for keyword in [keywords] if isinstance(keywords, str) else keywords:
            yield f"sources.{source}", keyword, source


def _numbers_of(programme: ProgrammeFile, house: HouseFile) -> list[NumberTable]:
    return [
        n for n in house.numbers if n.address in programme.numbers or n.number in programme.numbers
    ]


def _number_problems(name: str, programme: ProgrammeFile, house: HouseFile) -> Iterator[Problem]:
    known = [address for number in house.numbers for address in (number.number, number.address)]
    for index, number in enumerate(programme.numbers):
        if number not in known:
            fault = f'"{number}" is not among the numbers of {HOUSE}'
            remedy = f"Use one of {', '.join(dict.fromkeys(known))}, or add it there"
            yield Problem(name, f"numbers[{index}]", fault, remedy)


def _date_problems(name: str, programme: ProgrammeFile) -> Iterator[Problem]:
    opens, closes = opening(programme.active, "")
    if opens and closes and closes <= opens:
        yield Problem(name, "active", "It ends before it begins", "Exchange from and until")


def _keyword_problems(
    name: str, programme: ProgrammeFile, number: NumberTable, vocabulary: Vocabulary
) -> Iterator[Problem]:
    for key, keyword, _ in keywords_of(programme):
        if not spellings(keyword):
            fault = f'"{keyword}" has no letter or digit that a person could text'
            yield Problem(name, key, fault, "Choose a word")
            continue
        taken = _TAKEN.get(understand(keyword, number.language, (), vocabulary).intent)
        if number.kind == "short" and number.country == "SE" and keyword.upper() == "TEST":
            taken = "is what operators test Swedish short codes with"
        if taken:
            yield Problem(name, key, f'"{keyword}" {taken}', "Choose another word")


def _shared_keywords(files: ConfigFiles, house: HouseFile) -> Iterator[Problem]:
    """A keyword means one thing on a number, in whichever way it is typed."""
    taken: dict[tuple[str, tuple[str, ...]], tuple[str, str, str]] = {}
    for programme_id, programme in files.programmes.items():
        name = programme_file(programme_id)
        for number in _numbers_of(programme, house):
            for key, keyword, _ in keywords_of(programme):
                this = (name, key, keyword)
                owners = {taken.setdefault((number.address, w), this) for w in spellings(keyword)}
                for owner_file, owner_key, _ in sorted(owners - {this}):
                    fault = f'"{keyword}" is taken on {number.number} by {owner_file} ({owner_key})'
                    yield Problem(name, key, fault, "Choose another word or another number")
