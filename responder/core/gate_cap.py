"""Frequency caps: so many messages in a day, week, month or year on the person's calendar."""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([1-9]\d{0,2}) per (day|week|month|year)", re.ASCII)


class Period(StrEnum):
    """A calendar period where the person is. A week begins on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `count` messages in each calendar `period`; no period of rolling days is meant."""

    count: int
    period: Period


def parse_cap(text: str) -> Cap:
    """Read `2 per month`. Raises ValueError, in the marketers' words."""
    written = _WRITTEN.fullmatch(" ".join(text.casefold().split()))
    if not written:
        raise ValueError(
            f'"{text}" is no frequency cap: write a number from 1 to 999, "per", and day, week, '
            'month or year, as in "2 per month"'
        )
    return Cap(int(written[1]), Period(written[2]))


def next_room(cap: Cap, sent: Iterable[datetime], zone: ZoneInfo, at: datetime) -> datetime:
    """The first time from `at` (UTC) on at which one more message is within the cap."""
    counted = tuple(sent)
    while True:
        begins, ends = _period(cap.period, zone, at)
        if sum(begins <= one < ends for one in counted) < cap.count:
            return at
        at = ends


@functools.lru_cache(maxsize=1000)
def _period(period: Period, zone: ZoneInfo, at: datetime) -> tuple[datetime, datetime]:
    """Begin (inclusive) and end (exclusive) of the calendar period in which `at` lies."""
    begins, ends = _days(period, at.astimezone(zone).date())
    return _midnight(begins, zone), _midnight(ends, zone)


def _days(period: Period, day: date) -> tuple[date, date]:
    match period:
        case Period.DAY:
            return day, day + timedelta(days=1)
        case Period.WEEK:
            monday = day - timedelta(days=day.weekday())
            return monday, monday + timedelta(days=7)
        case Period.MONTH:
            first = day.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1)
        case Period.YEAR:
            first = day.replace(month=1, day=1)
            return first, first.replace(year=day.year + 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, also where clocks are changed at midnight."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
