"""The suppression list: keyed hashes of addresses that get nothing promotional.

It outlives the contact, and nobody can read an address from it without the house's key.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select

from responder.store import bulk, tables

_PAGE = 10_000
_FOUND = {
    # an array of texts would be quoted one by one
    "postgresql": "SELECT hash, since FROM suppressions"
    " WHERE hash = ANY(ARRAY(SELECT json_array_elements_text(%(hashes)s::json)))",
    "sqlite": "SELECT hash, since FROM suppressions"
    " WHERE hash IN (SELECT value FROM json_each(:hashes))",
}


class Hasher(Protocol):
    """What hashes addresses: the house's keys, the current one first."""

    @property
    def suppression_key_id(self) -> str: ...

    def suppression_hash(self, address: str) -> str: ...

    def suppression_hashes(self, address: str) -> tuple[str, ...]: ...


def suppress(
    connection: Connection, keys: Hasher, addresses: Iterable[str], reason: str, now: datetime
) -> None:
    """Add addresses (keys of addresses) to the list; who is on it stays as they were added."""
    rows = [
        {
            "hash": keys.suppression_hash(address),
            "key_id": keys.suppression_key_id,
            "since": now,
            "reason": reason,
        }
        for address in sorted(set(addresses))
    ]
    rows.sort(key=lambda row: str(row["hash"]))  # two writers take the same order
    for start in range(0, len(rows), _PAGE):
        page = rows[start : start + _PAGE]
        bulk.write(connection, bulk.insert_or_ignore(tables.suppressions, page))


def suppressed(connection: Connection, keys: Hasher, addresses: Iterable[str]) -> set[str]:
    """Which of these addresses are on the list, whatever key they were hashed with."""
    return set(suppressed_since(connection, keys, addresses))


def suppressed_since(
    connection: Connection, keys: Hasher, addresses: Iterable[str]
) -> dict[str, datetime]:
    """Since when each of these addresses that is on the list is on it."""
    by_hash = {digest: a for a in addresses for digest in keys.suppression_hashes(a)}
    hashes, dialect = list(by_hash), connection.dialect.name
    found: dict[str, datetime] = {}
    for start in range(0, len(hashes), _PAGE):
        page = hashes[start : start + _PAGE]
        rows = bulk.execute(connection, _FOUND[dialect], {"hashes": bulk.to_json(page)})
        for digest, since in rows:
            if (at := bulk.from_stored(since)) is not None:
                found[by_hash[digest]] = at
    return found


def key_ids(connection: Connection) -> frozenset[str]:
    """The names of every key that the list was hashed with."""
    return frozenset(connection.execute(select(tables.suppressions.c.key_id).distinct()).scalars())
