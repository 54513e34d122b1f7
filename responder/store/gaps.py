"""What is not where the ledger says it must be: events without a position, sequences with holes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from responder.core.consent_record import commitment
from responder.core.tampering import Fault, Finding
from responder.store import tables as t

_PAGE = 2000
_AT_MOST = 20
e, v, p = t.ledger_events.c, t.ledger_evidence.c, t.ledger_positions.c
_x = t.ledger_events.alias().c
_IS_ERASED = (
    select(_x.id)
    .where(_x.contact_id == e.contact_id, _x.kind == "EvidenceErased", _x.sequence >= e.sequence)
    .exists()
)
_NOT_SEALED = (
    select(t.ledger_events, v.salt, v.document, _IS_ERASED.label("is_erased"))
    .outerjoin(t.ledger_evidence, v.event_id == e.id)
    .where(~select(p.event_id).where(p.event_id == e.id).exists())
    .order_by(e.id)
)
_COUNTS = select(
    select(func.count()).select_from(t.ledger_events).scalar_subquery(),
    select(func.count()).select_from(t.ledger_evidence).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many events are not sealed yet, and what is amiss beside the sealed order."""

    not_sealed: int
    findings: list[Finding]


def find(connection: Connection, sealed: tuple[int, int] | None) -> Gaps:
    """Look for them. `sealed`: how many events and documents are known to be in their place.

    Where the tables have no more than these, nothing else need be looked up.
    """
    findings = list(_holes(connection))
    if sealed == tuple(connection.execute(_COUNTS).one()):
        return Gaps(0, findings)
    findings += _strays(connection)
    not_sealed = 0
    for row in connection.execute(_NOT_SEALED.execution_options(yield_per=_PAGE)):
        not_sealed += 1
        if finding := _check(row):
            findings.append(finding)
    return Gaps(not_sealed, findings)


def _holes(connection: Connection) -> Iterator[Finding]:
    """A person's events are numbered from 1 on without a hole."""
    last = func.max(e.sequence)
    broken = or_(func.count() != last, func.min(e.sequence) != 1)
    query = select(e.contact_id, last).group_by(e.contact_id).having(broken)
    for contact_id, highest in connection.execute(query.limit(_AT_MOST)):
        own = select(e.sequence).where(e.contact_id == contact_id)
        there = set(connection.execute(own).scalars())
        missing = next(number for number in range(1, highest + 2) if number not in there)
        text = f"event {missing} of contact {contact_id} is not there"
        yield Finding(Fault.DELETED, None, text)


def _strays(connection: Connection) -> Iterator[Finding]:
    """Evidence belongs to an event."""
    known = select(e.id).where(e.id == v.event_id).exists()
    for event_id in connection.execute(select(v.event_id).where(~known).limit(_AT_MOST)).scalars():
        yield Finding(Fault.INSERTED, None, f"evidence of the event {event_id}, which is not there")


def _check(row: Any) -> Finding | None:
    """An event that is not sealed has its evidence already."""
    if row.document is None:
        text = f"the evidence of the event {row.id} is gone, and no event erased it"
        return None if row.is_erased else Finding(Fault.DELETED, None, text)
    if commitment(row.salt, row.document) != row.commitment:
        text = f"the evidence of the event {row.id} is not what it commits to"
        return Finding(Fault.CHANGED, None, text)
    return None
