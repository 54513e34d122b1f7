"""How fast each number may send, and whether anything may be sent at all.

`free_at` is when a number has sent what it was given, so the rate is the house's, however many
workers there are (virtual scheduling, as in ITU-T I.371 Annex A).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from responder.core.segments import count
from responder.store import bulk
from responder.store.outbox import Claim
from responder.store.tables import senders

EVERYTHING = "*"
"""The name under which all sending is paused: bad credentials, a suspended account."""
BURST = timedelta(seconds=1)


def room(connection: Connection, sender: str, per_second: float, now: datetime) -> int:
    """How many segments may leave from a sender now; locks its row, 0 where another has it."""
    row = {"sender": sender, "free_at": None, "paused_until": None, "pause_code": None}
    bulk.write(connection, bulk.insert_or_ignore(senders, [row]))
    mine = select(senders).where(senders.c.sender == sender)
    found = connection.execute(mine.with_for_update(skip_locked=True)).one_or_none()
    if found is None or (found.paused_until and found.paused_until > now):
        return 0
    free_at = max(found.free_at or now, now)
    if free_at > now + BURST:  # a clock that jumped back must not stop the sender
        free_at = now
    left = (now + BURST - free_at).total_seconds() * per_second
    return max(int(left), 1 if free_at == now else 0)


def spend(
    connection: Connection, sender: str, claims: list[Claim], per_second: float, now: datetime
) -> None:
    """The sender is busy for as long as these take it."""
    segments = sum(count(one.text).segments for one in claims)
    busy = timedelta(seconds=segments / per_second)
    mine = senders.c.sender == sender
    free_at = connection.execute(select(senders.c.free_at).where(mine)).scalar()
    begin = free_at if free_at and now < free_at <= now + BURST else now
    connection.execute(update(senders).where(mine).values(free_at=begin + busy))


def pause(connection: Connection, sender: str, until: datetime, code: str) -> None:
    """Let nothing leave from a sender until then, or from any (`EVERYTHING`)."""
    row = {"sender": sender, "free_at": None, "paused_until": until, "pause_code": code}
    bulk.write(connection, bulk.upsert(senders, [row], keep=("free_at",)))


def pauses(connection: Connection, now: datetime) -> list[Row[Any]]:
    """The senders that are paused, until when, and by which error code."""
    query = select(senders.c.sender, senders.c.paused_until, senders.c.pause_code)
    return list(connection.execute(query.where(senders.c.paused_until > now)))
