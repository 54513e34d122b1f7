"""What one value in the marketers' files may be: texts, countries, days, spans of time."""

import contextlib
import difflib
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from responder.authoring.problems import Refused, shown
from responder.core.catalog import KEYWORD
from responder.core.compose import WORDINGS
from responder.core.gate_cap import Cap, parse_cap
from responder.core.gate_hours import Hours as OpenHours
from responder.core.gate_hours import Permitted, permitted

_YEARS = range(2000, 2101)
_UNITS = {"minute": 60, "hour": 3_600, "day": 86_400}
_SPAN = re.compile(r"([0-9]{1,6}) ?(minute|hour|day)s?", re.IGNORECASE)
_IN_BRACES = re.compile(r"\{[^{}]+\}")
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2}) ?- ?([0-9]{2}:[0-9]{2})")
_COLUMN = re.compile(r"[a-z][a-z0-9_]{0,31}")


def _tidy(value: str) -> str:
    """Spaces and line breaks become one space each, as they do when the text is sent."""
    spaced = " ".join(value.split())
    if any(unicodedata.category(character) == "Cc" for character in spaced):
        raise Refused("R106", "This holds an invisible control character. Type the text anew")
    return spaced


def _without_braces(value: str) -> str:
    if "{" in value or "}" in value:
        raise Refused(
            "R107", "Braces work in [wording] only; here they would be sent as they stand"
        )
    return value


def _offer(value: str) -> str:
    rest = value.replace(KEYWORD, "")
    remedy = f"Write {KEYWORD} where each poster prints its own keyword, and no other brace"
    if unknown := _IN_BRACES.search(rest):
        raise Refused("R407", f"There is no placeholder {unknown[0]} in an offer. {remedy}")
    if "{" in rest or "}" in rest:
        raise Refused("R406", f"A brace {{ or }} stands alone. {remedy}")
    return value


def _country(value: str) -> str:
    if value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise Refused("R110", f'"{value}" is no country code. Use two letters, such as SE')
    return value.upper()


def _messaging_service(value: str) -> str:
    digits = value.removeprefix("MG")
    if len(value) != 34 or len(digits) != 32 or not set(digits) <= set("0123456789abcdefABCDEF"):
        raise Refused("R111", f'"{value}" is no messaging service. Copy the id that begins with MG')
    return value


def _day(value: object) -> object:
    if not isinstance(value, date):
        raise Refused("R112", "This must be a date without quotation marks. Write it as 2026-06-01")
    if value.year not in _YEARS:
        raise Refused(
            "R112", f"The year {value.year} cannot be meant. Write the date as 2026-06-01"
        )
    return value


def _span(value: object) -> timedelta:
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        told = f"{shown(value)} is no span of time"
        raise Refused("R113", f'{told}. Write it as "30 minutes", "48 hours" or "2 days"')
    return timedelta(seconds=int(found[1]) * _UNITS[found[2].lower()])


def _from(least: timedelta, named: str) -> AfterValidator:
    """At least this long, and at most 30 days."""

    def within(span: timedelta) -> timedelta:
        if not least <= span <= timedelta(days=30):
            raise Refused(
                "R113", f'This must be {named} to 30 days. Write, for example, "24 hours"'
            )
        return span

    return AfterValidator(within)


def _column(value: str) -> str:
    if not _COLUMN.fullmatch(value):
        fault = f"{shown(value)} cannot name a column"
        remedy = "Use a to z, 0 to 9 and _, beginning with a letter, at most 32"
        raise Refused("R114", f"{fault}. {remedy}")
    return value


def _cap(value: object) -> Cap:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return parse_cap(value)
    remedy = 'Write it as "2 per month": 1 to 999, per day, week, month or year'
    raise Refused("R115", f"{shown(value)} is no frequency cap. {remedy}")


def _daily_hours(value: object) -> Permitted:
    found = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        with contextlib.suppress(ValueError):
            opens, closes = map(time.fromisoformat, found.groups())
            return permitted((OpenHours(opens, closes),), "the house's own hours")
    remedy = 'Write them as "09:00-19:00": from when to when, of one day'
    raise Refused("R116", f"{shown(value)} are no hours. {remedy}")


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _wording_names(value: dict[str, str]) -> dict[str, str]:
    known = sorted((*WORDINGS, "messages", "frequency"))
    if unknown := [name for name in value if name not in known]:
        close = [c for name in unknown for c in difflib.get_close_matches(name.lower(), known, n=1)]
        hint = f"Did you mean {', '.join(close)}? " if close else ""
        named = ", ".join(f'"{name}"' for name in unknown)
        raise Refused("R108", f"There is no wording {named}. {hint}Use one of: {', '.join(known)}")
    return value


def source_name(name: str) -> None:
    """Raises ValueError where a poster or stand cannot be called this."""
    if not 0 < len(name) <= 64:
        raise Refused("R109", "The name of a source has 1 to 64 characters. Shorten it")
    _tidy(name)


def _length(most: int) -> Any:
    return Field(min_length=1, max_length=most)


_Tidy = Annotated[str, AfterValidator(_tidy)]
_Plain = Annotated[_Tidy, AfterValidator(_without_braces)]
_Span = Annotated[timedelta, PlainValidator(_span)]

Text = Annotated[_Tidy, _length(1000)]
Url = _Tidy
Offer = Annotated[str, AfterValidator(_offer)]
"""What posters say, with {keyword} for the word of each."""
ShortText = Annotated[_Plain, _length(100)]
QuestionText = Annotated[_Plain, _length(300)]
KeywordText = Annotated[_Plain, _length(64)]
FileName = Annotated[_Tidy, _length(200)]
ColumnName = Annotated[str, AfterValidator(_column)]
Country = Annotated[str, AfterValidator(_country)]
MessagingService = Annotated[str, AfterValidator(_messaging_service)]
Day = Annotated[datetime | date | None, PlainValidator(_day)]
CapText = Annotated[Cap | None, PlainValidator(_cap, json_schema_input_type=str)]
"""A frequency cap, written as `"2 per month"`."""
DailyHours = Annotated[Permitted | None, PlainValidator(_daily_hours, json_schema_input_type=str)]
"""Hours of every day, written as `"09:00-19:00"`."""
Minutes = Annotated[_Span, _from(timedelta(minutes=5), "5 minutes")]
"""5 minutes to 30 days, written as `"24 hours"`."""
Hours = Annotated[_Span, _from(timedelta(hours=1), "1 hour")]
"""1 hour to 30 days, written as `"48 hours"`."""
Keywords = Annotated[list[KeywordText], BeforeValidator(_as_list), Field(min_length=1)]
"""One keyword, or a list of them."""
Wording = Annotated[dict[str, Text], AfterValidator(_wording_names)]
