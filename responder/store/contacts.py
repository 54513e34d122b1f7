"""One contact by its address: found, or made."""

from datetime import datetime

from sqlalchemy import Connection, select

from responder.core.addresses import Address
from responder.store import bulk
from responder.store import tables as t
from responder.store.identifiers import new_id


def find(connection: Connection, address: Address) -> str | None:
    """The id of the contact with this address, or None."""
    query = select(t.contacts.c.id).where(t.contacts.c.address == address.key)
    return connection.execute(query).scalar()


def find_or_make(connection: Connection, address: Address, now: datetime) -> str:
    """The id of the contact with this address, made where there is none."""
    row = {
        "id": new_id(),
        "address": address.key,
        "kind": address.kind,
        "country": address.country,
        "created_at": now,
        "last_inbound_at": now,
    }
    bulk.write(connection, bulk.insert_or_ignore(t.contacts, [row]))
    return find(connection, address) or str(row["id"])
