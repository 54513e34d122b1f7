"""The shape of the marketers' files. Unknown keys are errors; nothing is silently ignored."""

import difflib
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, Literal

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from responder.core.addresses import E164, parse_address
from responder.core.compose import WORDINGS

_YEARS = range(2000, 2101)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _tidy(value: str) -> str:
    """Spaces and line breaks become one space each, as they do when the text is sent."""
    spaced = " ".join(value.split())
    if any(unicodedata.category(character) == "Cc" for character in spaced):
        raise ValueError("This holds an invisible control character. Type the text anew")
    return spaced


def _without_braces(value: str) -> str:
    if "{" in value or "}" in value:
        raise ValueError("Braces work in [wording] only; here they would be sent as they stand")
    return value


def _country(value: str) -> str:
    if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f'"{value}" is no country code. Use two letters, such as SE')
    return value.upper()


def _messaging_service(value: str) -> str:
    digits = value.removeprefix("MG")
    if len(value) != 34 or len(digits) != 32 or not set(digits) <= set("0123456789abcdefABCDEF"):
        raise ValueError(f'"{value}" is no messaging service. Copy the id that begins with MG')
    return value


def _not_double(value: str) -> str:
    if value == "double":
        raise ValueError('Double opt-in is not supported yet. Write "single", or take the key out')
    if value != "single":
        raise ValueError(f'"{value}" is no way to opt in. Write "single"')
    return value


def _day(value: object) -> object:
    if not isinstance(value, date):
        raise ValueError("This must be a date without quotation marks. Write it as 2026-06-01")
    if value.year not in _YEARS:
        raise ValueError(f"The year {value.year} cannot be meant. Write the date as 2026-06-01")
    return value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _source_names(value: Any) -> Any:
    for name in value if isinstance(value, dict) else ():
        if name in ProgrammeFile.model_fields:
            fault = f'"{name}" stands below [sources] and is taken for a poster or stand'
            raise ValueError(f"{fault}. Move the line above [sources]")
        if not 0 < len(name) <= 64:
            raise ValueError("The name of a source has 1 to 64 characters. Shorten it")
        _tidy(name)
    return value


def _wording_names(value: dict[str, str]) -> dict[str, str]:
    known = sorted((*WORDINGS, "messages", "frequency"))
    if unknown := [name for name in value if name not in known]:
        close = [c for name in unknown for c in difflib.get_close_matches(name.lower(), known, n=1)]
        hint = f"Did you mean {', '.join(close)}? " if close else ""
        named = ", ".join(f'"{name}"' for name in unknown)
        raise ValueError(f"There is no wording {named}. {hint}Use one of: {', '.join(known)}")
    return value


def _length(most: int) -> Any:
    return Field(min_length=1, max_length=most)


Text = Annotated[str, AfterValidator(_tidy), _length(1000)]
ShortText = Annotated[str, AfterValidator(_tidy), AfterValidator(_without_braces), _length(100)]
KeywordText = Annotated[str, AfterValidator(_tidy), AfterValidator(_without_braces), _length(64)]
Country = Annotated[str, AfterValidator(_country)]
Day = Annotated[datetime | date | None, PlainValidator(_day)]
SourceKeywords = Annotated[list[KeywordText], BeforeValidator(_as_list), Field(min_length=1)]
Sources = Annotated[dict[str, SourceKeywords], BeforeValidator(_source_names)]
Wording = Annotated[dict[str, Text], AfterValidator(_wording_names)]


class BrandTable(_Table):
    """`[brand]`"""

    name: ShortText
    support: ShortText
    terms_url: Annotated[str, AfterValidator(_tidy)] = ""


class NumberTable(_Table):
    """`[[numbers]]`"""

    number: ShortText
    provider: Literal["twilio"]
    country: Country
    language: ShortText
    kind: Literal["long", "short", "toll_free", "whatsapp", "rcs"] = "long"
    provider_opt_out: Literal["default", "advanced", "off"] | None = None
    messaging_service: Annotated[str, AfterValidator(_messaging_service)] | None = None
    reply_countries: Annotated[list[Country], Field(min_length=1)] | None = None
    unknown: Literal["answer", "silence"] = "answer"

    @property
    def address(self) -> str:
        """The key under which inbound messages name this number."""
        if self.kind == "whatsapp":
            return f"whatsapp:{self.number}"
        return self.number.removeprefix("rcs:") if self.kind == "rcs" else self.number

    @property
    def meant(self) -> str:
        """The number in the form that it should have been written in, where that can be told."""
        return parse_address(self.number, self.country).key

    def fault(self) -> str | None:
        """Why `number` cannot be a number of its kind, or None."""
        if self.kind == "short":
            digits = self.number.isascii() and self.number.isdigit()
            ok = digits and 3 <= len(self.number) <= 8
            return None if ok else "a short code is written as its 3 to 8 digits"
        if self.kind == "rcs" and self.number.startswith("rcs:"):
            return None
        if E164.fullmatch(self.number):
            return None
        return "a number is written with + and country code, without spaces: +46701740699"


class OptOutTable(_Table):
    """`[opt_out]`"""

    scope: Literal["brand", "number"] = "brand"


class HouseFile(_Table):
    """`responder.toml`"""

    brand: BrandTable
    numbers: Annotated[list[NumberTable], Field(min_length=1)]
    opt_out: OptOutTable = OptOutTable()
    wording: dict[str, Wording] = Field(default_factory=dict)


class ActiveTable(_Table):
    """`active`: days are whole days in the number's country, times carry their offset."""

    from_: Day = Field(default=None, alias="from")
    until: Day = None


class ProgrammeFile(_Table):
    """`programmes/*.toml`"""

    name: ShortText
    numbers: Annotated[list[ShortText], Field(min_length=1)]
    keywords: Annotated[list[KeywordText], Field(min_length=1)]
    messages: ShortText
    frequency: ShortText
    purpose: Literal["marketing", "service"] = "marketing"
    opt_in: Annotated[str, AfterValidator(_not_double)] = "single"
    offer: str = ""
    active: ActiveTable = ActiveTable()
    sources: Sources = Field(default_factory=dict)
    wording: dict[str, Wording] = Field(default_factory=dict)
