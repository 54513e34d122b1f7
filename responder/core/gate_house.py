"""The house's own limits on what it sends."""

from dataclasses import dataclass

from responder.core.gate_cap import Cap
from responder.core.gate_hours import Permitted

MOST_SEGMENTS = 10
"""Twilio refuses a text of more than 1600 characters (error 21617): ten segments of GSM-7."""


@dataclass(frozen=True, slots=True)
class House:
    """Limits that are applied besides the law's, so they can only tighten.

    `hours` bind every message; `slots` and `cap` (a programme, a person) what is promotional.
    """

    hours: Permitted | None = None
    slots: Permitted | None = None
    cap: Cap | None = None
    most_segments: int = MOST_SEGMENTS
