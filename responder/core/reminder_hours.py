"""When a reminder may arrive: where the hours of law, house and courtesy agree."""

from datetime import datetime

from responder.core.addresses import parse_address
from responder.core.gate_hours import CLOSED, hours, permitted, permitted_until
from responder.core.gate_house import House
from responder.core.gate_places import place_of

_COURTESY = permitted(
    hours(9, 20), "who has not joined is not a customer: later, and no Sunday", sunday=CLOSED
)


def remind_until(address: str, house: House, at: datetime) -> datetime | None:
    """When the hours end in which `at` lies; None where no reminder may arrive at `at`.

    They must agree in every zone that the number may be in; a number that tells none is never
    reminded.
    """
    place = place_of(parse_address(address))
    if place is None:
        return None
    rules = [rule for rule in (place.rule, _COURTESY, house.hours, house.slots) if rule]
    ends = [permitted_until(rule, zone, at) for zone in place.zones for rule in rules]
    known = [end for end in ends if end]
    return min(known) if len(known) == len(ends) else None
