"""When a programme is open: a marketer's days become times."""

import functools
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

from responder.authoring.schema import ActiveTable


def opening(active: ActiveTable, country: str) -> tuple[datetime | None, datetime | None]:
    """(opens, closes) as aware times, `closes` exclusive: the last day counts to its midnight.

    A time without offset is local time in `country`.
    """
    zone = zone_of(country)
    return _start(active.from_, zone), _start(active.until, zone, last_day=True)


@functools.cache
def zone_of(country: str) -> ZoneInfo:
    """The (first, most populous) time zone of a country, from the tz database's zone.tab."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return ZoneInfo(next((row[2] for row in rows if row[0] == country), "UTC"))


def _start(
    value: datetime | date | None, zone: ZoneInfo, *, last_day: bool = False
) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    day = value + timedelta(days=1) if last_day else value
    return datetime.combine(day, time(), zone).astimezone(UTC)
