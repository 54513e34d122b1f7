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
_LONGEST = 24
"""Segments of the longest text, 1600 characters of UCS-2: so far past a burst may be spent."""
LONGEST_PAUSE = timedelta(minutes=15)
"""A pause that ends later than this is from a clock that has jumped back, and void."""


def room(connection: Connection, sender: str, per_second: float, now: datetime) -> int:
    """How many segments may leave from a sender now; locks its row, 0 where another has it."""
    row = {"sender": sender, "free_at": None, "paused_until": None, "pause_code": None}
    bulk.write(connection, bulk.insert_or_ignore(senders, [row]))
    mine = select(senders).where(senders.c.sender == sender)
    found = connection.execute(mine.with_for_update(skip_locked=True)).one_or_none()
    if found is None or _is_paused(found.paused_until, now):
        return 0
    free_at = _free_at(found.free_at, per_second, now)
    left = (now + BURST - free_at).total_seconds() * per_second
    return max(int(left), 1 if free_at == now else 0)


def spend(
    connection: Connection, sender: str, claims: list[Claim], per_second: float, now: datetime
) -> None:
    """The sender is busy for as long as these take it."""
    segments = sum(count(one.text).segments for one in claims)
    busy = timedelta(seconds=segments / per_second)
    mine = senders.c.sender == sender
    stored = connection.execute(select(senders.c.free_at).where(mine)).scalar()
    begin = _free_at(stored, per_second, now)
    connection.execute(update(senders).where(mine).values(free_at=begin + busy))


def _free_at(stored: datetime | None, per_second: float, now: datetime) -> datetime:
    """When the sender is free, now at the earliest. What is further away than any text takes is
    from a clock that has jumped back, and must not stop the sender."""
    furthest = now + BURST + timedelta(seconds=_LONGEST / per_second)
    return stored if stored and now < stored <= furthest else now


def pause(connection: Connection, sender: str, until: datetime, code: str) -> None:
    """Let nothing leave from a sender until then (at most LONGEST_PAUSE), or from `EVERYTHING`."""
    row = {"sender": sender, "free_at": None, "paused_until": until, "pause_code": code}
    bulk.write(connection, bulk.upsert(senders, [row], keep={"free_at": ("free_at",)}))


def pauses(connection: Connection, now: datetime) -> list[Row[Any]]:
    """The senders that are paused, until when, and by which error code."""
    query = select(senders.c.sender, senders.c.paused_until, senders.c.pause_code)
    until = senders.c.paused_until
    return list(connection.execute(query.where(until > now, until <= now + LONGEST_PAUSE)))


def _is_paused(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until <= now + LONGEST_PAUSE
