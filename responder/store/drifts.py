"""Where the provider's block list and ours were found to differ."""

from typing import Any

from sqlalchemy import Connection, Row, select

from responder.store.tables import contacts, provider_drifts


def drifts(connection: Connection) -> list[Row[Any]]:
    """Each disagreement with the person's address, newest first."""
    query = select(provider_drifts, contacts.c.address).join(
        contacts, contacts.c.id == provider_drifts.c.contact_id
    )
    return list(connection.execute(query.order_by(provider_drifts.c.found_at.desc())))
