"""What must hold between the files: numbers, keywords, dates."""

import re
from collections.abc import Iterator, Mapping

from responder.authoring.files import HOUSE, ConfigFiles, programme_file
from responder.authoring.opening import opening
from responder.authoring.problems import Problem
from responder.authoring.schema import HouseFile, NumberTable, ProgrammeFile
from responder.core.addresses import E164
from responder.core.understand import understand
from responder.core.vocabulary import Intent, Vocabulary, Words
from responder.core.words import canonical, spellings

TAKEN = {
    Intent.OPT_OUT: "is an opt-out word and always ends messages",
    Intent.HELP: "is a help word and always answers with help",
    Intent.ERASURE: "asks for one's data and always opens a case",
}
"""What a keyword or an answer can never mean, because it means this first."""

_TAKEN_CODES = {Intent.OPT_OUT: "R301", Intent.HELP: "R302", Intent.ERASURE: "R303"}
_SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", re.ASCII)
"""An alphanumeric sender (Twilio: 1 to 11 of these, at least one letter): nobody can answer it."""


def house_problems(house: HouseFile, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Numbers: well formed, listed once, in a language that the vocabulary knows."""
    seen: set[str] = set()
    for index, number in enumerate(house.numbers):
        key = f"numbers[{index}]"
        yield from _form_problems(number, f"{key}.number")
        if number.address in seen:
            fault = f"{number.number} is listed twice"
            yield Problem(HOUSE, f"{key}.number", fault, "Remove one", "R203")
        seen.add(number.address)
        if vocabulary.code_of(number.language) is None:
            known = ", ".join(sorted(vocabulary.languages))
            fault = f'"{number.language}" is no language of the vocabulary'
            yield Problem(HOUSE, f"{key}.language", fault, f"Use one of: {known}", "R204")
    url = house.brand.terms_url
    if url and not url.startswith(("https://", "http://")):
        remedy = "Write the whole address, beginning with https://"
        yield Problem(HOUSE, "brand.terms_url", f'"{url}" is no web address', remedy, "R205")


def _form_problems(number: NumberTable, key: str) -> Iterator[Problem]:
    fault = number.fault()
    if fault and number.kind != "short" and _SENDER_NAME.fullmatch(number.number):
        fault = f'"{number.number}" is a sender name, and nobody can text STOP to a name'
        yield Problem(HOUSE, key, fault, "Use a number that can be answered", "R202")
    elif fault:
        remedy = f"Write {number.meant}" if E164.fullmatch(number.meant) else "Correct it"
        yield Problem(HOUSE, key, f'"{number.number}": {fault}', remedy, "R201")


def programme_problems(
    files: ConfigFiles, house: HouseFile, vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Every rule between the programmes and the house."""
    known = list(dict.fromkeys(a for n in house.numbers for a in (n.meant, n.number, n.address)))
    for programme_id, programme in files.programmes.items():
        name = programme_file(programme_id)
        yield from _number_problems(name, programme, known)
        yield from _date_problems(name, programme, house)
    found: dict[_Place, Problem] = {}
    for number in house.numbers:
        here = list(_keywords_on(number, files))
        for place, problem in _keyword_problems(here, number, vocabulary):
            found.setdefault(place, problem)  # once, not for every number it is on
    yield from found.values()


def keywords_of(programme: ProgrammeFile) -> Iterator[tuple[str, str, str | None]]:
    """(key path, keyword, source) of every keyword of a programme, `keywords` first."""
    for index, keyword in enumerate(programme.keywords):
        yield f"keywords[{index}]", keyword, None
    for source, keywords in programme.sources.items():
        for keyword in keywords:
            yield f"sources.{source}", keyword, source


def numbers_of(programme: ProgrammeFile, house: HouseFile) -> list[NumberTable]:
    """The numbers of the house that a programme names."""
    return [number for number in house.numbers if _is_named(number, programme)]


def _is_named(number: NumberTable, programme: ProgrammeFile) -> bool:
    return not {number.number, number.address, number.meant}.isdisjoint(programme.numbers)


_Place = tuple[str, str, str]
"""File, key path, keyword."""


def _keywords_on(number: NumberTable, files: ConfigFiles) -> Iterator[_Place]:
    for programme_id, programme in files.programmes.items():
        if _is_named(number, programme):
            for key, keyword, _ in keywords_of(programme):
                yield programme_file(programme_id), key, keyword


def _number_problems(name: str, programme: ProgrammeFile, known: list[str]) -> Iterator[Problem]:
    for index, number in enumerate(programme.numbers):
        if number not in known:
            fault = f'"{number}" is not among the numbers of {HOUSE}'
            remedy = f"Use one of {', '.join(known)}, or add it there"
            yield Problem(name, f"numbers[{index}]", fault, remedy, "R206")


def _date_problems(name: str, programme: ProgrammeFile, house: HouseFile) -> Iterator[Problem]:
    country = next((number.country for number in numbers_of(programme, house)), "")
    opens, closes = opening(programme.active, country)
    if opens and closes and closes <= opens:
        fault = "It ends before it begins"
        yield Problem(name, "active", fault, "Exchange from and until", "R601")


def _keyword_problems(
    here: list[_Place], number: NumberTable, vocabulary: Vocabulary
) -> Iterator[tuple[_Place, Problem]]:
    """A keyword joins when it is texted, and means one thing on a number, however it is typed."""
    keywords = {words: keyword for *_, keyword in here for words in spellings(keyword)}
    owners: dict[Words, _Place] = {}
    for place in here:
        name, key, keyword = place
        if found := _fault(keyword, number, keywords, vocabulary):
            code, fault = found
            yield place, Problem(name, key, f'"{keyword}" {fault}', "Choose another word", code)
        taken = {owners.setdefault(words, place) for words in spellings(keyword)} - {place}
        if taken:
            owner_file, owner_key, _ = min(taken)
            fault = f'"{keyword}" is taken on {number.number} by {owner_file} ({owner_key})'
            remedy = "Choose another word or another number"
            yield place, Problem(name, key, fault, remedy, "R308")


def _fault(
    keyword: str, number: NumberTable, keywords: Mapping[Words, str], vocabulary: Vocabulary
) -> tuple[str, str] | None:
    """The code, and why a text of this keyword would not join; or None."""
    read = canonical(keyword)
    if not any(character.isalnum() for word in read.words for character in word):
        if understand(keyword, number.language, {}, vocabulary).intent not in TAKEN:
            return "R304", "has no letter or digit that a person could text"
    elif number.kind == "short" and number.country == "SE" and read.words == ("test",):
        return "R305", "is what operators test Swedish short codes with"
    intent = understand(keyword, number.language, keywords, vocabulary).intent
    if intent is Intent.NONE and read.question:
        return "R306", "asks a question, and a question never joins"
    if intent in TAKEN:
        return _TAKEN_CODES[intent], TAKEN[intent]
    return None if intent is Intent.OPT_IN else ("R307", "would not be understood")
