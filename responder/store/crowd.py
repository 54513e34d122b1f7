"""The people of a chunk of a file: found or locked in the one order, strangers made contacts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from responder.core.consent import STRANGER
from responder.core.provenance import Candidate
from responder.store import bulk
from responder.store import tables as t
from responder.store.identifiers import new_id
from responder.store.ledger import Person, load_people

_LOCK = (
    " ON CONFLICT (address) DO UPDATE SET kind = contacts.kind"  # changes nothing, and locks
    " RETURNING id, address"
)
_PEOPLE = {
    "postgresql": "SELECT id, address FROM contacts WHERE address = ANY(%(addresses)s)",
    "sqlite": "SELECT id, address FROM contacts"
    " WHERE address IN (SELECT value FROM json_each(:addresses))",
}
_LEFT = (
    "SELECT contact_id, max(at) FROM ledger_events"
    " WHERE kind = 'OptedOut' AND programme IS NULL AND contact_id {among} GROUP BY contact_id"
)
_LEFT_AT = {
    "postgresql": _LEFT.format(among="= ANY(%(ids)s)"),
    "sqlite": _LEFT.format(among="IN (SELECT value FROM json_each(:ids))"),
}


def lock_or_make(
    connection: Connection, candidates: Iterable[Candidate], now: datetime
) -> dict[str, Person]:
    """Lock these people in the order of their addresses, and make contacts of strangers."""
    addresses = {c.address.key: c.address for c in candidates}
    rows = {
        key: {
            "id": new_id(),
            "address": key,
            "kind": address.kind,
            "country": address.country,
            "created_at": now,
            "last_inbound_at": now,
        }
        for key, address in sorted(addresses.items())
    }
    write = bulk.Write(t.contacts, list(rows.values()), _LOCK)
    held = {address: cid for cid, address in bulk.write_returning(connection, write)[0]}
    known = [cid for address, cid in held.items() if cid != rows[address]["id"]]
    people = load_people(connection, known, now) if known else {}
    return {a: people.get(cid) or Person(cid, STRANGER) for a, cid in held.items()}


def lock_known(connection: Connection, addresses: set[str], now: datetime) -> dict[str, Person]:
    """Lock those of these people who are contacts."""
    mine = select(t.contacts.c.id, t.contacts.c.address).where(t.contacts.c.address.in_(addresses))
    held = connection.execute(mine.order_by(t.contacts.c.address).with_for_update()).all()
    people = load_people(connection, [row.id for row in held], now)
    return {row.address: people[row.id] for row in held}


def find(connection: Connection, addresses: Iterable[str], now: datetime) -> dict[str, Person]:
    """Those of these people who are contacts; locks nobody."""
    dialect, named = connection.dialect.name, list(addresses)
    given: Any = named if dialect == "postgresql" else bulk.to_json(named)
    found = bulk.execute(connection, _PEOPLE[dialect], {"addresses": given})
    people = load_people(connection, [row[0] for row in found], now)
    return {address: people[contact_id] for contact_id, address in found}


def left_at(connection: Connection, contact_ids: list[str]) -> dict[str, datetime | None]:
    """When these contacts last ended everything, where they ever did."""
    if not contact_ids:
        return {}
    dialect = connection.dialect.name
    given: Any = contact_ids if dialect == "postgresql" else bulk.to_json(contact_ids)
    rows = bulk.execute(connection, _LEFT_AT[dialect], {"ids": given})
    return {row[0]: bulk.from_stored(row[1]) for row in rows}
