"""The engine and its two kinds of transaction, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from responder.errors import DatabaseAway

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # an acknowledged STOP survives a power cut
    "PRAGMA foreign_keys = ON",
)
_PATIENCE = 4
"""Seconds that a writer waits for another; a provider gives a webhook 15 in all."""
_IDLE_SECONDS = 5.0
_POSTGRES_OPTIONS = (
    # Planning costs more than the few rows that a batch names, so plans are made once and kept;
    # and one that was made while a table was small must not scan it when it is large.
    "-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off"
    f" -c lock_timeout={_PATIENCE}s -c statement_timeout=8s -c timezone=UTC"
)
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
        self._driver: Any = self.engine.dialect.loaded_dbapi

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes; on SQLite it holds the one write lock from its start."""
        with self._named_failures(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and waits for no writer."""
        with self._named_failures(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read_long(self) -> Iterator[Connection]:
        """A transaction that reads much, and all of it as it was at one moment.

        It is without the limits that protect the hot path.
        """
        with self.read() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                for limit in ("statement_timeout = 0", "enable_seqscan = on"):
                    connection.exec_driver_sql(f"SET LOCAL {limit}")
            yield connection

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, self._driver.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            gone = isinstance(cause, self._driver.OperationalError | self._driver.InterfaceError)
            if is_retryable(error) or not gone:
                raise
            name = type(cause).__name__
            raise DatabaseAway(f"the database does not answer ({name})") from error
        except PoolTimeout as error:
            raise DatabaseAway("every connection to the database is in use") from error


def is_retryable(error: Exception) -> bool:
    """Whether another transaction stood in the way, so that a smaller one may pass."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) in _RETRYABLE


def _with_driver(url: URL) -> URL:
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    return url


def _postgres(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=20,
        max_overflow=0,
        pool_timeout=5,
        hide_parameters=True,  # an error's text must not hold what people wrote
        connect_args={"connect_timeout": 5, "options": _POSTGRES_OPTIONS},
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _wake)
    return engine


def _note_rest(_connection: object, record: Any) -> None:
    record.info["resting_since"] = monotonic()


def _wake(connection: Any, record: Any, _proxy: object) -> None:
    """A connection that lay idle may have lost its server; one in steady use need not be asked."""
    if monotonic() - record.info.get("resting_since", inf) < _IDLE_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # people's numbers and words: for nobody else on this machine
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
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
