"""A house whose ledger is sealed, and the means of whoever tampers with it."""

import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, inspect, text

from responder.core.heads import Head, hash_of, key_id, signing_key
from responder.core.merkle import Frontier, leaf_hash, root
from responder.inbox import Inbox
from responder.store import sealed
from responder.store import tables as t
from responder.store.database import Database
from responder.store.projection import books
from responder.store.seal import seal
from responder.store.verify import Report, verify
from tests.factories import inbound

KEY = signing_key("a secret of the tests")
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
ROUNDS = (("JA", "JAZZ", "KLUBB"), ("STOPP", "BULLE"), ("JAZZ", "STOP", "JA"))
"""What people text between two runs of the sealer."""


def people_text(inbox: Inbox, database: Database, now: datetime) -> None:
    """Three rounds, and a head after each: eight people's words, no two of one person at once."""
    for texts in ROUNDS:
        for number, said in enumerate(texts):
            inbox.receive([inbound(said, sender=f"+4670174061{number}")])
        seal_all(database, now)


def seal_all(database: Database, now: datetime, key: Ed25519PrivateKey = KEY) -> int:
    """Run the sealer until nothing is left; gives how many events it sealed."""
    sealed_events = 0
    while True:
        with database.write() as connection:
            count = seal(connection, key, now)
        sealed_events += count
        if not count:
            return sealed_events


def verified(database: Database, kept: Head | None = None) -> Report:
    """What `verify` says of the database."""
    with database.read_long() as connection:
        return verify(connection, KEYS, kept)


def newest(database: Database) -> tuple[Head, str]:
    """The newest head with its signature."""
    with database.read() as connection:
        found = sealed.newest_head(connection)
    assert found
    return found


def tamper(database: Database, *statements: str) -> None:
    """Change the ledger as somebody with the database's password would: without its guards."""
    if not database.is_sqlite:
        with database.write() as connection:
            names = inspect(connection).get_table_names()
            guards = [f"ALTER TABLE {n} DISABLE TRIGGER ALL" for n in names if "ledger" in n]
            for statement in (*guards, *statements):
                connection.execute(text(statement))
        return
    with closing(sqlite3.connect(str(database.url.database))) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        guards = [f"DROP TRIGGER {name}" for (name,) in connection.execute(query)]
        for statement in (*guards, *statements):
            connection.execute(statement)
        connection.commit()


def roll_back(database: Database, size: int) -> None:
    """Take the newest events back with all that is of them, as if they had never been."""
    gone = "(SELECT event_id FROM gone)"
    tamper(
        database,
        f"CREATE TABLE gone AS SELECT event_id FROM ledger_positions WHERE position >= {size}",
        f"DELETE FROM ledger_heads WHERE size > {size}",
        f"DELETE FROM ledger_positions WHERE position >= {size}",
        f"DELETE FROM ledger_evidence WHERE event_id IN {gone}",
        f"DELETE FROM ledger_events WHERE id IN {gone}",
        "DELETE FROM frontiers",
        "DROP TABLE gone",
    )


def roll_projection_back(database: Database) -> None:
    """Have subscriptions and standings say what is left of the events."""
    with database.write() as connection:
        for book in list(books(connection)):
            assert book.folded
            mine = {"contact_id": book.contact_id}
            for table in (t.subscriptions, t.standings):
                connection.execute(delete(table).where(table.c.contact_id == book.contact_id))
            for name, one in book.folded.subscriptions.items():
                row = mine | {"programme": name} | asdict(one)
                connection.execute(insert(t.subscriptions).values(row))
            left = {"out_since": book.folded.out_since}
            connection.execute(insert(t.standings).values(mine | left))


def head_over(database: Database, size: int, previous: Head | None, now: datetime) -> Head:
    """A head of our own making over the first events as they stand."""
    with database.read() as connection:
        leaves = [leaf_hash(leaf) for leaf in sealed.leaves(connection, size)]
    top = root(Frontier().append(leaves)).hex()
    previous_hash = hash_of(previous) if previous else None
    return Head(size, top, now, previous_hash, key_id(KEY.public_key()))
