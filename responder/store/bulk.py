"""One statement a table, whatever the size of the batch; on PostgreSQL one for all tables.

On PostgreSQL rows travel as one JSON parameter a table, so the text of each statement never
changes: the server prepares it once, and a batch of fifty costs the round trips of a batch of
one. On SQLite there is no round trip, and the rows are bound one by one. Statements go to the
driver as they are: compiling them anew for each message would cost more than the write.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import orjson
import psycopg
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
    """An UPDATE of `table`, keyed by `id`, for rows of texts with these columns.

    `where` compares the table's columns with those of `given`, which is one of the rows.
    """

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


def upsert(
    table: Table, rows: Rows, keep: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> Write:
    """Insert rows or overwrite those that are there, by primary key.

    A column in `keep` is overwritten only where the new row has something in those it names.
    """
    return Write(table, rows, _overwrite(table, tuple(keep.items())))


def execute(
    connection: Connection, sql: str, parameters: Mapping[str, Any] | Sequence[Any]
) -> list[Any]:
    """Hand one statement to the driver, with parameters in its style; gives the rows."""
    driver: Any = connection.connection.driver_connection
    return _rows_of(driver.execute(sql, parameters))


def _execute_raw(connection: Connection, sql: str, writes: Sequence[Write | Update]) -> list[Any]:
    """PostgreSQL's own placeholders: the driver need not read this long statement each time."""
    driver: Any = connection.connection.driver_connection
    return _rows_of(psycopg.RawCursor(driver).execute(sql, [to_json(one.rows) for one in writes]))


def _rows_of(cursor: Any) -> list[Any]:
    """What a statement gives: nothing where it returns no rows (psycopg has no row number then)."""
    rows: list[Any] = cursor.fetchall() if getattr(cursor, "rownumber", 0) is not None else []
    return rows


def write(connection: Connection, *writes: Write | Update) -> None:
    """Carry out the writes that have rows: in one statement on PostgreSQL, one a table on SQLite.

    In one statement none of them sees what the others do, so an Update never touches a row that
    is inserted beside it; on SQLite it must stand before.
    """
    filled = [one for one in writes if one.rows]
    if connection.dialect.name != "postgresql":
        driver: Any = connection.connection.driver_connection
        for one in filled:
            driver.executemany(_for_one_row(_shape(one)), _bound(one))
    elif filled:
        _execute_raw(connection, _all_at_once(tuple(map(_shape, filled))), filled)


def write_returning(connection: Connection, *writes: Write) -> list[list[Any]]:
    """Carry out writes whose `then` ends in RETURNING, one after the other; gives their rows.

    On PostgreSQL they are one statement, so all must return the same number of text columns.
    """
    if connection.dialect.name != "postgresql":
        return [
            [row for values in _bound(one) for row in execute(connection, sql, values)]
            for one in writes
            for sql in [_for_one_row(_shape(one))]
        ]
    sql = _one_after_the_other(tuple(map(_shape, writes)))
    rows = _execute_raw(connection, sql, writes)
    return [[row[1:] for row in rows if row[0] == index] for index in range(len(writes))]


def to_json(rows: Sequence[Any]) -> str:
    """Rows as the one parameter; times with their zone."""
    return orjson.dumps(rows).decode()


def from_stored(value: datetime | str | None) -> datetime | None:
    """A time as the driver gives it: aware on PostgreSQL, UTC as text on SQLite."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


def time_text(value: datetime) -> str:
    """A time in the form that SQLite stores and PostgreSQL reads: UTC without a zone."""
    utc = value if value.tzinfo is UTC else value.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:26]


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
        f"write{index} AS ({_for_all_rows(shape, f'${index + 1}')})"
        for index, shape in enumerate(writes)
    ]
    return f"WITH {', '.join(parts)}"


def _for_all_rows(shape: _Shape, parameter: str) -> str:
    """PostgreSQL's statement for a JSON parameter of rows."""
    if len(shape) == 2:
        table, then = shape
        names = ", ".join(_names(table))
        types = ", ".join(f"{column.name} {_postgres_type(column)}" for column in table.c)
        unpacked = f"json_to_recordset({parameter}::json) AS unpacked ({types})"
        return f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {unpacked}{then}"  # noqa: S608
    table, sets, columns, where = shape
    typed = ", ".join(f"{column} text" for column in columns)
    # A plan that is kept from when the table was small must not read all of it when it is large.
    chosen = (
        f"SELECT chosen.id FROM json_to_recordset({parameter}::json) AS given ({typed})"  # noqa: S608
        f" CROSS JOIN LATERAL (SELECT id FROM {table.name} WHERE {where} OFFSET 0) AS chosen"
    )
    return f"UPDATE {table.name} SET {sets} WHERE id = ANY(ARRAY({chosen}))"  # noqa: S608


@functools.cache
def _for_one_row(shape: _Shape) -> str:
    """SQLite's statement for one row."""
    if len(shape) == 2:
        table, then = shape
        names = _names(table)
        marks = ", ".join("?" * len(names))
        return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}){then}"  # noqa: S608
    table, sets, columns, where = shape
    for place, column in enumerate(columns, start=1):
        where = where.replace(f"given.{column}", f"?{place}")
    return f"UPDATE {table.name} SET {sets} WHERE {where}"  # noqa: S608


def _bound(one: Write | Update) -> Iterator[Sequence[Any]]:
    """The values of each row in the order of its columns, as SQLite's driver takes them."""
    names = _names(one.table) if isinstance(one, Write) else one.columns
    for row in one.rows:
        values = map(row.get, names)
        yield [time_text(v) if v.__class__ is datetime else v for v in values]


@functools.cache
def _overwrite(table: Table, keep: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    keys = [column.name for column in table.primary_key]
    new = {name: f"excluded.{name}" for name in _names(table) if name not in keys}
    for name, given in keep:
        nothing = " AND ".join(f"excluded.{one} IS NULL" for one in given)
        new[name] = f"CASE WHEN {nothing} THEN {table.name}.{name} ELSE excluded.{name} END"
    sets = ", ".join(f"{name} = {value}" for name, value in new.items())
    return f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sets}"


def _postgres_type(column: Column[Any]) -> str:
    if isinstance(column.type, UtcDateTime):
        return "timestamptz"
    if isinstance(column.type, Boolean):
        return "boolean"
    return "integer" if isinstance(column.type, Integer) else "text"


@functools.cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.c)
