"""Erase a person: what goes, what stays and why, and the tombstone that is left.

The ledger keeps its events and verifies; salts and documents go. Provider message ids stay
without content, so that a repeated delivery is known and brings nobody back. The keyed hash of
the address goes on the suppression list, so that no import brings them back either.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, delete, func, select, update

from responder.core.addresses import AddressKind
from responder.core.catalog import Catalog
from responder.core.consent import EvidenceErased
from responder.core.delivery import State
from responder.core.evidence import Source, evidence_of_act, to_text
from responder.core.retention import Duty
from responder.store import tables as t
from responder.store.changes import record
from responder.store.erasure_plan import (
    DELETED,
    Plan,
    contact_of,
    count,
    evidence_of,
    is_on_its_way,
    messages_of,
    of,
    plan,
    receipts_of,
)
from responder.store.ledger import Person, lock_contacts
from responder.store.suppressions import Hasher, suppress

_PAGE = 50
_UNSETTLED = (State.INLINE, State.HELD, State.DUE, State.LEASED, State.UNKNOWN)
_ATTRIBUTES = ("number", "keyword", "source", "language", "reminded", "basis", "basis_at")
e = t.ledger_events.c


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
    contact = connection.execute(contact_of(contact_id)).one()
    if contact.kind == AddressKind.ERASED:
        return None
    planned = plan(connection, contact_id, now)
    _record(connection, person, planned, (actor, reason), catalog, now)
    suppress(connection, keys, [contact.address], "erased", now)
    _empty(connection, contact_id, planned.duty, now)
    return planned


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
        return count(connection, t.ledger_evidence, left)
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
    said = t.messages.c.id.in_(messages_of(contact_id))
    connection.execute(delete(t.ledger_evidence).where(evidence_of(contact_id, held)))
    connection.execute(update(t.receipts).where(receipts_of(contact_id)).values(raw="{}"))
    connection.execute(update(t.messages).where(said).values(text="", raw="{}", sender=""))
    emptied: dict[Table, dict[str, Any]] = {
        t.decisions: {"trace": "{}"},
        t.outbox: {"text": "", "state": _superseded(), "due_at": None},
        t.subscriptions: dict.fromkeys(_ATTRIBUTES),
        t.cases: {"closed_at": func.coalesce(t.cases.c.closed_at, now)},
    }
    for table, values in emptied.items():
        connection.execute(update(table).where(of(table, contact_id)).values(values))
    for table in DELETED:
        connection.execute(delete(table).where(of(table, contact_id)))
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
