"""One statement a table, whatever the size of the batch; on PostgreSQL one for all tables.

Rows travel as one JSON parameter a table, so the text of each statement never changes: the
server prepares it once, and a batch of fifty costs the round trips of a batch of one. JSON is
unpacked by `json_to_recordset` on PostgreSQL and by `json_each` on SQLite. Statements go to the
driver as they are: compiling them anew for each message would cost more than the write.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Boolean, Column, Connection, Integer, Table

from responder.store.tables import UtcDateTime

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Write:
    """What one table gets: rows to insert, and what to do where they are there already.

    `then` is the text after the source of rows: empty, or an ON CONFLICT or RETURNING clause.
    """

    table: Table
    rows: Rows
    then: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """An UPDATE of `table` from rows of texts with these columns, which it names `given`."""

    table: Table
    sets: str
    columns: tuple[str, ...]
    where: str
    rows: Rows


def insert(table: Table, rows: Rows) -> Write:
    """Insert rows; a conflict is an error."""
    return Write(table, rows)


def insert_or_ignore(table: Table, rows: Rows, returning: str = "") -> Write:
    """Insert what is not there yet; may give `returning` of what was not."""
    then = f" RETURNING {returning}" if returning else ""
    return Write(table, rows, f" ON CONFLICT DO NOTHING{then}")


def upsert(table: Table, rows: Rows, keep: tuple[str, ...] = ()) -> Write:
    """Insert rows or overwrite those that are there, by primary key.

    A column in `keep` is overwritten only where the new row says something.
    """
    return Write(table, rows, _overwrite(table, keep))


def execute(connection: Connection, sql: str, parameters: Mapping[str, Any]) -> list[Any]:
    """Hand one statement to the driver, with named parameters in its style; gives the rows."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.execute(sql, parameters)
    rows: list[Any] = cursor.fetchall() if cursor.description else []
    return rows


def write(connection: Connection, *writes: Write | Update) -> None:
    """Carry out the writes: in one statement on PostgreSQL, one a table on SQLite.

    In one statement none of them sees what the others do, so an Update never touches a row that
    is inserted beside it; on SQLite it must stand before.
    """
    if connection.dialect.name == "postgresql":
        execute(connection, _all_at_once(tuple(map(_shape, writes))), _parameters(writes))
        return
    for one in writes:
        if one.rows:
            execute(connection, _statement(_shape(one), "sqlite", "rows"), _rows(one))


def write_returning(connection: Connection, *writes: Write) -> list[list[Any]]:
    """Carry out writes whose `then` ends in RETURNING, one after the other; gives their rows.

    On PostgreSQL they are one statement, so all must return the same number of text columns.
    """
    if connection.dialect.name != "postgresql":
        return [
            execute(connection, _statement(_shape(w), "sqlite", "rows"), _rows(w)) for w in writes
        ]
    sql = _one_after_the_other(tuple(map(_shape, writes)))
    rows = execute(connection, sql, _parameters(writes))
    return [[row[1:] for row in rows if row[0] == index] for index in range(len(writes))]


def to_json(rows: Sequence[Any]) -> str:
    """Rows as the one parameter; times as UTC in the form that both databases store."""
    return orjson.dumps(rows, time_text, orjson.OPT_PASSTHROUGH_DATETIME).decode()


def from_stored(value: datetime | str | None) -> datetime | None:
    """A time as the driver gives it: aware on PostgreSQL, UTC as text on SQLite."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


def time_text(value: datetime) -> str:
    """A time in the form that both databases store."""
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


_Shape = tuple[Table, str] | tuple[Table, str, tuple[str, ...], str]
"""What the text of a write's statement depends on."""


def _shape(one: Write | Update) -> _Shape:
    if isinstance(one, Write):
        return one.table, one.then
    return one.table, one.sets, one.columns, one.where


@functools.cache
def _all_at_once(writes: tuple[_Shape, ...]) -> str:
    return f"{_with(writes)} SELECT 1"


@functools.cache
def _one_after_the_other(writes: tuple[_Shape, ...]) -> str:
    """The rows are fetched in this order, and with them the writes done and the locks taken."""
    rows = [f"SELECT {i}, write{i}.* FROM write{i}" for i in range(len(writes))]  # noqa: S608
    return f"{_with(writes)} {' UNION ALL '.join(rows)}"


def _with(writes: tuple[_Shape, ...]) -> str:
    parts = [
        f"write{index} AS ({_statement(shape, 'postgresql', f'rows{index}')})"
        for index, shape in enumerate(writes)
    ]
    return f"WITH {', '.join(parts)}"


def _rows(one: Write | Update) -> dict[str, str]:
    return {"rows": to_json(one.rows)}


def _parameters(writes: Sequence[Write | Update]) -> dict[str, str]:
    return {f"rows{index}": to_json(one.rows) for index, one in enumerate(writes)}


@functools.cache
def _statement(shape: _Shape, dialect: str, parameter: str) -> str:
    if len(shape) == 2:
        return _insert(*shape, dialect, parameter)
    return _update(*shape, dialect, parameter)


def _update(
    table: Table, sets: str, columns: tuple[str, ...], where: str, dialect: str, parameter: str
) -> str:
    if dialect == "postgresql":
        typed = ", ".join(f"{column} text" for column in columns)
        given = f"json_to_recordset(%({parameter})s::json) AS given ({typed})"
    else:
        values = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
        given = f"(SELECT {values} FROM json_each(:{parameter})) AS given"  # noqa: S608
    return f"UPDATE {table.name} SET {sets} FROM {given} WHERE {where}"  # noqa: S608


def _insert(table: Table, then: str, dialect: str, parameter: str) -> str:
    names = ", ".join(_names(table))
    if dialect == "postgresql":
        types = ", ".join(f"{column.name} {_postgres_type(column)}" for column in table.c)
        unpacked = f"json_to_recordset(%({parameter})s::json) AS unpacked ({types})"
        source = f"SELECT {names} FROM {unpacked}"  # noqa: S608 (our own tables' names)
    else:
        values = ", ".join(f"json_extract(value, '$.{name}')" for name in _names(table))
        source = f"SELECT {values} FROM json_each(:{parameter}) WHERE true"  # noqa: S608
    return f"INSERT INTO {table.name} ({names}) {source}{then}"


@functools.cache
def _overwrite(table: Table, keep: tuple[str, ...]) -> str:
    keys = [column.name for column in table.primary_key]
    new = {
        name: f"COALESCE(excluded.{name}, {table.name}.{name})"
        if name in keep
        else f"excluded.{name}"
        for name in _names(table)
        if name not in keys
    }
    sets = ", ".join(f"{name} = {value}" for name, value in new.items())
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"


def _postgres_type(column: Column[Any]) -> str:
    if isinstance(column.type, UtcDateTime):
        return "timestamptz"
    if isinstance(column.type, Boolean):
        return "boolean"
    return "integer" if isinstance(column.type, Integer) else "text"


def _names(table: Table) -> list[str]:
    return [column.name for column in table.c]
