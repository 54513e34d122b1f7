"""Endpoints of the feed: where changes are posted to, and how far each has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, literal, or_, select, update

from responder.store.feed import end
from responder.store.identifiers import new_id, new_salt
from responder.store.tables import UtcDateTime, feed_endpoints

e = feed_endpoints.c
GIVEN_UP = timedelta(days=3)
"""So long an endpoint may fail before it is left alone; its position is kept."""
BOTH_SECRETS = timedelta(hours=24)
"""So long both secrets sign after a rotation."""


def add(connection: Connection, url: str, now: datetime) -> Row[Any]:
    """Begin an endpoint at the end of the feed: it gets what happens from now on."""
    row = {
        "id": new_id(),
        "url": url,
        "salt": new_salt(),
        "position": end(connection),
        "attempts": 0,
        "created_at": now,
    }
    connection.execute(insert(feed_endpoints).values(row))
    return _one(connection, str(row["id"]))


def endpoints(connection: Connection) -> Sequence[Row[Any]]:
    """Every endpoint that was not removed, oldest first."""
    query = select(feed_endpoints).where(e.removed_at.is_(None)).order_by(e.id)
    return connection.execute(query).all()


def rotate(connection: Connection, endpoint_id: str, now: datetime) -> Row[Any] | None:
    """Give an endpoint a new secret; the former one signs too for a day."""
    values = {"salt": new_salt(), "former_salt": e.salt, "former_until": now + BOTH_SECRETS}
    return _change(connection, endpoint_id, values)


def resume(connection: Connection, endpoint_id: str) -> Row[Any] | None:
    """Try an endpoint again at once, from where it stopped."""
    return _change(connection, endpoint_id, {"due_at": None, "attempts": 0, "failing_since": None})


def remove(connection: Connection, endpoint_id: str, now: datetime) -> Row[Any] | None:
    """Post nothing to an endpoint any more."""
    return _change(connection, endpoint_id, {"removed_at": now})


def claim(connection: Connection, now: datetime, until: datetime, most: int) -> Sequence[Row[Any]]:
    """Take the endpoints that are due; nobody else does before `until`.

    Those that have got everything, and those that failed for too long, are left.
    """
    due = (
        e.removed_at.is_(None),
        or_(e.due_at.is_(None), e.due_at <= now),
        or_(e.failing_since.is_(None), e.failing_since > now - GIVEN_UP),
        e.position < end(connection),
    )
    waiting = select(e.id).where(*due).order_by(e.due_at, e.id).limit(most)
    if connection.dialect.name == "postgresql":
        waiting = waiting.with_for_update(skip_locked=True)
    ids = connection.execute(waiting).scalars().all()
    connection.execute(update(feed_endpoints).where(e.id.in_(ids)).values(due_at=until))
    return connection.execute(select(feed_endpoints).where(e.id.in_(ids)).order_by(e.id)).all()


def advance(
    connection: Connection,
    endpoint_id: str,
    position: int,
    claimed: datetime,
    until: datetime | None,
) -> bool:
    """Keep that everything before `position` has arrived; False where the claim was lost.

    `claimed` is what the claim holds until now; `until` prolongs it, None gives it back.
    """
    values = {"position": position, "attempts": 0, "failing_since": None, "due_at": until}
    return _claimed(connection, endpoint_id, claimed, values)


def fail(
    connection: Connection, endpoint_id: str, claimed: datetime, now: datetime, due_at: datetime
) -> bool:
    """Keep that an attempt failed, and when the next one is made; False without the claim."""
    since = func.coalesce(e.failing_since, literal(now, UtcDateTime()))
    values = {"attempts": e.attempts + 1, "failing_since": since, "due_at": due_at}
    return _claimed(connection, endpoint_id, claimed, values)


def _one(connection: Connection, endpoint_id: str) -> Row[Any]:
    return connection.execute(select(feed_endpoints).where(e.id == endpoint_id)).one()


def _claimed(
    connection: Connection, endpoint_id: str, claimed: datetime, values: dict[str, Any]
) -> bool:
    mine = (e.id == endpoint_id, e.due_at == claimed, e.removed_at.is_(None))
    return connection.execute(update(feed_endpoints).where(*mine).values(values)).rowcount == 1


def _change(connection: Connection, endpoint_id: str, values: dict[str, Any]) -> Row[Any] | None:
    there = (e.id == endpoint_id) & e.removed_at.is_(None)
    changed = update(feed_endpoints).where(there).values(values)
    return _one(connection, endpoint_id) if connection.execute(changed).rowcount else None
