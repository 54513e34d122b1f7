"""The ledger as a feed: every change of standing, in the order of the sealed positions.

Positions are given to committed events only, one after another and never anew, so whoever reads
on from the last one read misses nothing and sees nothing twice, whatever is written meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, func, select

from responder.core.events import event_from
from responder.core.feed import Change, changes
from responder.store import tables as t

ERASED = "erased:"
"""How the address begins that an erased person is left with."""
_COLUMNS = (t.ledger_positions.c.position, t.ledger_events, t.contacts.c.address)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change at its position; `address` is None where the person was erased since."""

    position: int
    contact_id: str
    address: str | None
    change: Change


@dataclass(frozen=True, slots=True)
class Page:
    """Changes in order, and the position to read on from. `more`: there are later ones already."""

    entries: tuple[Entry, ...]
    next: int
    more: bool


def end(connection: Connection) -> int:
    """The position that the next sealed event will get."""
    last = connection.execute(select(func.max(t.ledger_positions.c.position))).scalar()
    return 0 if last is None else int(last) + 1


def page(connection: Connection, since: int, limit: int) -> Page:
    """What happened at up to `limit` positions from `since` on; one event is never split."""
    rows = connection.execute(
        select(*_COLUMNS)
        .join(t.ledger_events, t.ledger_events.c.id == t.ledger_positions.c.event_id)
        .join(t.contacts, t.contacts.c.id == t.ledger_events.c.contact_id)
        .where(t.ledger_positions.c.position >= since)
        .order_by(t.ledger_positions.c.position)
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    made = _made_by_event(connection, sorted({row.contact_id for row in shown}))
    entries = tuple(
        Entry(row.position, row.contact_id, shown_address(row.address), change)
        for row in shown
        for change in made[row.contact_id, row.sequence]
    )
    return Page(entries, shown[-1].position + 1 if shown else since, len(rows) > limit)


def shown_address(address: str) -> str | None:
    """The address, unless its owner was erased."""
    return None if address.startswith(ERASED) else address


def _made_by_event(
    connection: Connection, contact_ids: Sequence[str]
) -> Mapping[tuple[str, int], tuple[Change, ...]]:
    """What every event of these people changed, by contact and sequence."""
    e = t.ledger_events.c
    query = select(e.contact_id, e.sequence, e.kind, e.at, e.programme, e.sender)
    of_these = query.where(e.contact_id.in_(contact_ids)).order_by(e.contact_id, e.sequence)
    made = {}
    for _, group in groupby(connection.execute(of_these), key=lambda row: row.contact_id):
        rows = list(group)
        events = (event_from(row.kind, row.at, row.programme, row.sender) for row in rows)
        for row, changed in zip(rows, changes(events), strict=True):
            made[row.contact_id, row.sequence] = changed
    return made
