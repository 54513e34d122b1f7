"""What is deleted by itself, after how long, and why. More than that only a person deletes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Table, and_, delete, func, select

from responder.store.tables import provider_drifts, receipts

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Retention:
    """Rows of `table` go once the time in `column` is older than `keep`."""

    table: Table
    column: Column[datetime]
    keep: timedelta
    why: str


RETENTION = (
    Retention(
        receipts,
        receipts.c.received_at,
        timedelta(days=90),
        "a receipt has moved its row; Twilio itself lists messages for longer",
    ),
    Retention(
        provider_drifts,
        provider_drifts.c.found_at,
        timedelta(days=365),
        "a disagreement with a provider is mended or moot within a year",
    ),
)


def count_old(connection: Connection, now: datetime) -> dict[str, int]:
    """How many rows of each table would be deleted now."""
    return {
        rule.table.name: connection.execute(
            select(func.count()).where(rule.column < now - rule.keep)
        ).scalar_one()
        for rule in RETENTION
    }


def delete_old(connection: Connection, now: datetime) -> int:
    """Delete a page of old rows of each table; gives how many went."""
    return sum(_delete(connection, rule, now) for rule in RETENTION)


def _delete(connection: Connection, rule: Retention, now: datetime) -> int:
    old = select(rule.table.c.id).where(and_(rule.column < now - rule.keep)).limit(_PAGE)
    gone = delete(rule.table).where(rule.table.c.id.in_(old))
    return connection.execute(gone).rowcount
