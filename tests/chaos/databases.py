"""Databases that can be stopped, and what is left of them for whoever counts again."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, select

from responder.store import migrate
from responder.store.database import Database
from responder.store.tables import metadata
from tests.postgres import Postgres, find_postgres


class Sqlite:
    """A file. Away is another writer that does not end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"

    @contextmanager
    def away(self) -> Iterator[None]:
        """Within this block no writer gets its turn."""
        writer = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            writer.execute("BEGIN IMMEDIATE")
            yield
        finally:
            writer.close()


class PostgreSql:
    """A database on a server. Away is the server stopped where it is ours, else this database."""

    def __init__(self, server: Postgres, url: str) -> None:
        self._server = server
        self.url = url
        folder = make_url(server.url).query.get("host")
        self._data = f"{folder}/data"
        self._is_ours = isinstance(folder, str) and Path(folder, "data").is_dir()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Within this block nobody is connected, nor can be."""
        if not self._is_ours:
            with self._server.away(str(make_url(self.url).database)):
                yield
            return
        self._control("-m", "immediate", "stop")
        try:
            yield
        finally:  # a restart of what does not run is a start with the options of before
            self._control("-l", f"{self._data}/../log", "restart")

    def _control(self, *arguments: str) -> None:
        self._server.run("pg_ctl", "-D", self._data, "-w", *arguments)


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Sqlite | PostgreSql]:
    """A new, migrated database of this kind ("sqlite", "postgresql").

    SQLite stays in `folder`; of PostgreSQL a copy does, made in the end, as a SQLite file.
    Raises LookupError where there is no PostgreSQL.
    """
    path = books_in(folder, name)
    for file in (path, *path.parent.glob(f"{path.name}-*")):
        file.unlink(missing_ok=True)
    if name == "sqlite":
        sqlite = Sqlite(path)
        _migrate(sqlite.url)
        yield sqlite
        return
    server = find_postgres()
    if server is None:
        raise LookupError("no PostgreSQL: set TEST_POSTGRES_URL, or install the package postgresql")
    with server, server.scratch_database() as url:
        _migrate(url)
        yield PostgreSql(server, url)
        _copy(url, path)


def books_in(folder: Path, name: str) -> Path:
    """Where the database of this kind is left."""
    return folder / f"{name}.db"


def _migrate(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database)
    database.dispose()


def _copy(url: str, path: Path) -> None:
    """Every row of every table."""
    source, copy = Database(url), create_engine(f"sqlite:///{path}")
    metadata.create_all(copy)
    with source.read() as reader, copy.begin() as writer:
        for table in metadata.sorted_tables:
            rows = [dict(row._mapping) for row in reader.execute(select(table))]
            if rows:
                writer.execute(table.insert(), rows)
    source.dispose()
    copy.dispose()
