"""Permitted hours: on which days, and from when to when, on the clock where the person is.

Public holidays come from the library `holidays`. It reads its own data when a calendar is first
needed (as `zoneinfo` does) and only then: a calendar's year is computed once and kept as a set of
dates, which any number of threads may read.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

Calendar = tuple[str, str | None]
"""A public-holiday calendar: ISO 3166 country, and a subdivision as `holidays` names it."""

_LOOK_AHEAD = 31
"""Days within which some hour must be permitted; no calendar closes a whole month."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` until, but not at, `closes`. Raises ValueError where that is no time at all."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError(f"hours must open before they close: {self.opens}-{self.closes}")


Day = tuple[Hours, ...]
CLOSED: Day = ()


@dataclass(frozen=True, slots=True)
class Permitted:
    """The hours of seven days, Monday first; `source` says who wants it so.

    A day that is a public holiday in any of `closed_on` has no hours.
    """

    week: tuple[Day, Day, Day, Day, Day, Day, Day]
    source: str
    closed_on: tuple[Calendar, ...] = ()


def hours(opens: int, closes: int) -> Day:
    """A day of whole hours, on the 24-hour clock."""
    return (Hours(time(opens), time(closes)),)


def permitted(
    weekdays: Day,
    source: str,
    saturday: Day | None = None,
    sunday: Day | None = None,
    closed_on: tuple[Calendar, ...] = (),
) -> Permitted:
    """A week; where Saturday or Sunday is not given, it is as the weekdays are."""
    saturday = weekdays if saturday is None else saturday
    sunday = weekdays if sunday is None else sunday
    week = (weekdays, weekdays, weekdays, weekdays, weekdays, saturday, sunday)
    return Permitted(week, source, closed_on)


def next_permitted(rule: Permitted, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The first permitted time from `at` (UTC) on, or None if a whole month has none."""
    today = at.astimezone(zone).date()
    for ahead in range(_LOOK_AHEAD):
        for opens, closes in _openings(rule, zone, today + timedelta(days=ahead)):
            if at < closes:
                return max(at, opens)
    return None


def permitted_until(rule: Permitted, zone: ZoneInfo, at: datetime) -> datetime | None:
    """When the hours end (UTC) in which `at` lies, or None where `at` is not permitted."""
    today = _openings(rule, zone, at.astimezone(zone).date())
    return next((closes for opens, closes in today if opens <= at < closes), None)


def _openings(rule: Permitted, zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The hours of one local day in UTC, earliest first.

    Where the clock shows a time twice, or skips it, the later opening and the earlier closing
    count: doubt means fewer messages.
    """
    if any(day in public_holidays(*calendar, day.year) for calendar in rule.closed_on):
        return
    for one in sorted(rule.week[day.weekday()], key=lambda one: one.opens):
        opens = max(_instants(day, one.opens, zone))
        closes = min(_instants(day, one.closes, zone))
        if opens < closes:
            yield opens, closes


def _instants(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both readings of a local time; they are equal except when the clocks are changed."""
    local = datetime.combine(day, at, tzinfo=zone)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


@functools.lru_cache(maxsize=1000)
def public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """The public holidays of a year, observed days among them; none for an unknown country."""
    try:
        return frozenset(holidays.country_holidays(country, subdivision, years=year))
    except NotImplementedError:
        return frozenset()
