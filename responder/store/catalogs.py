"""Every catalog that ever served, under its hash: evidence refers to it."""

from datetime import datetime

from sqlalchemy import Connection

from responder.store import bulk
from responder.store.tables import catalogs


def keep_catalog(connection: Connection, digest: str, document: str, now: datetime) -> None:
    """Store a catalog's files under their hash, once."""
    row = {"hash": digest, "document": document, "first_served_at": now}
    bulk.write(connection, bulk.insert_or_ignore(catalogs, [row]))
