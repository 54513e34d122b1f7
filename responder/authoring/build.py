"""Files that have no fault become the catalog."""

from responder.authoring.files import ConfigFiles
from responder.authoring.opening import opening
from responder.authoring.rules import keywords_of, numbers_of
from responder.authoring.schema import (
    AskTable,
    HouseFile,
    NumberTable,
    ProgrammeFile,
    SendingTable,
)
from responder.core.catalog import (
    Ask,
    Brand,
    Catalog,
    DoubleOptIn,
    Incentive,
    Keyword,
    Number,
    Programme,
    Wordings,
)
from responder.core.gate_house import House
from responder.core.hours_by_country import RECOMMENDED_SLOTS
from responder.core.vocabulary import Vocabulary, Words
from responder.core.words import spellings

_SEGMENTS_PER_SECOND = {
    "long": 10.0,
    "toll_free": 3.0,
    "short": 100.0,
    "whatsapp": 80.0,
    "rcs": 10.0,
}
_LONG_CODE_IN = {"US": 1.0, "CA": 1.0}
"""What a number of each kind may send by itself, from Twilio's pages on message throughput: error
30001 (long codes in +1, short codes), "Toll-Free SMS and MMS messaging throughput" (toll-free 3,
numbers elsewhere 10), "WhatsApp best practices" (80). RCS has no published figure: as elsewhere."""


def build_catalog(
    files: ConfigFiles, house: HouseFile, vocabulary: Vocabulary, built_in: Wordings
) -> Catalog:
    """Freeze the files into what decisions read."""
    numbers = {table.address: _number(table, vocabulary) for table in house.numbers}
    programmes = {
        name: _programme(name, file, house, vocabulary) for name, file in files.programmes.items()
    }
    return Catalog(
        brand=Brand(house.brand.name, house.brand.support, house.brand.terms_url),
        numbers=numbers,
        programmes=programmes,
        keywords={address: _keywords(address, programmes) for address in numbers},
        vocabulary=vocabulary,
        built_in=built_in,
        wordings=_by_code(house.wording, vocabulary),
        opt_out_scope=house.opt_out.scope,
        replies_per_person=house.replies.person_per_hour,
        replies_per_house=house.replies.house_per_hour,
        sending=sending_limits(house.sending),
        hash=files.hash,
    )


def sending_limits(table: SendingTable) -> House:
    """The house's own limits, as the gate reads them."""
    return House(table.hours, RECOMMENDED_SLOTS if table.slots else None, table.cap)


def _number(table: NumberTable, vocabulary: Vocabulary) -> Number:
    left_to_us = table.kind in ("short", "whatsapp")
    return Number(
        address=table.address,
        kind=table.kind,
        provider=table.provider,
        country=table.country,
        language=vocabulary.code_of(table.language) or table.language,
        provider_opt_out=table.provider_opt_out or ("off" if left_to_us else "default"),
        reply_countries=frozenset(table.reply_countries or (table.country,)),
        messaging_service=table.messaging_service,
        answers_unknown=table.unknown == "answer",
        replies=table.replies,
        segments_per_second=table.segments_per_second or _segments_per_second(table),
        consent_api=table.consent_api,
    )


def _segments_per_second(table: NumberTable) -> float:
    usual = _SEGMENTS_PER_SECOND[table.kind]
    return _LONG_CODE_IN.get(table.country, usual) if table.kind == "long" else usual


def _programme(
    name: str, file: ProgrammeFile, house: HouseFile, vocabulary: Vocabulary
) -> Programme:
    mine = numbers_of(file, house)
    opens, closes = opening(file.active, mine[0].country)
    return Programme(
        id=name,
        name=file.name,
        messages=file.messages,
        frequency=file.frequency,
        numbers=tuple(number.address for number in mine),
        keywords=tuple(Keyword(text, name, source) for _, text, source in keywords_of(file)),
        purpose=file.purpose,
        offer=file.offer,
        opens=opens,
        closes=closes,
        wordings=_by_code(file.wording, vocabulary),
        double_opt_in=_double_opt_in(file),
        asks=tuple(_ask(table) for table in file.ask),
        incentive=_incentive(file),
        cap=file.cap,
    )


def _double_opt_in(file: ProgrammeFile) -> DoubleOptIn | None:
    if file.opt_in == "single":
        return None
    return DoubleOptIn(file.confirm_within, file.remind_after)


def _incentive(file: ProgrammeFile) -> Incentive | None:
    return Incentive(**file.incentive.model_dump()) if file.incentive else None


def _ask(table: AskTable) -> Ask:
    return Ask(
        name=table.name,
        kind=table.kind,
        question=table.question,
        again=table.again or table.question,
        within=table.within,
        choices=tuple(table.choices or ()),
    )


def _keywords(address: str, programmes: dict[str, Programme]) -> dict[Words, Keyword]:
    return {
        words: keyword
        for programme in programmes.values()
        if address in programme.numbers
        for keyword in programme.keywords
        for words in spellings(keyword.text)
    }


def _by_code(wordings: dict[str, dict[str, str]], vocabulary: Vocabulary) -> Wordings:
    """`[wording.no]` is kept under the code that serves it: nb."""
    return {vocabulary.code_of(language) or language: texts for language, texts in wordings.items()}
