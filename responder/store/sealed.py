"""Reads the sealed ledger in its order: events by position, heads by size.

Rows come from the driver as they are, because a ledger is read whole to be verified.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from responder.core.heads import Head, LedgerEvent, leaf_of
from responder.core.merkle import Frontier
from responder.store import bulk

PAGE = 2000
_CHUNK = 50
"""Rows that PostgreSQL's driver gives at once: fewer than its socket holds, so that the server
reads on while these are verified."""
LEDGER = "ledger"
"""The name of the ledger's frontier."""


class SealedRow(NamedTuple):
    """What stands at one position, as the driver gives it; None where an event has no evidence.

    `is_erased` says that an event of the person erased the evidence. The columns of the leaf come
    last, in its order; `at` is UTC without its zone. Of an event that is gone only the position
    and the id are there.
    """

    salt: str | None
    document: bytes | None
    is_erased: bool | None
    position: int
    event_id: str
    contact_id: str
    sequence: int
    kind: str
    programme: str | None
    sender: str | None
    at: datetime | str
    commitment: str

    def event(self) -> LedgerEvent:
        """The event. TypeError or ValueError where a column holds what none can hold."""
        return LedgerEvent(*self[3:-2], _moment(self.at), self.commitment)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far the ledger goes, seen at one moment.

    `size` is the newest head's, `positions` one more than the highest position, `sealed` how
    many positions there are.
    """

    size: int
    positions: int
    sealed: int
    frontier: Frontier | None


def look_up_by_key(connection: Connection) -> None:
    """Have PostgreSQL read rows by their keys, in this transaction: none waits for a whole table.

    A hash or a sort of all evidence would be as large as the evidence.
    """
    _let_planner(connection, "off")


def look_up_freely(connection: Connection) -> None:
    """Have PostgreSQL choose again how to read."""
    _let_planner(connection, "on")


def _let_planner(connection: Connection, use: str) -> None:
    if connection.dialect.name == "postgresql":
        for way in ("seqscan", "hashjoin", "mergejoin", "bitmapscan"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = {use}")


def extent(connection: Connection) -> Extent:
    """How far the ledger goes now."""
    ((size, last, sealed, frontier_size, peaks),) = bulk.execute(connection, _EXTENT, {})
    frontier = None
    if peaks is not None:
        frontier = read_frontier(frontier_size, peaks)
    return Extent(size or 0, 0 if last is None else last + 1, sealed, frontier)


def read_frontier(size: int, peaks: str) -> Frontier:
    """The frontier as it was noted; an unreadable note is one that fits nothing."""
    try:
        return Frontier(size, tuple(map(bytes.fromhex, orjson.loads(peaks))))
    except (ValueError, TypeError):
        return Frontier(-1, ())


def rows(connection: Connection, start: int, stop: int) -> Iterator[tuple[Any, ...]]:
    """What stands at the positions from `start` up to, not with, `stop`: a `stream`.

    Each is what a SealedRow is made of: to make one costs a tenth of what verifying it does.
    """
    return stream(connection, _ROWS[connection.dialect.name], {"start": start, "stop": stop})


def stream(
    connection: Connection, sql: str, parameters: Mapping[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """The rows of one statement, while the database is still reading on.

    Nothing else may be asked on the connection before the last of them is read.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        cursor = driver.cursor()
        found: Iterator[tuple[Any, ...]] = cursor.stream(sql, parameters, binary=True, size=_CHUNK)
        return found
    return iter(driver.execute(sql, parameters))


def leaves(connection: Connection, stop: int) -> Iterator[bytes]:
    """The leaves at the positions before `stop`, without looking at any evidence."""
    statement, start = _EVENTS[connection.dialect.name], 0
    while page := bulk.execute(connection, statement, {"start": start, "stop": stop, "page": PAGE}):
        for position, event_id, contact, sequence, kind, programme, sender, at, promise in page:
            when = spelt(at)
            yield leaf_of(
                position, event_id, contact, sequence, kind, programme, sender, when, promise
            )
        start = page[-1][0] + 1


