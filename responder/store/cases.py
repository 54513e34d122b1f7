"""Requests about one's data that a person of the house sees to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from responder.core.addresses import mask
from responder.store import tables as t

DUE_IN = timedelta(days=30)
"""An answer is owed within a month (GDPR art. 12(3))."""
c = t.cases.c


@dataclass(frozen=True, slots=True)
class Case:
    """One request, with its person's address masked. `due` is when the law wants it answered."""

    id: str
    kind: str
    person: str
    opened_at: datetime
    due: datetime
    closed_at: datetime | None


def cases(connection: Connection, *, closed: bool, limit: int) -> list[Case]:
    """Open cases, oldest first; with `closed` those too that are done."""
    query = select(t.cases, t.contacts.c.address).join(t.contacts, t.contacts.c.id == c.contact_id)
    if not closed:
        query = query.where(c.closed_at.is_(None))
    return [
        _case(row) for row in connection.execute(query.order_by(c.opened_at, c.id).limit(limit))
    ]


def close(connection: Connection, ids: Sequence[str], now: datetime) -> int:
    """Close open cases; how many. A request to erase that is closed can be confirmed no more."""
    of = select(c.contact_id).where(c.id.in_(ids), c.kind == "erase", c.closed_at.is_(None))
    confirmed = (c.kind == "erase_confirmed") & c.contact_id.in_(of)
    given = c.id.in_(ids)
    closing = update(t.cases).where(c.closed_at.is_(None)).values(closed_at=now)
    connection.execute(closing.where(confirmed))
    return connection.execute(closing.where(given)).rowcount


def _case(row: Any) -> Case:
    return Case(
        row.id, row.kind, mask(row.address), row.opened_at, row.opened_at + DUE_IN, row.closed_at
    )
