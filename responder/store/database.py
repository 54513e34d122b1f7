"""The engine and its two kinds of transaction, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from responder.errors import DatabaseAway

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an acknowledged STOP survives a power cut
    "PRAGMA foreign_keys = ON",
)
_PATIENCE = 4
"""Seconds that a writer waits for another; a provider gives a webhook 15 in all."""
_POSTGRES_OPTIONS = f"-c lock_timeout={_PATIENCE}s -c statement_timeout=8s -c timezone=UTC"
# What takes a batch apart rather than failing it: deadlock, lock timeout, cancelled statement.
_RETRYABLE = frozenset({"40P01", "40001", "55P03", "57014"})


class Database:
    """One database. `write()` and `read()` give a connection inside a transaction.

    A write commits at the end of its block, or rolls everything back if the block raises. Both
    raise `DatabaseAway` where the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self.url = _with_driver(make_url(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        self._reader = self.engine.execution_options(read_only=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; on SQLite it holds the one write lock from its start."""
        with _named_failures(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for no writer."""
        with _named_failures(), self._reader.connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def is_away(error: DBAPIError) -> bool:
    """Whether this says that the database is gone, rather than that the statement is wrong."""
    if is_retryable(error):
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def is_retryable(error: Exception) -> bool:
    """Whether another transaction stood in the way, so that a smaller one may pass."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _RETRYABLE


@contextmanager
def _named_failures() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if is_away(error):
            name = type(error.orig).__name__
            raise DatabaseAway(f"the database does not answer ({name})") from error
        raise
    except PoolTimeout as error:
        raise DatabaseAway("every connection to the database is in use") from error


def _with_driver(url: URL) -> URL:
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    return url


def _postgres(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=4,
        max_overflow=16,
        pool_timeout=5,
        pool_pre_ping=True,  # a connection that lay idle may have lost its server
        hide_parameters=True,  # an error's text must not hold what people wrote
        connect_args={"connect_timeout": 5, "options": _POSTGRES_OPTIONS},
    )


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _PATIENCE}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions by itself
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
