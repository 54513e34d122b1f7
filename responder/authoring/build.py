"""Files that have no fault become the catalog."""

from responder.authoring.files import ConfigFiles
from responder.authoring.opening import opening
from responder.authoring.rules import keywords_of, numbers_of
from responder.authoring.schema import HouseFile, NumberTable, ProgrammeFile
from responder.core.catalog import Brand, Catalog, Keyword, Number, Programme, Wordings
from responder.core.vocabulary import Vocabulary, Words
from responder.core.words import spellings


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
        hash=files.hash,
    )


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
    )


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
