"""Where a person may be, and the hours of that place."""

import functools
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone
from phonenumbers.tzdata import TIMEZONE_DATA

from responder.core.addresses import Address
from responder.core.gate_hours import Permitted
from responder.core.hours_by_country import hours_in
from responder.core.hours_by_state import hours_in_state, state_of, zones_of


@dataclass(frozen=True, slots=True)
class Place:
    """The rule of a place, and every zone that it may be in: the rule must hold in all."""

    rule: Permitted
    zones: tuple[ZoneInfo, ...]


@functools.lru_cache(maxsize=4096)
def place_of(address: Address) -> Place | None:
    """The place of a number, also of a channel's (`whatsapp:+46…`); None if it tells of none."""
    e164 = address.key.rpartition(":")[2]
    if address.country == "US":
        state = state_of(e164)
        return Place(hours_in_state(state), zones_of(state)) if state else None
    zones = (_only_zone(address.country) if address.country else None) or _zones(e164)
    return Place(hours_in(address.country), zones) if address.country and zones else None


@functools.cache
def _only_zone(country: str) -> tuple[ZoneInfo, ...] | None:
    """The zone of all numbers of a country that has but one: nothing need be parsed."""
    code = str(phonenumbers.country_code_for_region(country))
    prefixes = TIMEZONE_DATA.items()
    zones = {zone for prefix, found in prefixes if prefix.startswith(code) for zone in found}
    return (ZoneInfo(zones.pop()),) if len(zones) == 1 else None


def _zones(e164: str) -> tuple[ZoneInfo, ...]:
    """The zones of a number; of its prefix, where no such number is known to be in use."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return ()
    known = _known(timezone.time_zones_for_number(number))
    known = known or _known(timezone.time_zones_for_geographical_number(number))
    return tuple(map(ZoneInfo, known))


def _known(zones: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE)
