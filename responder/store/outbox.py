"""The outbox's rows: claimed under a lease, settled after an attempt, seen by people when dead.

Several workers claim at once: on PostgreSQL each skips what another has locked, on SQLite the
write lock lets one at a time. A claimed row is `leased` until `due_at`; whoever finds it after
that does not know what became of it, and looks it up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from responder.core.delivery import DEAD, POLICIES, Move, Patience, State
from responder.core.messages import Purpose
from responder.core.segments import count
from responder.store import tables as t

_CLAIMABLE = (State.DUE, State.UNKNOWN, State.LEASED)
o = t.outbox.c


@dataclass(frozen=True, slots=True)
class Claim:
    """One row that this worker may settle until `lease_until`. `attempt` counts from 1.

    `is_unknown` says that an earlier attempt may have reached the provider;
    `provider_message_id` is that of one which is known to have failed.
    """

    outbox_id: str
    contact_id: str
    purpose: Purpose
    programme: str | None
    wording: str
    sender: str
    recipient: str
    text: str
    created_at: datetime
    expires_at: datetime | None
    attempt: int
    is_unknown: bool
    lease_until: datetime
    provider_message_id: str | None = None


def senders_with_work(connection: Connection, now: datetime) -> list[str]:
    """The numbers from which something is due."""
    query = select(o.sender).where(o.due_at <= now, o.state.in_(_CLAIMABLE)).distinct()
    return list(connection.execute(query).scalars())


def claim(
    connection: Connection,
    sender: str,
    segments: int,
    worker: str,
    now: datetime,
    patience: Patience,
    at_most: int = 100,
) -> list[Claim]:
    """Lease what is due from one number, oldest first, up to so many segments or rows.

    What nobody may have sent and is too old by now expires instead.
    """
    rows = connection.execute(_due(sender, now, min(at_most, max(segments, 1)))).all()
    stale = [row.id for row in rows if _is_stale(row, now)]
    _set(connection, stale, state=State.EXPIRED, due_at=None)
    lease_until = now + patience.lease
    claims = [_claim(row, lease_until) for row in rows if not _is_stale(row, now)]
    taken = list(_within(claims, segments))
    _set(
        connection,
        [one.outbox_id for one in taken],
        state=State.LEASED,
        attempts=o.attempts + 1,
        attempted_at=now,
        claimed_by=worker,
        due_at=lease_until,
    )
    return taken


def _due(sender: str, now: datetime, limit: int) -> Select[Any]:
    return (
        select(t.outbox, t.contacts.c.address)
        .join(t.contacts, t.contacts.c.id == o.contact_id)
        .where(o.sender == sender, o.due_at <= now, o.state.in_(_CLAIMABLE))
        .order_by(o.due_at, o.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=t.outbox)
    )


def _is_stale(row: Row[Any], now: datetime) -> bool:
    return row.state == State.DUE and row.expires_at is not None and row.expires_at <= now


def _claim(row: Row[Any], lease_until: datetime) -> Claim:
    return Claim(
        outbox_id=row.id,
        contact_id=row.contact_id,
        purpose=Purpose(row.purpose),
        programme=row.programme,
        wording=row.wording,
        sender=row.sender,
        recipient=row.address,
        text=row.text,
        created_at=row.created_at,
        expires_at=row.expires_at,
        attempt=row.attempts + 1,
        is_unknown=row.state != State.DUE,
        lease_until=lease_until,
        provider_message_id=row.provider_message_id,
    )


def _within(claims: Sequence[Claim], segments: int) -> Iterator[Claim]:
    """As many as the segments allow; the first may be longer than all of them."""
    left = segments
    for one in claims:
        if left <= 0:
            return
        left -= count(one.text).segments
        yield one


def settle(
    connection: Connection, worker: str, moves: Sequence[tuple[Claim, Move]], now: datetime
) -> None:
    """Write what became of claims, by id; a row that a receipt moved meanwhile stays moved.

    Where another row has taken the same message meanwhile, this one is looked up again.
    """
    for one, found in sorted(moves, key=lambda pair: pair[0].outbox_id):
        sid, move = found.provider_message_id, found
        if sid and is_taken(connection, sid, one.outbox_id):
            move = Move(State.UNKNOWN, now)
        mine = (o.id == one.outbox_id) & (o.claimed_by == worker) & (o.attempts == one.attempt)
        values = {
            "state": move.state,
            "due_at": move.due_at,
            "error_code": move.error_code,
            "provider_message_id": func.coalesce(move.provider_message_id, o.provider_message_id),
        }
        moved = update(t.outbox).where(mine, o.state == State.LEASED).values(values)
        if connection.execute(moved).rowcount == 0 and move.provider_message_id:
            named = update(t.outbox).where(mine, o.provider_message_id.is_(None))
            connection.execute(named.values(provider_message_id=move.provider_message_id))


def is_taken(connection: Connection, provider_message_id: str, outbox_id: str) -> bool:
    """Whether a message at the provider belongs to another row."""
    others = (o.provider_message_id == provider_message_id) & (o.id != outbox_id)
    return connection.execute(select(o.id).where(others).limit(1)).first() is not None


def take_over(connection: Connection, now: datetime) -> int:
    """Watched replies of which nothing was heard become unknown, to be looked up; how many."""
    unheard = (o.state == State.INLINE) & (o.due_at <= now)
    return connection.execute(update(t.outbox).where(unheard).values(state=State.UNKNOWN)).rowcount


def expire(connection: Connection, now: datetime) -> int:
    """What waits to be sent and has outlived its purpose expires; how many."""
    old = (o.due_at.is_not(None)) & (o.state == State.DUE) & (o.expires_at <= now)
    gone = update(t.outbox).where(old).values(state=State.EXPIRED, due_at=None)
    return connection.execute(gone).rowcount


def dead_letters(connection: Connection, limit: int) -> list[Row[Any]]:
    """What could not be delivered, newest first."""
    query = select(t.outbox, t.contacts.c.address).join(t.contacts, t.contacts.c.id == o.contact_id)
    dead = query.where(o.state.in_(DEAD)).order_by(o.created_at.desc()).limit(limit)
    return list(connection.execute(dead))


def requeue(connection: Connection, outbox_ids: Sequence[str], now: datetime) -> int:
    """Send dead letters again; how many. Their receipts so far count no longer."""
    queued = 0
    for purpose, policy in POLICIES.items():
        which = o.id.in_(outbox_ids) & o.state.in_(DEAD) & (o.purpose == purpose)
        again = {"state": State.DUE, "due_at": now, "expires_at": now + policy.lifetime}
        queued += connection.execute(update(t.outbox).where(which).values(again)).rowcount
    return queued


def _set(connection: Connection, ids: Sequence[str], **values: Any) -> None:
    if ids:
        connection.execute(update(t.outbox).where(o.id.in_(ids)).values(**values))
