"""A million contacts in the base, each with an active subscription and its proof.

Ids stand in the order of the rows, as UUIDv7 ones do.
"""

import os
from pathlib import Path

from sqlalchemy import Connection, text

from bench.messages import EXISTING, NUMBER
from responder.store.database import Database

_TIME = "2026-01-01 00:00:00.000000"
_DOCUMENT = '{"brand":{"name":"Nordbageriet"},"schema":1,"note":"' + "x" * 300 + '"}'
_ID = {
    "postgresql": "'0190{0}' || lpad(to_hex(n), 27, '0')",
    "sqlite": "printf('0190{0}%027x', n)",
}
_ADDRESS = {
    "postgresql": "'+4670' || lpad((n * 7 + 3)::text, 7, '0')",
    "sqlite": "printf('+4670%07d', n * 7 + 3)",
}
_SOURCE = {
    "postgresql": "FROM generate_series(0, :last) AS n",
    "sqlite": "FROM numbers",
}
_NUMBERS = """
CREATE TEMP TABLE numbers AS
WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < :last)
SELECT n FROM counted
"""
_TABLES = {
    "contacts": (
        "id, address, kind, country, created_at, last_inbound_at",
        "{contact}, {address}, 'phone', 'SE', {time}, {time}",
    ),
    "conversations": (
        "contact_id, number, last_text, last_at",
        "{contact}, '{number}', 'welcome', {time}",
    ),
    "subscriptions": (
        "contact_id, programme, state, since, number, keyword, language",
        "{contact}, '{programme}', 'active', {time}, '{number}', 'JA', 'sv'",
    ),
    "ledger_events": (
        "id, contact_id, sequence, kind, programme, sender, at, commitment",
        "{event}, {contact}, 1, 'OptedIn', '{programme}', NULL, {time}, '{digest}'",
    ),
    "ledger_evidence": ("event_id, salt, document", "{event}, '{salt}', '{document}'"),
}


def fill(database: Database, rows: int = EXISTING) -> None:
    """Add the contacts in bulk; the statistics are fresh afterwards."""
    if database.is_sqlite:
        _fill_sqlite(database, rows)
    else:
        _fill_postgres(database, rows)
    os.sync()  # or the kernel writes it out during the first rounds, and their commits wait


def _fill_sqlite(database: Database, rows: int) -> None:
    """Without syncing, which a scratch file can do without; the pragmas are this connection's."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-1000000"):
            driver.execute(f"PRAGMA {pragma}")
        connection.execute(text(_NUMBERS), {"last": rows - 1})
        _insert(connection, "sqlite", {})
        connection.commit()
        driver.execute("ANALYZE")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.invalidate()


def _fill_postgres(database: Database, rows: int) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        if connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")):
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        _insert(connection, "postgresql", {"last": rows - 1})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
        connection.invalidate()


def _insert(connection: Connection, dialect: str, values: dict[str, int]) -> None:
    said = {
        "contact": _ID[dialect].format("c"),
        "event": _ID[dialect].format("e"),
        "address": _ADDRESS[dialect],
        "time": f"TIMESTAMPTZ '{_TIME}+00'" if dialect == "postgresql" else f"'{_TIME}'",
        "number": NUMBER,
        "programme": next(Path("config/programmes").glob("*.toml")).stem,
        "digest": "0" * 64,
        "salt": "0" * 32,
        "document": _DOCUMENT.replace(":", "\\:"),
    }
    for name, (columns, expressions) in _TABLES.items():
        chosen = f"SELECT {expressions.format(**said)} {_SOURCE[dialect]}"
        connection.execute(text(f"INSERT INTO {name} ({columns}) {chosen}"), values)
