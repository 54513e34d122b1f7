"""Erase a person: what goes, what stays and why, and the tombstone that is left.

The ledger keeps its events and verifies; salts and documents go. Provider message ids stay
without content, so that a repeated delivery is known and brings nobody back. The keyed hash of
the address goes on the suppression list, so that no import brings them back either.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    delete,
    func,
    select,
    union,
    update,
)

from responder.core.addresses import AddressKind
from responder.core.catalog import Catalog
from responder.core.consent import EvidenceErased
from responder.core.delivery import State
from responder.core.evidence import Source, evidence_of_act, to_text
from responder.core.retention import Duty, duty
from responder.store import tables as t
from responder.store.changes import record
from responder.store.ledger import Person, lock_contacts
from responder.store.suppressions import Hasher, suppress

_PAGE = 50
_CONSENTS = ("OptInRequested", "OptedIn", "OptedOut", "OptInExpired")
_GONE = (
    *(t.conversations, t.answers, t.contact_tags),
    *(t.provider_notices, t.provider_drifts),
)
"""Tables whose rows of the person are deleted; in the others they are emptied."""
_UNSETTLED = (State.INLINE, State.HELD, State.DUE, State.LEASED, State.UNKNOWN)
_ATTRIBUTES = ("number", "keyword", "source", "language", "reminded", "basis", "basis_at")
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
    contact = connection.execute(_contact(contact_id)).one()
    ended = connection.execute(
        select(func.max(e.at)).where(e.contact_id == contact_id, e.kind.in_(_CONSENTS))
    ).scalar()
    held = duty(contact.country, ended, now) if ended else None
    proof = _count(connection, t.ledger_evidence, _evidence(contact_id, None))
    freed = _count(connection, t.ledger_evidence, _evidence(contact_id, held))
    goes = {str(table.name): _count(connection, table, _mine(table, contact_id)) for table in _GONE}
    goes |= {
        "messages": _count(connection, t.messages, t.messages.c.id.in_(_messages(contact_id))),
        "outbox": _count(connection, t.outbox, _mine(t.outbox, contact_id)),
        "receipts": _count(connection, t.receipts, _receipts(contact_id)),
        "evidence": freed,
    }
    until = held.until(ended) if held and ended else None
    return Plan(contact.address, goes, proof - freed, held, until)


def erase(
    connection: Connection,
    keys: Hasher,
    contact_id: str,
    actor: str,
    reason: str,
    catalog: Catalog,
    now: datetime,
) -> Plan | None:
    """Erase one person for good; what was done, or None where they were erased already.

    `actor` and `reason` stay in the ledger's evidence, so they must not name the person.
    """
    person = lock_contacts(connection, [contact_id], now)[contact_id]
    contact = connection.execute(_contact(contact_id)).one()
    if contact.kind == AddressKind.ERASED:
        return None
    planned = plan(connection, contact_id, now)
    _record(connection, person, planned, (actor, reason), catalog, now)
    suppress(connection, keys, [contact.address], "erased", now)
    _empty(connection, contact_id, planned.duty, now)
    return planned


def is_on_its_way() -> ColumnElement[bool]:
    """Whether something is to be sent to a contact, or is being sent."""
    o = t.outbox.c
    mine = select(o.id).where(o.contact_id == t.contacts.c.id, o.due_at.is_not(None))
    return mine.exists()


def erase_confirmed(connection: Connection, keys: Hasher, catalog: Catalog, now: datetime) -> int:
    """Erase a page of people who said yes to it, once nothing is on its way; how many."""
    c = t.cases.c
    waiting = (
        select(t.contacts.c.id, t.messages.c.provider, t.messages.c.raw)
        .join(t.cases, c.contact_id == t.contacts.c.id)
        .join(t.messages, t.messages.c.id == c.message_id)
        .where(c.kind == "erase_confirmed", c.closed_at.is_(None), ~is_on_its_way())
        .order_by(t.contacts.c.address)
        .limit(_PAGE)
    )
    rows = connection.execute(waiting).all()
    for row in rows:
        actor, reason = _on_whose_word(row.provider, row.raw)
        erase(connection, keys, row.id, actor, reason, catalog, now)
    return len(rows)


def drop_kept_proof(
    connection: Connection, contact_ids: Sequence[str], now: datetime, *, dry: bool = False
) -> int:
    """Delete the proof of erased people that no duty keeps any longer; how many documents."""
    of_erasure = (
        select(e.contact_id, t.ledger_evidence.c.document)
        .join(t.ledger_evidence, t.ledger_evidence.c.event_id == e.id)
        .where(e.contact_id.in_(contact_ids), e.kind == EvidenceErased.__name__)
    )
    kept = {row.contact_id: _kept_until(row.document) for row in connection.execute(of_erasure)}
    over = [contact for contact, until in kept.items() if until is None or until <= now]
    left = t.ledger_evidence.c.event_id.in_(
        select(e.id).where(e.contact_id.in_(over), e.kind != EvidenceErased.__name__)
    )
    if dry:
        return _count(connection, t.ledger_evidence, left)
    return connection.execute(delete(t.ledger_evidence).where(left)).rowcount


def _kept_until(document: str) -> datetime | None:
    kept = json.loads(document)["source"].get("kept")
    return datetime.fromisoformat(kept["until"]) if kept else None


def _on_whose_word(provider: str, raw: str) -> tuple[str, str]:
    """Who asked for it: a colleague, whose act stands in the case's message, or the person."""
    if provider != "staff":
        return "the person", "confirmed by text"
    act = json.loads(raw)
    return act["actor"], act["reason"]


