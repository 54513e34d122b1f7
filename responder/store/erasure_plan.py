"""Which rows are a person's, and what erasing them would take: nothing is written here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select, union

from responder.core.consent import EvidenceErased
from responder.core.retention import Duty, duty
from responder.store import tables as t

CONSENTS = ("OptInRequested", "OptedIn", "OptedOut", "OptInExpired")
DELETED = (
    *(t.conversations, t.answers, t.contact_tags),
    *(t.provider_notices, t.provider_drifts),
)
"""Tables whose rows of the person are deleted; in the others they are emptied."""
e = t.ledger_events.c


@dataclass(frozen=True, slots=True)
class Plan:
    """What an erasure takes, as counts of rows, and the proof that a duty keeps, with its end."""

    address: str
    goes: dict[str, int]
    stays: int = 0
    duty: Duty | None = None
    until: datetime | None = None


def plan(connection: Connection, contact_id: str, now: datetime) -> Plan:
    """What erasing this person would do now; nothing is written."""
    contact = connection.execute(contact_of(contact_id)).one()
    ended = connection.execute(
        select(func.max(e.at)).where(e.contact_id == contact_id, e.kind.in_(CONSENTS))
    ).scalar()
    held = duty(contact.country, ended, now) if ended else None
    proof = count(connection, t.ledger_evidence, evidence_of(contact_id, None))
    freed = count(connection, t.ledger_evidence, evidence_of(contact_id, held))
    goes = {str(table.name): count(connection, table, of(table, contact_id)) for table in DELETED}
    goes |= {
        "messages": count(connection, t.messages, t.messages.c.id.in_(messages_of(contact_id))),
        "outbox": count(connection, t.outbox, of(t.outbox, contact_id)),
        "receipts": count(connection, t.receipts, receipts_of(contact_id)),
        "evidence": freed,
    }
    until = held.until(ended) if held and ended else None
    return Plan(contact.address, goes, proof - freed, held, until)


def contact_of(contact_id: str) -> Select[Any]:
    """Their own row."""
    return select(t.contacts).where(t.contacts.c.id == contact_id)


def of(table: Table, contact_id: str) -> ColumnElement[bool]:
    """The rows of a person in a table that names its contact."""
    return table.c.contact_id == contact_id


def messages_of(contact_id: str) -> Select[Any]:
    """The ids of what they sent, and of what a colleague noted for them."""
    both = union(
        select(t.decisions.c.message_id).where(t.decisions.c.contact_id == contact_id),
        select(t.cases.c.message_id).where(t.cases.c.contact_id == contact_id),
    ).subquery()
    return select(both.c.message_id)


def receipts_of(contact_id: str) -> ColumnElement[bool]:
    """Of the texts that went to them."""
    o = t.outbox.c
    theirs = select(o.provider_message_id).where(
        o.contact_id == contact_id, o.provider_message_id.is_not(None)
    )
    return t.receipts.c.provider_message_id.in_(theirs)


def evidence_of(contact_id: str, held: Duty | None) -> ColumnElement[bool]:
    """The evidence that may go: all of it, or what a duty does not hold."""
    events = select(e.id).where(e.contact_id == contact_id, e.kind != EvidenceErased.__name__)
    if held:
        events = events.where(e.kind.not_in(CONSENTS))
    return t.ledger_evidence.c.event_id.in_(events)


def count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    """How many rows."""
    return int(
        connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
    )


def is_on_its_way() -> ColumnElement[bool]:
    """Whether something is to be sent to a contact, or is being sent."""
    o = t.outbox.c
    mine = select(o.id).where(o.contact_id == t.contacts.c.id, o.due_at.is_not(None))
    return mine.exists()