def heads(connection: Connection, stop: int) -> Iterator[tuple[Head, str]]:
    """The heads up to this size with their signatures, the oldest first."""
    statement, after = _HEADS[connection.dialect.name], -1
    while page := bulk.execute(connection, statement, {"after": after, "stop": stop, "page": PAGE}):
        yield from map(_head, page)
        after = page[-1][0]


def newest_head(connection: Connection) -> tuple[Head, str] | None:
    """The newest head with its signature."""
    found = bulk.execute(connection, _NEWEST_HEAD, {})
    return _head(found[0]) if found else None


def _head(row: Any) -> tuple[Head, str]:
    size, root, at, previous_hash, key_id, signature = row
    when = bulk.from_stored(at)
    if when is None:
        raise ValueError("a head without a time")
    return Head(size, root, when, previous_hash, key_id), signature


def spelt(at: datetime | str) -> datetime | str:
    """A time of an event as `leaf_of` takes it: in its one spelling, or what is spelt so there."""
    if isinstance(at, str):
        return f"{at[:10]}T{at[11:]}+00:00"
    return at if at.microsecond else f"{at.isoformat(timespec='microseconds')}+00:00"


def _moment(at: datetime | str) -> datetime:
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).replace(tzinfo=UTC)


def _both(statement: str) -> dict[str, str]:
    """A statement with named parameters in the style of each driver.

    Documents are read as the bytes that they are hashed as, and PostgreSQL's times without a zone:
    neither costs a conversion.
    """
    names = ("start", "stop", "page", "after")
    lite = {name: f":{name}" for name in names}
    post = {name: f"%({name})s" for name in names}
    lite |= {"document": "CAST(v.document AS BLOB)", "moment": "e.at"}
    post |= {"document": "convert_to(v.document, 'UTF8')", "moment": "e.at AT TIME ZONE 'UTC'"}
    return {"sqlite": statement.format(**lite), "postgresql": statement.format(**post)}


_COLUMNS = "e.contact_id, e.sequence, e.kind, e.programme, e.sender, {moment}, e.commitment"
_ERASED = (
    "CASE WHEN v.event_id IS NULL THEN EXISTS (SELECT 1 FROM ledger_events AS x"
    " WHERE x.contact_id = e.contact_id AND x.kind = 'EvidenceErased'"
    " AND x.sequence >= e.sequence) END"
)
_RANGE = "p.position >= {start} AND p.position < {stop} ORDER BY p.position"
_ROWS = _both(
    f"SELECT v.salt, {{document}}, {_ERASED}, p.position, p.event_id, {_COLUMNS}"  # noqa: S608
    " FROM ledger_positions AS p LEFT JOIN ledger_events AS e ON e.id = p.event_id"
    f" LEFT JOIN ledger_evidence AS v ON v.event_id = p.event_id WHERE {_RANGE}"
)
_EVENTS = _both(
    f"SELECT p.position, e.id, {_COLUMNS}"  # noqa: S608
    f" FROM ledger_positions AS p JOIN ledger_events AS e ON e.id = p.event_id"
    f" WHERE {_RANGE} LIMIT {{page}}"
)
_HEAD = "size, root, at, previous_hash, key_id, signature"
_HEADS = _both(
    f"SELECT {_HEAD} FROM ledger_heads"  # noqa: S608
    " WHERE size > {after} AND size <= {stop} ORDER BY size LIMIT {page}"
)
_NEWEST_HEAD = f"SELECT {_HEAD} FROM ledger_heads ORDER BY size DESC LIMIT 1"  # noqa: S608
_EXTENT = f"""
SELECT (SELECT max(size) FROM ledger_heads), (SELECT max(position) FROM ledger_positions),
       (SELECT count(*) FROM ledger_positions), f.size, f.peaks
  FROM (SELECT 1) AS one LEFT JOIN frontiers AS f ON f.name = '{LEDGER}'
"""  # noqa: S608
