"""The house's ceiling: so many automatic replies an hour, over all numbers and people."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from responder.store import holds
from responder.store.identifiers import first_id_after
from responder.store.tables import outbox

AN_HOUR = timedelta(hours=1)


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
        holds.hold(connection, holds.REPLIES, now + timedelta(minutes=1))
    return replies
