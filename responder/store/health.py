"""The state of what is owed, in a few counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, func, select

from responder.core.delivery import DEAD, State
from responder.store.tables import cases, outbox, provider_drifts

_CAN_LEAVE = (State.DUE, State.UNKNOWN, State.LEASED)


@dataclass(frozen=True, slots=True)
class Health:
    """`rows` counts outbox rows by state, those that are settled left out; `overdue` is how long
    the oldest that could leave has waited."""

    rows: Mapping[str, int]
    overdue: timedelta
    drifts: int
    cases: int


def health(connection: Connection, now: datetime) -> Health:
    """Count, by indexes only."""
    o = outbox.c
    per_state = select(o.state, func.count().label("rows")).group_by(o.state)
    waiting = connection.execute(per_state.where(o.due_at.is_not(None))).all()
    dead = connection.execute(per_state.where(o.state.in_(DEAD))).all()
    could = (o.due_at <= now) & o.state.in_(_CAN_LEAVE)
    oldest = connection.execute(select(func.min(o.due_at)).where(could)).scalar()
    return Health(
        rows={row.state: row.rows for row in (*waiting, *dead)},
        overdue=now - oldest if oldest else timedelta(),
        drifts=_count(connection, select(func.count()).select_from(provider_drifts)),
        cases=_count(
            connection, select(func.count()).select_from(cases).where(cases.c.closed_at.is_(None))
        ),
    )


def _count(connection: Connection, query: Select[int]) -> int:
    return connection.execute(query).scalar_one()
