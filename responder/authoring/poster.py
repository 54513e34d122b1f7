"""What a poster says: the call to action, the offer, what the offer lacks, and the QR code's link.

The printed text is what the person agrees to. So `Poster.template` is what the programme's
`offer` has to be for the evidence to hold every word of it.
"""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import quote

import phonenumbers

from responder.authoring.promises import promised
from responder.core.addresses import E164
from responder.core.catalog import KEYWORD, Catalog, Keyword, Number, Programme
from responder.core.compose import fill, find_wording, names_a_way_out, programme_terms
from responder.core.words import canonical, spellings
from responder.errors import ResponderError

_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Poster:
    """The texts of one poster, read from `headline` to `legal`; `brand` stands above them.

    `offer` is all of it in one text, and `template` the same before its {keyword} was filled in.
    `asks_for` is whether it names the keyword of this poster, which an offer that was written for
    another keyword does not.
    """

    language: str
    brand: str
    headline: str
    body: str
    legal: str
    offer: str
    template: str
    link: str
    asks_for: bool


def make_poster(
    programme: Programme, number: Number, source: str | None, catalog: Catalog
) -> Poster:
    """The poster of a programme on one of its numbers, with the keyword of a source.

    Raises ResponderError where there is no such source, or the number takes no text messages.
    """
    keyword = _keyword_of(programme, source)
    calls = _texts(number.language)["call"].replace("{number}", human(number))
    own, call = _tidy(programme.offer_with(keyword)), calls.replace(KEYWORD, keyword.text)
    legal = " ".join(_legal(own, programme, number, catalog))
    headline, body = _split(own or f"{call}.", call)
    offer = f"{own or f'{call}.'} {legal}".strip()
    return Poster(
        language=number.language,
        brand=_tidy(catalog.brand.name),
        headline=headline,
        body=body,
        legal=legal,
        offer=offer,
        template=f"{_tidy(programme.offer) or f'{calls}.'} {legal}".strip(),
        link=sms_link(number, keyword.text),
        asks_for=_names(offer, keyword.text),
    )


def sms_link(number: Number, text: str) -> str:
    """A link that opens a text message to the number, filled in.

    `sms:+46…?body=…` is RFC 5724. Some iOS versions look for `&body=` and others for `?body=`;
    `?&body=` is read by both, and Android passes over the empty field before the `&`.
    """
    return f"sms:{_dialled(number)}?&body={quote(text, safe='')}"


def human(number: Number) -> str:
    """A number as the people of its country write it; a short code is its digits."""
    dialled = _dialled(number)
    if not E164.fullmatch(dialled):
        return dialled
    national = phonenumbers.PhoneNumberFormat.NATIONAL
    return phonenumbers.format_number(phonenumbers.parse(dialled), national)


def _dialled(number: Number) -> str:
    if number.kind == "short" or E164.fullmatch(number.address):
        return number.address
    raise ResponderError(f"{number.address} takes no text messages: print another number")


def _keyword_of(programme: Programme, source: str | None) -> Keyword:
    """The keyword that is printed: the source's first, or the programme's own first."""
    if keyword := programme.printed(source):
        return keyword
    known = ", ".join(dict.fromkeys(k.source for k in programme.keywords if k.source))
    raise ResponderError(f'{programme.id} has no source "{source}". Its sources: {known or "none"}')


def _split(offer: str, call: str) -> tuple[str, str]:
    """Headline and body. An offer that begins with the call to action is printed only once."""
    rest = offer.removeprefix(call)
    if rest == offer or rest[:1].isalnum():
        return call, offer
    mark = rest[: len(rest) - len(rest.lstrip(".!,:;"))]
    return f"{call}{mark}", rest.removeprefix(mark).strip()


def _legal(offer: str, programme: Programme, number: Number, catalog: Catalog) -> Iterator[str]:
    """What the offer does not say yet: who, what, how often, what it costs, the way out, terms."""
    language, said = number.language, offer.casefold()
    texts = _texts(language)
    named = _names_brand(offer, catalog.brand.name)
    if promise := ", ".join(_promise(offer, programme, language)):
        who = texts["sender"].format(brand=catalog.brand.name, what=promise)
        yield _tidy(f"{promise if named else who}.")
    elif not named:
        yield _tidy(f"{catalog.brand.name}.")
    if not any(word in said for word in texts["cost_words"]):
        yield find_wording("cost", language, catalog, None)
    if not names_a_way_out(offer, language, catalog):
        yield fill(texts["stop"], {"stop": catalog.vocabulary.languages[language].stop})
    terms = catalog.brand.terms_url
    if terms and not _says(offer, _SCHEME.sub("", terms)):
        yield texts["terms"].format(terms=terms)


def _promise(offer: str, programme: Programme, language: str) -> Iterator[str]:
    """Kind and frequency, where the offer has not told them."""
    messages, frequency = programme_terms(programme, language)
    if not _says(offer, messages):
        yield messages
    if not (_says(offer, frequency) or promised(offer)):
        yield frequency.rstrip(".")


def _says(offer: str, what: str) -> bool:
    return _tidy(what).casefold() in offer.casefold()


def _names_brand(offer: str, brand: str) -> bool:
    """Whether the brand is named, and not only in the address of its site."""
    name = rf"(?<![\w@/.]){re.escape(_tidy(brand))}(?!\w*\.\w)"
    return bool(re.search(name, offer, re.IGNORECASE))


def _names(offer: str, keyword: str) -> bool:
    said = f" {' '.join(canonical(offer).words)} "
    return any(f" {' '.join(words)} " in said for words in spellings(keyword))


def _tidy(text: str) -> str:
    """One line, its accents composed (Unicode NFC), as fonts have them."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _texts(language: str) -> Mapping[str, Any]:
    texts = load_poster_texts()
    return texts.get(language, texts["en"])


@functools.cache
def load_poster_texts() -> Mapping[str, Mapping[str, Any]]:
    """Language code → the few texts that only posters have."""
    file = resources.files("responder.authoring") / "poster_texts.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
