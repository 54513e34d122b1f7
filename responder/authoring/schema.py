"""The shape of the marketers' files. Unknown keys are errors; nothing is silently ignored."""

from datetime import date, datetime
from typing import Annotated, Literal

import phonenumbers
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from responder.core.addresses import E164
from responder.core.compose import WORDINGS

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _country(value: str) -> str:
    if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f'"{value}" is no country code. Use two letters, such as SE')
    return value.upper()


def _not_double(value: str) -> str:
    if value == "double":
        raise ValueError('Double opt-in is not supported yet. Write "single", or take the key out')
    if value != "single":
        raise ValueError(f'"{value}" is no way to opt in. Write "single"')
    return value


def _wording_names(value: dict[str, str]) -> dict[str, str]:
    unknown = [name for name in value if name not in (*WORDINGS, "messages", "frequency")]
    if unknown:
        known = ", ".join(sorted(WORDINGS))
        raise ValueError(f"There is no wording {', '.join(unknown)}. Use one of: {known}")
    return value


Country = Annotated[str, AfterValidator(_country)]
Wording = Annotated[dict[str, Text], AfterValidator(_wording_names)]


class BrandTable(_Table):
    """`[brand]`"""

    name: ShortText
    support: ShortText
    terms_url: str = ""


class NumberTable(_Table):
    """`[[numbers]]`"""

    number: ShortText
    provider: Literal["twilio"]
    country: Country
    language: ShortText
    kind: Literal["long", "short", "toll_free", "whatsapp", "rcs"] = "long"
    provider_opt_out: Literal["default", "advanced", "off"] | None = None
    messaging_service: str | None = Field(default=None, pattern=r"^MG[0-9a-fA-F]{32}$")
    reply_countries: list[Country] | None = None
    unknown: Literal["answer", "silence"] = "answer"

    @property
    def address(self) -> str:
        """The key under which inbound messages name this number."""
        return f"whatsapp:{self.number}" if self.kind == "whatsapp" else self.number

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

    from_: datetime | date | None = Field(default=None, alias="from")
    until: datetime | date | None = None


class ProgrammeFile(_Table):
    """`programmes/*.toml`"""

    name: ShortText
    numbers: Annotated[list[ShortText], Field(min_length=1)]
    keywords: Annotated[list[ShortText], Field(min_length=1)]
    messages: ShortText
    frequency: ShortText
    purpose: Literal["marketing", "service"] = "marketing"
    opt_in: Annotated[str, AfterValidator(_not_double)] = "single"
    offer: str = ""
    active: ActiveTable = ActiveTable()
    sources: dict[str, ShortText | list[ShortText]] = Field(default_factory=dict)
    wording: dict[str, Wording] = Field(default_factory=dict)
