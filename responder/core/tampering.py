"""What does not fit in a ledger, and which event it is: the judgement of `ledger verify`.

A head's root covers every event below its size. Where a head does not fit and the one before it
did, the fault lies among the events between the two; what else is known of them narrows it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from responder.core.heads import Head, LedgerEvent, in_order, leaf_bytes, moment
from responder.core.merkle import Frontier, leaf_hash, root

_TRIED = 512
"""Among so many events each is tried as the one that was inserted: the work grows as their
square."""


class Fault(StrEnum):
    """What was done to the ledger."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    FORGED_HEAD = "forged head"
    ROLLED_BACK = "rolled back"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit. `position` is that of the first event it is about."""

    fault: Fault
    position: int | None
    text: str

    def __str__(self) -> str:
        return f"{self.fault}: {self.text}"


@dataclass(frozen=True, slots=True)
class Suspect:
    """An event below a head that does not fit, with the text of its evidence if it is there."""

    event: LedgerEvent
    document: str | bytes | None


def explain(suspects: Sequence[Suspect], before: Frontier, head: Head, surplus: int) -> Finding:
    """What was done to the events between a head that fits and one that does not.

    `suspects` are the events from the size of `before` on, up to the head's size and one more
    where there is one. `surplus` is how many more events have a position than the newest head
    says; negative for fewer.
    """
    events = [one.event for one in suspects]
    below = events[: head.size - before.size]
    if surplus > 0:
        return _inserted(events, before, head)
    if surplus < 0:
        return _finding(Fault.DELETED, below, f"{-surplus} of these events is gone")
    if changed := [one.event for one in suspects if not _says_so(one)]:
        return _finding(Fault.CHANGED, changed[:1], "it is not what its evidence says")
    right = in_order(below)
    if _fits(right, before, head):
        moved = next(a for a, b in zip(below, right, strict=True) if a is not b)
        return _finding(Fault.REORDERED, [moved], "it was sealed at another position")
    if late := [a for a, b in pairwise(events) if a.id > b.id]:
        return _finding(Fault.REORDERED, late[:1], "it was sealed at another position")
    return _finding(Fault.CHANGED, below, "it is not what was sealed")


def _inserted(events: Sequence[LedgerEvent], before: Frontier, head: Head) -> Finding:
    """The event without which the others fit; else all that it may be."""
    count = head.size - before.size
    for index, event in enumerate(events[: count + 1] if count < _TRIED else ()):
        if _fits([*events[:index], *events[index + 1 : count + 1]], before, head):
            return _finding(Fault.INSERTED, [event], "it was never sealed")
    return _finding(Fault.INSERTED, events[:count], "an event here was never sealed")


def _fits(events: Sequence[LedgerEvent], before: Frontier, head: Head) -> bool:
    """Whether these events, numbered in this order, lead from a frontier to a head."""
    numbered = (replace(event, position=before.size + n) for n, event in enumerate(events))
    grown = before.append(leaf_hash(leaf_bytes(event)) for event in numbered)
    return grown.size == head.size and root(grown).hex() == head.root_hex


def _says_so(suspect: Suspect) -> bool:
    """Whether an event is what its own evidence says, as far as that says anything."""
    event = suspect.event
    try:
        said = json.loads(suspect.document or "")["event"]
        told = (said["kind"], said["programme"], said["sender"])
        at = moment(datetime.fromisoformat(said["at"]))
    except (ValueError, LookupError, TypeError):
        return True
    return told == (event.kind, event.programme, event.sender) and at == moment(event.at)


def _finding(fault: Fault, events: Sequence[LedgerEvent], why: str) -> Finding:
    """A finding about one event, or about one of several that nothing tells apart."""
    if not events:
        return Finding(fault, None, why)
    first, last = events[0], events[-1]
    if first is last:
        what = f"{first.kind}, event {first.sequence} of contact {first.contact_id}"
        return Finding(fault, first.position, f"position {first.position} ({what}): {why}")
    where = f"one of the events at the positions {first.position} to {last.position}"
    return Finding(fault, first.position, f"{where}: {why}")
