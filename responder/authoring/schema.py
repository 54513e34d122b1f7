"""The shape of the marketers' files. Unknown keys are errors; nothing is silently ignored."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from responder.authoring.problems import Refused
from responder.authoring.values import (
    CapText,
    ColumnName,
    Country,
    DailyHours,
    Day,
    FileName,
    Hours,
    Keywords,
    KeywordText,
    MessagingService,
    Minutes,
    Offer,
    QuestionText,
    ShortText,
    Url,
    Wording,
    source_name,
)
from responder.core.addresses import E164, parse_address


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _source_names(value: Any) -> Any:
    for name in value if isinstance(value, dict) else ():
        if name in ProgrammeFile.model_fields:
            fault = f'"{name}" stands below [sources] and is taken for a poster or stand'
            raise Refused("R109", f"{fault}. Move the line above [sources]")
        source_name(name)
    return value


Sources = Annotated[dict[str, Keywords], BeforeValidator(_source_names)]


class BrandTable(_Table):
    """`[brand]`"""

    name: ShortText
    support: ShortText
    terms_url: Url = ""


class NumberTable(_Table):
    """`[[numbers]]`"""

    number: ShortText
    provider: Literal["twilio"]
    country: Country
    language: ShortText
    kind: Literal["long", "short", "toll_free", "whatsapp", "rcs"] = "long"
    provider_opt_out: Literal["default", "advanced", "off"] | None = None
    messaging_service: MessagingService | None = None
    reply_countries: Annotated[list[Country], Field(min_length=1)] | None = None
    unknown: Literal["answer", "silence"] = "answer"
    replies: Literal["inline", "rest"] = "inline"
    segments_per_second: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    consent_api: bool = False

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


class RepliesTable(_Table):
    """`[replies]`: how many automatic replies leave in an hour, at most."""

    person_per_hour: Annotated[int, Field(ge=1, le=100)] = 6
    house_per_hour: Annotated[int, Field(ge=1)] = 100_000


class SendingTable(_Table):
    """`[sending]`: the house's own limits on what leaves unasked, besides the law's."""

    hours: DailyHours = None
    slots: Literal["recommended"] | None = None
    cap: CapText = None


class HouseFile(_Table):
    """`responder.toml`"""

    brand: BrandTable
    numbers: Annotated[list[NumberTable], Field(min_length=1)]
    opt_out: OptOutTable = OptOutTable()
    replies: RepliesTable = RepliesTable()
    sending: SendingTable = SendingTable()
    wording: dict[str, Wording] = Field(default_factory=dict)


class ActiveTable(_Table):
    """`active`: days are whole days in the number's country, times carry their offset."""

    from_: Day = Field(default=None, alias="from")
    until: Day = None


class AskTable(_Table):
    """`[[ask]]`: one question after joining."""

    name: ColumnName
    kind: Literal["name", "email", "postcode", "date", "choice", "text"]
    question: QuestionText
    again: QuestionText | None = None
    choices: Annotated[list[KeywordText], Field(min_length=2, max_length=20)] | None = None
    within: Minutes = timedelta(hours=24)


class IncentiveTable(_Table):
    """`[incentive]`: `codes` is a file below the config folder."""

    codes: FileName
    warn_below: Annotated[int, Field(ge=0)] = 50


class ProgrammeFile(_Table):
    """`programmes/*.toml`"""

    name: ShortText
    numbers: Annotated[list[ShortText], Field(min_length=1)]
    keywords: Annotated[list[KeywordText], Field(min_length=1)]
    messages: ShortText
    frequency: ShortText
    cap: CapText = None
    purpose: Literal["marketing", "service"] = "marketing"
    opt_in: Literal["single", "double"] = "single"
    confirm_within: Hours = timedelta(hours=48)
    remind_after: Minutes | None = None
    offer: Offer = ""
    active: ActiveTable = ActiveTable()
    sources: Sources = Field(default_factory=dict)
    ask: Annotated[list[AskTable], Field(max_length=10)] = Field(default_factory=list)
    incentive: IncentiveTable | None = None
    wording: dict[str, Wording] = Field(default_factory=dict)
