"""Where a person may be, and the hours of that place."""

import functools
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone
from phonenumbers.tzdata import TIMEZONE_DATA

from responder.core.addresses import MOST_KEPT, Address
from responder.core.gate_hours import Permitted
from responder.core.hours_by_country import hours_in
from responder.core.hours_by_state import hours_in_state, state_of, zones_of


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The rule of a place, and every zone that it may be in: the rule must hold in all.

    There is one object of each place, so whoever keeps something by place need not compare weeks.
    """

    rule: Permitted
    zones: tuple[ZoneInfo, ...]


def place_of(address: Address) -> Place | None:
    """The place of a number, also of a channel's (`whatsapp:+46…`); None if it tells of none."""
    country, e164 = address.country, address.key.rpartition(":")[2]
    if country == "US":
        state = state_of(e164)
        return _in_state(state) if state else None
    if country is None:
        return None
    return _in_country(country, _only_zone(country) or _zones(e164))


@functools.cache
def _in_state(state: str) -> Place:
    return Place(hours_in_state(state), zones_of(state))


@functools.cache
def _in_country(country: str, zones: tuple[ZoneInfo, ...]) -> Place | None:
    return Place(hours_in(country), zones) if zones else None


@functools.cache
def _only_zone(country: str) -> tuple[ZoneInfo, ...] | None:
    """The zone of all numbers of a country that has but one: nothing need be parsed."""
    code = str(phonenumbers.country_code_for_region(country))
    prefixes = TIMEZONE_DATA.items()
    zones = {zone for prefix, found in prefixes if prefix.startswith(code) for zone in found}
    return (ZoneInfo(zones.pop()),) if len(zones) == 1 else None


@functools.lru_cache(maxsize=MOST_KEPT)
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
