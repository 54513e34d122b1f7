"""Delivery receipts: every one is kept, and they move an outbox row forward only."""

from sqlalchemy import Connection, bindparam, case, insert, update

from responder.core.messages import Receipt
from responder.store.identifiers import new_id
from responder.store.tables import outbox, receipts

RANKS = {
    "inline": 0,
    "accepted": 1,
    "queued": 2,
    "sending": 3,
    "sent": 4,
    "delivered": 5,
    "undelivered": 5,
    "failed": 5,
    "canceled": 5,
    "read": 6,
}
"""Twilio's statuses in the order they happen; callbacks may come in any order."""


def settle(connection: Connection, receipt: Receipt) -> None:
    """Store a receipt and move the row it is about, unless something later is known already."""
    connection.execute(
        insert(receipts).values(
            id=new_id(),
            provider=receipt.provider,
            provider_message_id=receipt.provider_message_id,
            outbox_id=receipt.outbox_id,
            status=receipt.status,
            error_code=receipt.error_code,
            received_at=receipt.received_at,
            raw=receipt.raw,
        )
    )
    rank = RANKS.get(receipt.status)
    if rank is not None and receipt.outbox_id:
        moved = {"status": receipt.status, "code": receipt.error_code, "rank": rank}
        ours = {"provider_id": receipt.provider_message_id, "outbox": receipt.outbox_id}
        connection.execute(_FORWARD, moved | ours)


_RANK_NOW = case(RANKS, value=outbox.c.state, else_=99)
_FORWARD = (
    update(outbox)
    .where(outbox.c.id == bindparam("outbox"))
    .where(bindparam("rank") > _RANK_NOW)
    .values(
        state=bindparam("status"),
        error_code=bindparam("code"),
        provider_message_id=bindparam("provider_id"),
    )
)
