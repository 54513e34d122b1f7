"""What the provider's refusal of an outbound message tells about the person it was for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from responder.core.addresses import parse_address
from responder.core.catalog import Catalog
from responder.core.consent import ConsentEvent, Unreachable
from responder.core.delivery import Verdict
from responder.core.evidence import evidence_of_refusal, to_text
from responder.core.leaving import by_refusal
from responder.store import bulk
from responder.store.changes import Row, record
from responder.store.identifiers import new_id
from responder.store.ledger import lock_contacts
from responder.store.tables import contacts, provider_drifts


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which message was refused, to whom and from which number, and the provider's error code."""

    outbox_id: str | None
    contact_id: str
    sender: str
    code: str


def note_refusal(
    connection: Connection, refusal: Refusal, verdict: Verdict, at: datetime, catalog: Catalog
) -> None:
    """Record a block that we did not know of, or a number that nobody can be reached on.

    `at` is the time of the attempt: who opted in after it has nothing to do with it.
    """
    if verdict is Verdict.BLOCKED:
        _block(connection, refusal, at, catalog)
    elif verdict is Verdict.UNREACHABLE:
        _mark_unreachable(connection, refusal, at, catalog)


def _mark_unreachable(
    connection: Connection, refusal: Refusal, at: datetime, catalog: Catalog
) -> None:
    person = lock_contacts(connection, [refusal.contact_id], at)[refusal.contact_id]
    alive = contacts.c.unreachable_since.is_(None)
    dead = update(contacts).where(contacts.c.id == refusal.contact_id, alive)
    values = {"unreachable_since": at, "unreachable_code": refusal.code}
    if connection.execute(dead.values(values)).rowcount:
        event = Unreachable(at)
        evidence = _evidence(connection, refusal, event, catalog)
        record(connection, person, [event], [evidence])


def _evidence(
    connection: Connection, refusal: Refusal, event: ConsentEvent, catalog: Catalog
) -> str:
    address = connection.execute(
        select(contacts.c.address).where(contacts.c.id == refusal.contact_id)
    ).scalar_one()
    number = catalog.numbers.get(parse_address(refusal.sender).key)
    provider = number.provider if number else None
    shown = {"provider": provider, "outbox": refusal.outbox_id, "code": refusal.code}
    return to_text(evidence_of_refusal(event, address, shown, catalog))


def _block(connection: Connection, refusal: Refusal, at: datetime, catalog: Catalog) -> None:
    person = lock_contacts(connection, [refusal.contact_id], at)[refusal.contact_id]
    number = catalog.numbers.get(parse_address(refusal.sender).key)
    events = by_refusal(person.standing, number, refusal.sender, catalog, at)
    if not events:
        return
    evidence = [_evidence(connection, refusal, event, catalog) for event in events]
    record(connection, person, events, evidence)
    found = drift(refusal.contact_id, refusal.sender, "blocked_there", refusal.code, at)
    bulk.write(connection, bulk.insert(provider_drifts, [found]))


def drift(contact_id: str, sender: str, kind: str, code: str, at: datetime) -> Row:
    """A row that says where the provider's block list and ours were found to differ."""
    return {
        "id": new_id(),
        "contact_id": contact_id,
        "sender": sender,
        "kind": kind,
        "error_code": code,
        "found_at": at,
    }
