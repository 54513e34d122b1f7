"""One statement a table, whatever the size of the batch.

Rows travel as one JSON parameter, so the text of each statement never changes: the server
prepares it once, and a batch of fifty costs the round trips of a batch of one. JSON is unpacked
by `json_to_recordset` on PostgreSQL and by `json_each` on SQLite.
"""

import functools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, Row, Table, TextClause, text

from responder.store.tables import UtcDateTime

Rows = Sequence[Mapping[str, Any]]


def insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows; a conflict is an error."""
    if rows:
        connection.execute(_insert(table, connection.dialect.name, ""), {"rows": to_json(rows)})


def insert_or_ignore(
    connection: Connection, table: Table, rows: Rows, returning: str
) -> Sequence[Row[Any]]:
    """Insert what is not there yet; gives `returning` of the inserted rows only."""
    statement = _insert(table, connection.dialect.name, f"DO NOTHING RETURNING {returning}")
    return connection.execute(statement, {"rows": to_json(rows)}).all()


def upsert(connection: Connection, table: Table, rows: Rows, keep: Sequence[str] = ()) -> None:
    """Insert rows or overwrite those that are there, by primary key.

    A column in `keep` is overwritten only where the new row says something.
    """
    if rows:
        keys = [column.name for column in table.primary_key]
        names = [name for name in _names(table) if name not in keys]
        new = {
            name: f"COALESCE(excluded.{name}, {table.name}.{name})"
            if name in keep
            else f"excluded.{name}"
            for name in names
        }
        sets = [f"{name} = {value}" for name, value in new.items()]
        clause = f"({', '.join(keys)}) DO UPDATE SET {', '.join(sets)}"
        connection.execute(_insert(table, connection.dialect.name, clause), {"rows": to_json(rows)})


def upsert_returning(
    connection: Connection, table: Table, rows: Rows, conflict: str
) -> Sequence[Row[Any]]:
    """Insert or update as `conflict` says, with what it returns; locks the rows in their order."""
    statement = _insert(table, connection.dialect.name, conflict)
    return connection.execute(statement, {"rows": to_json(rows)}).all()


def to_json(rows: Sequence[Any]) -> str:
    """Rows as the one parameter; times as UTC in the form that both databases store."""
    return json.dumps(rows, default=_time_text, ensure_ascii=False)


def _time_text(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@functools.cache
def _insert(table: Table, dialect: str, conflict: str) -> TextClause:
    names = ", ".join(_names(table))
    clause = f" ON CONFLICT {conflict}" if conflict else ""
    if dialect == "postgresql":
        types = ", ".join(f"{column.name} {_postgres_type(column)}" for column in table.c)
        unpacked = f"json_to_recordset(CAST(:rows AS json)) AS rows ({types})"
        source = f"SELECT {names} FROM {unpacked}"  # noqa: S608 (our own tables' names)
    else:
        values = ", ".join(f"json_extract(value, '$.{name}')" for name in _names(table))
        source = f"SELECT {values} FROM json_each(:rows) WHERE true"  # noqa: S608
    return text(f"INSERT INTO {table.name} ({names}) {source}{clause}")


def _names(table: Table) -> list[str]:
    return [column.name for column in table.c]


def _postgres_type(column: Column[Any]) -> str:
    if isinstance(column.type, UtcDateTime):
        return "timestamptz"
    if isinstance(column.type, Boolean):
        return "boolean"
    return "integer" if isinstance(column.type, Integer) else "text"
