"""When a text that nobody waits for may arrive: in daytime, where the person is."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone

MORNING = time(9)
EVENING = time(20)
"""No country that was looked at forbids these hours on a weekday (narrowest: France 8-20, Italy
9-20; the United States 8-21)."""
_SOMEWHERE = ("Europe/Lisbon", "Europe/Helsinki")
"""Where a number's zone cannot be told: it is day from one end of Europe to the other."""


def is_daytime(address: str, now: datetime) -> bool:
    """Whether it is day in every zone that a number may be in, and no Sunday."""
    local = [now.astimezone(ZoneInfo(zone)) for zone in _zones(address)]
    return all(MORNING <= at.time() < EVENING and at.weekday() < 6 for at in local)


def end_of_day(address: str, now: datetime) -> datetime:
    """When the day in which `now` lies ends in the first of these zones."""
    ends = [
        datetime.combine(now.astimezone(zone).date(), EVENING, tzinfo=zone)
        for zone in map(ZoneInfo, _zones(address))
    ]
    return min(ends).astimezone(now.tzinfo)


def _zones(address: str) -> tuple[str, ...]:
    """The zones of an E.164 number, also of a channel's (`whatsapp:+46…`)."""
    try:
        number = phonenumbers.parse(address.rpartition(":")[2])
    except phonenumbers.NumberParseException:
        return _SOMEWHERE
    zones = timezone.time_zones_for_number(number)
    return tuple(zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE) or _SOMEWHERE
