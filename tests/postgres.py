"""A PostgreSQL for tests: the one that is given, else one started on a socket in a new folder."""

import glob
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sqlalchemy import create_engine, make_url, text


class Postgres:
    """A server that lives as long as its `with` block. `url` is that of its own database."""

    def __init__(self, url: str | None, binaries: Path | None = None) -> None:
        self.url = url or ""
        self._binaries = binaries
        self._folder: str | None = None

    def __enter__(self) -> "Postgres":
        if self._binaries:
            self._folder = tempfile.mkdtemp(prefix="pg-test-")
            self._start()
            self.url = f"postgresql+psycopg://postgres@/postgres?host={self._folder}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._folder:
            self.run("pg_ctl", "-D", f"{self._folder}/data", "-m", "immediate", "stop")
            shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def scratch_database(self, template: str = "template1") -> Iterator[str]:
        """The URL of an empty database that is dropped afterwards."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            url = make_url(self.url).set(database=name, drivername="postgresql+psycopg")
            yield url.render_as_string(hide_password=False)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def away(self, name: str) -> Iterator[None]:
        """Within this block the database breaks its connections and takes no new ones."""
        self._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self._execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        yield
        self._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs, as somebody who is not root."""
        assert self._binaries
        unprivileged = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        command = [str(self._binaries / program), *arguments]
        prefix = unprivileged if os.geteuid() == 0 else []
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/")

    def _start(self) -> None:
        folder = str(self._folder)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        self.run("initdb", "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=200"
        log = f"{folder}/log"
        self.run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", log, "-o", options, "start")

    def _execute(self, statement: str) -> None:
        engine = create_engine(
            make_url(self.url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def find_postgres() -> Postgres | None:
    """TEST_POSTGRES_URL, else server binaries on this machine, else None."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        return Postgres(url)
    on_path = shutil.which("initdb")
    folders = [os.path.dirname(on_path)] if on_path else []  # noqa: PTH120
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)  # noqa: PTH207
    for folder in folders:
        if (Path(folder) / "initdb").exists():
            return Postgres(None, Path(folder))
    return None
