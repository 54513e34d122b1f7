"""What holds something back for a while, whichever process has noticed it."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from responder.store import bulk
from responder.store.tables import holds

REPLIES = "replies"
"""The house has answered all it may in this hour."""
SPOOL = "spool "
"""Begins the name of each spool whose messages are not all received yet."""


def hold(connection: Connection, name: str, until: datetime) -> None:
    """Hold back until then, or longer than so far."""
    bulk.write(connection, bulk.upsert(holds, [{"name": name, "until": until}]))


def release(connection: Connection, name: str) -> None:
    """Hold back no longer."""
    connection.execute(delete(holds).where(holds.c.name == name))


def is_full(connection: Connection, now: datetime) -> bool:
    """Whether the house answers only opt-outs at the moment."""
    until = connection.execute(select(holds.c.until).where(holds.c.name == REPLIES)).scalar()
    return until is not None and until > now


def is_catching_up(connection: Connection, now: datetime) -> bool:
    """Whether some spool still keeps what people said before."""
    running = (holds.c.until > now) & holds.c.name.startswith(SPOOL)
    return connection.execute(select(holds.c.name).where(running).limit(1)).first() is not None
