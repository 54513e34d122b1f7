"""The gate: may this text go to this person now? Nothing promotional leaves without it.

What never passes is asked first, then everything that depends on time. A message of service asks
for membership and keeps the house's hours; the hours of the law, slots and caps are for what is
promotional. Confirmations and answers are a conversation, and do not come through here.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from responder.core.addresses import AddressKind
from responder.core.catalog import Catalog
from responder.core.consent import State
from responder.core.gate_basis import soft_opt_in_ends
from responder.core.gate_cap import Cap, next_room
from responder.core.gate_facts import (
    Allowed,
    Basis,
    History,
    Kind,
    Licence,
    Message,
    Never,
    NotNow,
    Person,
    Verdict,
    Why,
)
from responder.core.gate_hours import Permitted, next_permitted
from responder.core.gate_house import House
from responder.core.gate_places import Place, place_of
from responder.core.gate_text import fault

_PEOPLE = (AddressKind.PHONE, AddressKind.CHANNEL)
_MOST_STEPS = 100
"""From opening to opening, in search of a time that suits every limit: more than a month."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """Something that depends on time. `opens` tells the first time, from one on, that suits it."""

    why: Why
    opens: Callable[[datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class _Clock:
    """A zone where the person may be, and the hours that are kept there; the law's first."""

    zone: ZoneInfo
    hours: tuple[_Limit, ...]


def may_send(
    message: Message, person: Person, history: History, house: House, catalog: Catalog, at: datetime
) -> Verdict:
    """Whether this message may go to this person at `at` (aware); else why, and until when not.

    At `NotNow.until` the same question is answered with `Allowed`.
    """
    return gate(message, house, catalog, at)(person, history)


def gate(
    message: Message, house: House, catalog: Catalog, at: datetime
) -> Callable[[Person, History], Verdict]:
    """`may_send` for any number of people: who lives in one place shares its hours."""
    at = at.astimezone(UTC)
    bad_text = fault(message, house, catalog)
    clocks = functools.cache(partial(_clocks, message, house))
    caps = [c for c in (message.cap, house.cap) if c and message.kind is Kind.PROMOTIONAL]

    def verdict(person: Person, history: History) -> Verdict:
        why = _refused_person(message, person) or _refused_basis(message, person, at) or bad_text
        if why:
            return Never(why)
        place = place_of(person.address)
        if place is None:
            timeless = message.kind is Kind.SERVICE and house.hours is None
            return Allowed() if timeless else Never(Why.PLACE_UNKNOWN)
        return _when(message, person, list(_limits(clocks(place), caps, history)), at)

    return verdict


def _refused_person(message: Message, person: Person) -> Why | None:
    """What forbids any message of this programme to this person, from this sender."""
    if person.address.kind not in _PEOPLE:
        return Why.NOT_A_PERSON
    if person.suppressed:
        return Why.SUPPRESSED
    if person.standing.is_out or person.standing.state(message.programme.id) is not State.ACTIVE:
        return Why.NOT_ACTIVE
    if message.sender in person.standing.blocks:
        return Why.PROVIDER_BLOCKED
    if person.unreachable:
        return Why.UNREACHABLE
    if person.licence is Licence.RENTED and person.sends_used > 0:
        return Why.RENTED_USED_UP
    return None


def _refused_basis(message: Message, person: Person, at: datetime) -> Why | None:
    """What forbids promotion to this person at a time: who joined a service asked for no more."""
    if message.kind is Kind.SERVICE:
        return None
    if message.programme.purpose == "service":
        return Why.SERVICE_PROGRAMME
    if person.basis is Basis.CONSENT:
        return None
    if person.basis_at is None:
        return Why.SOFT_OPT_IN_LAPSED
    ends = soft_opt_in_ends(person.address.country, person.basis_at)
    if ends is None:
        return Why.NO_SOFT_OPT_IN
    return Why.SOFT_OPT_IN_LAPSED if at >= ends else None


def _clocks(message: Message, house: House, place: Place) -> tuple[_Clock, ...]:
    """The clocks of a place; they remember what they were asked."""
    promotional = message.kind is Kind.PROMOTIONAL
    rules = [(Why.PERMITTED_HOURS, place.rule)] if promotional else []
    rules += [(Why.HOUSE_HOURS, house.hours)] if house.hours else []
    rules += [(Why.SLOTS, house.slots)] if house.slots and promotional else []

    def hours(why: Why, rule: Permitted, zone: ZoneInfo) -> _Limit:
        return _Limit(why, functools.cache(partial(next_permitted, rule, zone)))

    return tuple(_Clock(zone, tuple(hours(*rule, zone) for rule in rules)) for zone in place.zones)


def _limits(clocks: Sequence[_Clock], caps: Sequence[Cap], history: History) -> Iterator[_Limit]:
    """Everything that must suit, in every zone where the person may be."""
    for clock in clocks:
        yield from clock.hours
        if history.sent:  # no cap is so small that it forbids the first
            for cap in caps:
                room = partial(next_room, cap, history.sent, clock.zone)
                yield _Limit(Why.FREQUENCY_CAP, room)


def _when(message: Message, person: Person, limits: Sequence[_Limit], at: datetime) -> Verdict:
    waiting = next((limit.why for limit in limits if limit.opens(at) != at), None)
    if waiting is None:
        return Allowed()
    until = _first_common(limits, at)
    if until is None:
        return Never(Why.NO_COMMON_HOUR)
    # Consent that will have lapsed by then makes the waiting pointless.
    lapsed = _refused_basis(message, person, until)
    return Never(lapsed) if lapsed else NotNow(until, waiting)


def _first_common(limits: Sequence[_Limit], at: datetime) -> datetime | None:
    """The first time from `at` on that suits every limit.

    No earlier time can suit than the latest of their openings, so the search goes from one to
    the next until all of them agree.
    """
    for _ in range(_MOST_STEPS):
        openings = [opens for limit in limits if (opens := limit.opens(at))]
        if len(openings) < len(limits):
            return None
        if max(openings) == at:
            return at
        at = max(openings)
    return None
