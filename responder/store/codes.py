"""Incentive codes: each is handed out once, and each person gets one for a programme."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, Select, func, select, update

from responder.core.outcomes import Decision, Reward
from responder.core.rewards import had_already, used_up, with_code
from responder.store import bulk
from responder.store.tables import incentive_codes as codes

_PAGE = 10_000


def keep_codes(connection: Connection, programme: str, given: Iterable[str]) -> None:
    """Add a programme's codes that are not known yet, in the file's order; none is ever removed."""
    rows = [
        {"programme": programme, "code": code, "position": position}
        for position, code in enumerate(given)
    ]
    for start in range(0, len(rows), _PAGE):
        bulk.write(connection, bulk.insert_or_ignore(codes, rows[start : start + _PAGE]))


def hand_out(
    connection: Connection, contact_id: str, decision: Decision, reward: Reward, now: datetime
) -> Decision:
    """Take a code for a contact that this transaction has locked, and put it into the reply."""
    mine = (codes.c.programme == reward.programme) & (codes.c.contact_id == contact_id)
    if connection.execute(select(codes.c.code).where(mine)).first():
        return had_already(decision, reward)
    code = connection.execute(_next(reward.programme)).scalar()
    if code is None:
        return used_up(decision, reward)
    taken = (codes.c.programme == reward.programme) & (codes.c.code == code)
    connection.execute(update(codes).where(taken).values(contact_id=contact_id, given_at=now))
    return with_code(decision, reward, code)


def codes_left(connection: Connection) -> Mapping[str, int]:
    """How many codes of each programme are left, also none."""
    left = func.count().filter(codes.c.contact_id.is_(None)).label("left")
    query = select(codes.c.programme, left).group_by(codes.c.programme)
    return {row.programme: row.left for row in connection.execute(query)}


def _next(programme: str) -> Select[str]:
    """The first code that nobody has or is about to have."""
    free = (codes.c.programme == programme) & codes.c.contact_id.is_(None)
    query = select(codes.c.code).where(free).order_by(codes.c.position).limit(1)
    return query.with_for_update(skip_locked=True)
