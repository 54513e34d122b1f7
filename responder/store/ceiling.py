"""The house's ceiling: so many automatic replies an hour, over all numbers and people."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from responder.store import bulk
from responder.store.identifiers import first_id_after
from responder.store.tables import ceilings, outbox

AN_HOUR = timedelta(hours=1)
_NAME = "replies"


def replies_of_the_hour(connection: Connection, now: datetime) -> int:
    """How many replies were given or queued within the last hour."""
    since = now - AN_HOUR
    recent = (outbox.c.id >= first_id_after(since)) & (outbox.c.created_at > since)
    return connection.execute(select(func.count()).where(recent)).scalar_one()


def watch(connection: Connection, at_most: int, now: datetime) -> int:
    """Close the house for a minute where it has answered enough; gives the hour's replies.

    Whoever decides reads the row; while the hour stays full it is renewed.
    """
    replies = replies_of_the_hour(connection, now)
    if replies >= at_most:
        row = {"name": _NAME, "until": now + timedelta(minutes=1)}
        bulk.write(connection, bulk.upsert(ceilings, [row]))
    return replies


def is_reached(connection: Connection, now: datetime) -> bool:
    """Whether the house answers only opt-outs at the moment."""
    until = connection.execute(select(ceilings.c.until).where(ceilings.c.name == _NAME)).scalar()
    return until is not None and until > now
