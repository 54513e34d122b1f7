"""The sealer gives committed events their positions, and puts them under a signed head.

Positions count from 0: they are the numbers of the leaves, the ledger's order, and the cursor of
what reads it. Nothing on the hot path waits for a sealer; several of them wait for each other on
the frontier's row. A run costs what is new, and what was made in the quarter of a minute before it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from responder.core.heads import Head, LedgerEvent, hash_of, in_order, key_id, leaf_bytes, sign
from responder.core.merkle import Frontier, leaf_hash, root
from responder.errors import ResponderError
from responder.store import bulk
from responder.store import tables as t
from responder.store.identifiers import first_id_after
from responder.store.sealed import LEDGER, leaves, newest_head, read_frontier

_AT_MOST = 5000
"""New events a run, and so a transaction."""
_LATE = timedelta(seconds=15)
"""How long after its id was made an event may still be committed: a statement is given 8 seconds.
What is later yet, `overlooked` finds."""
_LATEST = 1000
e, p = t.ledger_events.c, t.ledger_positions.c
_NOT_SEALED = ~select(p.event_id).where(p.event_id == e.id).exists()


def seal(
    connection: Connection, key: Ed25519PrivateKey, now: datetime, event_ids: Sequence[str] = ()
) -> int:
    """Seal what is new, or these events, a page at most; gives how many events were sealed.

    Whoever has more to seal calls again until it gives 0. Raises ResponderError where the ledger
    does not fit its newest head any more: nothing is signed that was tampered with.
    """
    head, frontier = _lock(connection)
    found = connection.execute(_new(connection, frontier.size, event_ids, now)).all()
    if not found:
        return 0
    new = in_order([_event(row) for row in found])
    sealed = [replace(event, position=frontier.size + n) for n, event in enumerate(new)]
    grown = frontier.append(leaf_hash(leaf_bytes(event)) for event in sealed)
    made = Head(
        size=grown.size,
        root_hex=root(grown).hex(),
        at=now,
        previous_hash=hash_of(head) if head else None,
        key_id=key_id(key.public_key()),
    )
    _write(connection, sealed, grown, made, sign(made, key))
    return len(sealed)


def overlooked(connection: Connection, since: datetime | None = None) -> list[str]:
    """A page of the ids of whatever is not sealed, also what was committed very late.

    Reads all that was made `since` a time, or the whole ledger: for a long transaction that only
    reads, now and then.
    """
    made = e.id >= (first_id_after(since) if since else "")
    query = select(e.id).where(made, _NOT_SEALED).order_by(e.id).limit(_AT_MOST)
    return list(connection.execute(query).scalars())


def _lock(connection: Connection) -> tuple[Head | None, Frontier]:
    """The newest head, and the frontier it stands on; other sealers wait until this one is done."""
    bulk.write(connection, bulk.insert_or_ignore(t.frontiers, [_noted(Frontier())]))
    f = t.frontiers.c
    locked = select(f.size, f.peaks).where(f.name == LEDGER).with_for_update()
    size, peaks = connection.execute(locked).one()
    signed = newest_head(connection)
    head = signed[0] if signed else None
    frontier = read_frontier(size, peaks)
    if not _fits(head, frontier):  # it is only a note of ours: the events say it again
        frontier = Frontier().append(map(leaf_hash, leaves(connection, head.size if head else 0)))
    last = connection.execute(select(func.max(p.position))).scalar()
    if not _fits(head, frontier) or frontier.size != (0 if last is None else last + 1):
        raise ResponderError(
            "the ledger does not fit its newest head, so nothing is sealed:"
            " `responder ledger verify` says why"
        )
    if frontier.size != size:
        bulk.write(connection, bulk.upsert(t.frontiers, [_noted(frontier)]))
    return head, frontier


def _fits(head: Head | None, frontier: Frontier) -> bool:
    if head is None:
        return frontier.size == 0
    return head.size == frontier.size and head.root_hex == root(frontier).hex()


def _new(connection: Connection, size: int, event_ids: Sequence[str], now: datetime) -> Select[Any]:
    """Events without a position by id, and what came before them in their contacts' history."""
    if event_ids:
        which: ColumnElement[bool] = e.id.in_(event_ids)
    else:
        latest = select(func.max(p.event_id)).where(p.position >= size - _LATEST)
        last = connection.execute(latest).scalar()
        which = e.id >= (first_id_after(min(_made_at(last), now) - _LATE) if last else "")
    found = (
        select(e.contact_id, e.sequence)
        .where(which, _NOT_SEALED)
        .order_by(e.id)
        .limit(_AT_MOST)
        .subquery()
    )
    reach = (
        select(found.c.contact_id, func.max(found.c.sequence).label("last"))
        .group_by(found.c.contact_id)
        .subquery()
    )
    mine = (e.contact_id == reach.c.contact_id) & (e.sequence <= reach.c.last)
    return select(t.ledger_events).join(reach, mine).where(_NOT_SEALED).order_by(e.id)


def _made_at(event_id: str) -> datetime:
    """When an id was made: the milliseconds in front of it (RFC 9562, 5.7)."""
    return datetime.fromtimestamp(int(event_id[:12], 16) / 1000, UTC)


def _event(row: Row[Any]) -> LedgerEvent:
    """A row as an event that has no position yet."""
    return LedgerEvent(
        *(-1, row.id, row.contact_id, row.sequence, row.kind),
        *(row.programme, row.sender, row.at, row.commitment),
    )


def _write(
    connection: Connection,
    sealed: Sequence[LedgerEvent],
    frontier: Frontier,
    head: Head,
    signature: str,
) -> None:
    signed = {
        "size": head.size,
        "root": head.root_hex,
        "at": head.at,
        "previous_hash": head.previous_hash,
        "key_id": head.key_id,
        "signature": signature,
    }
    positions = [{"position": event.position, "event_id": event.id} for event in sealed]
    bulk.write(
        connection,
        bulk.insert(t.ledger_positions, positions),
        bulk.insert(t.ledger_heads, [signed]),
        bulk.upsert(t.frontiers, [_noted(frontier)]),
    )


def _noted(frontier: Frontier) -> dict[str, Any]:
    peaks = orjson.dumps([peak.hex() for peak in frontier.peaks]).decode()
    return {"name": LEDGER, "size": frontier.size, "peaks": peaks}
