"""Delivery receipts: every one is kept, and they move an outbox row forward only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from responder.core.addresses import AddressKind, parse_address
from responder.core.delivery import Patience, Sending, Verdict, after_receipt
from responder.core.messages import Receipt
from responder.store import tables as t
from responder.store.identifiers import new_id
from responder.store.refusals import Refusal

o = t.outbox.c


def keep(connection: Connection, receipt: Receipt) -> None:
    """Store a receipt as it came, also one for a message that we do not know."""
    connection.execute(
        insert(t.receipts).values(
            id=new_id(),
            provider=receipt.provider,
            provider_message_id=receipt.provider_message_id,
            outbox_id=receipt.outbox_id,
            status=receipt.status,
            error_code=receipt.error_code,
            received_at=receipt.received_at,
            raw="{}" if _is_of_an_erased(connection, receipt) else receipt.raw,
        )
    )


def _is_of_an_erased(connection: Connection, receipt: Receipt) -> bool:
    """Whether the payload would bring back the number of a person who was erased."""
    if receipt.outbox_id is None:
        return False
    whose = select(t.contacts.c.kind).join(t.outbox, o.contact_id == t.contacts.c.id)
    kind = connection.execute(whose.where(o.id == receipt.outbox_id)).scalar()
    return kind == AddressKind.ERASED


def settle(
    connection: Connection,
    receipt: Receipt,
    verdict: Callable[[str], Verdict],
    now: datetime,
    patience: Patience,
) -> None:
    """Move the row that a receipt is about, unless something later is known already.

    A row that took this message for its own without a reference gives it back.
    """
    row = connection.execute(_about(receipt).with_for_update()).first()
    if row is None:
        return
    if receipt.outbox_id:
        _give_back(connection, receipt, now)
    sending = Sending(row.state, row.attempts, row.provider_message_id)
    move = after_receipt(sending, receipt, verdict(receipt.error_code or ""), now, patience)
    if move:
        values = {"state": move.state, "due_at": move.due_at, "error_code": move.error_code}
        named = {"provider_message_id": receipt.provider_message_id}
        connection.execute(update(t.outbox).where(o.id == row.id).values(values | named))


def refusal_in(
    connection: Connection, receipt: Receipt, verdict: Callable[[str], Verdict]
) -> tuple[Refusal, datetime] | None:
    """What a failed message says about its person, and when it was attempted; None for nothing."""
    code = receipt.error_code or ""
    if verdict(code) not in (Verdict.BLOCKED, Verdict.UNREACHABLE):
        return None
    row = connection.execute(_about(receipt)).first()
    if row:
        at = row.attempted_at or row.created_at
        return Refusal(row.id, row.contact_id, row.sender, code), at
    key = parse_address(receipt.recipient).key
    contact = connection.execute(
        select(t.contacts.c.id).where(t.contacts.c.address == key)
    ).scalar()
    found = Refusal(None, contact, receipt.sender, code) if contact else None
    return (found, receipt.received_at) if found else None


def _about(receipt: Receipt) -> Select[Any]:
    """The row by our own reference, else by the provider's id."""
    mine = o.id == receipt.outbox_id
    if not receipt.outbox_id:
        mine = o.provider_message_id == receipt.provider_message_id
    return select(t.outbox).where(mine).limit(1)


def _give_back(connection: Connection, receipt: Receipt, now: datetime) -> None:
    same = o.provider_message_id == receipt.provider_message_id
    wrongly = update(t.outbox).where(same, o.id != receipt.outbox_id)
    connection.execute(wrongly.values(provider_message_id=None, state="unknown", due_at=now))
