"""Reads the database's books: the ledger's events folded, and the projection beside them."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, case, func, select

from responder.core.consent import Standing
from responder.store import tables as t
from responder.store.projection import Book, books


def folded(connection: Connection) -> dict[str, Standing]:
    """Address → the fold of the ledger's events, in their sequence."""
    found = {address: book.folded for address, book in _books(connection)}
    return {address: standing for address, standing in found.items() if standing is not None}


def projected(connection: Connection) -> dict[str, Standing]:
    """Address → the standing that the projection's tables tell, and the time of the newest event."""
    e = t.ledger_events.c
    own = case((e.kind.not_in(("Unreachable", "ConfirmationReported")), e.at))
    newest = select(e.contact_id, func.max(own)).group_by(e.contact_id)
    last_at = {row[0]: row[1] for row in connection.execute(newest)}
    return {
        address: replace(book.held, last_at=last_at.get(book.contact_id))
        for address, book in _books(connection)
    }


def _books(connection: Connection) -> Iterator[tuple[str, Book]]:
    addresses = {row.id: row.address for row in connection.execute(select(t.contacts))}
    return ((addresses[book.contact_id], book) for book in books(connection))
