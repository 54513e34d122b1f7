"""What became of confirmations: a final receipt is an event of its own, appended once."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from responder.core.catalog import Catalog
from responder.core.consent import ConfirmationReported
from responder.core.delivery import RANKS
from responder.core.evidence import evidence_of_report, to_text
from responder.core.messages import Purpose, Receipt
from responder.store import tables as t
from responder.store.changes import record
from responder.store.ledger import lock_contacts

_FINAL = RANKS["delivered"]


def note_report(connection: Connection, receipt: Receipt, now: datetime, catalog: Catalog) -> None:
    """Append what a receipt says became of a confirmation, once for each final status.

    Locks the contact, so it must come before anything that locks the outbox row.
    """
    if RANKS.get(receipt.status, -1) < _FINAL:
        return
    row = connection.execute(_confirmation(receipt)).first()
    if row is None:
        return
    person = lock_contacts(connection, [row.contact_id], now)[row.contact_id]
    if person.sequence == 0 or _is_known(connection, row, receipt.status):
        return
    event = ConfirmationReported(receipt.received_at)
    shown = evidence_of_report(event, row.address, _sent(row), receipt, catalog)
    record(connection, person, [event], [to_text(shown)])


def _confirmation(receipt: Receipt) -> Any:
    """The row by our own reference, else by the provider's id, if it is a confirmation."""
    o, m, c = t.outbox.c, t.messages.c, t.contacts.c
    mine = o.id == receipt.outbox_id
    if not receipt.outbox_id:
        mine = o.provider_message_id == receipt.provider_message_id
    return (
        select(t.outbox, c.address, m.provider, m.provider_message_id.label("answers"))
        .join(t.contacts, c.id == o.contact_id)
        .outerjoin(t.messages, m.id == o.message_id)
        .where(mine, o.purpose == Purpose.CONFIRMATION)
        .limit(1)
    )


def _is_known(connection: Connection, row: Row[Any], status: str) -> bool:
    e, v = t.ledger_events.c, t.ledger_evidence.c
    mine = (e.contact_id == row.contact_id) & (e.kind == ConfirmationReported.__name__)
    query = select(v.document).join(t.ledger_events, e.id == v.event_id).where(mine)
    for document in connection.execute(query).scalars():
        said = json.loads(document)["source"]
        if (said["confirmation"]["outbox_id"], said["receipt"]["status"]) == (row.id, status):
            return True
    return False


def _sent(row: Row[Any]) -> dict[str, Any]:
    """The confirmation as sent, and the inbound message that it answers, if one does."""
    return {
        "outbox_id": row.id,
        "wording": row.wording,
        "language": row.language,
        "sender": row.sender,
        "text": row.text,
        "answers": {"provider": row.provider, "id": row.answers} if row.answers else None,
    }