def _record(
    connection: Connection,
    person: Person,
    planned: Plan,
    who: tuple[str, str],
    catalog: Catalog,
    now: datetime,
) -> None:
    """The event that lets the evidence go. Its own evidence holds nothing of the person."""
    event = EvidenceErased(max(now, person.standing.last_at or now))
    details: dict[str, Any] = {"actor": who[0], "reason": who[1], "gone": planned.goes}
    if planned.duty and planned.until:
        by = asdict(planned.duty) | {"keep": planned.duty.keep.days}
        details["kept"] = by | {"rows": planned.stays, "until": planned.until.isoformat()}
    source = Source("erasure", "staff", details)
    record(connection, person, [event], [to_text(evidence_of_act(event, None, source, catalog))])


def _empty(connection: Connection, contact_id: str, held: Duty | None, now: datetime) -> None:
    """Everything but what the ledger and a repeated delivery need."""
    said = t.messages.c.id.in_(_messages(contact_id))
    connection.execute(delete(t.ledger_evidence).where(_evidence(contact_id, held)))
    connection.execute(update(t.receipts).where(_receipts(contact_id)).values(raw="{}"))
    connection.execute(update(t.messages).where(said).values(text="", raw="{}", sender=""))
    emptied: dict[Table, dict[str, Any]] = {
        t.decisions: {"trace": "{}"},
        t.outbox: {"text": "", "state": _superseded(), "due_at": None},
        t.subscriptions: dict.fromkeys(_ATTRIBUTES),
        t.cases: {"closed_at": func.coalesce(t.cases.c.closed_at, now)},
    }
    for table, values in emptied.items():
        connection.execute(update(table).where(_mine(table, contact_id)).values(values))
    for table in _GONE:
        connection.execute(delete(table).where(_mine(table, contact_id)))
    mine = update(t.contacts).where(t.contacts.c.id == contact_id)
    tomb = {
        "address": f"{AddressKind.ERASED}:{contact_id}",
        "kind": AddressKind.ERASED,
        "country": None,
    }
    connection.execute(mine.values(tomb | {"unreachable_since": None, "unreachable_code": None}))


def _superseded() -> ColumnElement[str]:
    """What had not reached the provider never will."""
    state = t.outbox.c.state
    return case((state.in_(_UNSETTLED), State.SUPERSEDED), else_=state)


def _contact(contact_id: str) -> Select[Any]:
    return select(t.contacts).where(t.contacts.c.id == contact_id)


def _mine(table: Table, contact_id: str) -> ColumnElement[bool]:
    return table.c.contact_id == contact_id


def _messages(contact_id: str) -> Select[Any]:
    """The ids of what they sent, and of what a colleague noted for them."""
    both = union(
        select(t.decisions.c.message_id).where(t.decisions.c.contact_id == contact_id),
        select(t.cases.c.message_id).where(t.cases.c.contact_id == contact_id),
    ).subquery()
    return select(both.c.message_id)


def _receipts(contact_id: str) -> ColumnElement[bool]:
    """Of the texts that went to them."""
    o = t.outbox.c
    theirs = select(o.provider_message_id).where(
        o.contact_id == contact_id, o.provider_message_id.is_not(None)
    )
    return t.receipts.c.provider_message_id.in_(theirs)


def _evidence(contact_id: str, held: Duty | None) -> ColumnElement[bool]:
    """The evidence that may go: all of it, or what a duty does not hold."""
    events = select(e.id).where(e.contact_id == contact_id, e.kind != EvidenceErased.__name__)
    if held:
        events = events.where(e.kind.not_in(_CONSENTS))
    return t.ledger_evidence.c.event_id.in_(events)


def _count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return int(
        connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
    )
