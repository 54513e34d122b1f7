"""A PostgreSQL for the run: a scratch database in the one given, or a scratch server."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic, sleep

import psycopg
from psycopg import sql
from sqlalchemy import make_url

_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "listen_addresses": ""}
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0


@contextmanager
def databases(names: list[str]) -> Iterator[list[str] | None]:
    """URLs of empty databases that are gone afterwards; None where no PostgreSQL is found."""
    with ExitStack() as stack:
        given = os.environ.get("TEST_POSTGRES_URL")
        binaries = None if given else _binaries()
        if binaries:
            given = stack.enter_context(_server(binaries))
        if given is None:
            yield None
        else:
            yield [stack.enter_context(_scratch(given, name)) for name in names]


@contextmanager
def _scratch(server: str, name: str) -> Iterator[str]:
    """A database under a name that nobody else has."""
    database = f"bench_{name}_{secrets.token_hex(4)}"
    plain = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    _execute(plain, "CREATE DATABASE {}", database)
    try:
        url = make_url(server).set(drivername="postgresql+psycopg", database=database)
        yield url.render_as_string(hide_password=False)
    finally:
        _execute(plain, "DROP DATABASE IF EXISTS {} WITH (FORCE)", database)


def _execute(url: str, statement: str, database: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(database)))


def _binaries() -> Path | None:
    """The folder of initdb and postgres."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    config = shutil.which("pg_config")
    if config:
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(said.stdout.strip()))
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists()), None)


@contextmanager
def _server(binaries: Path) -> Iterator[str]:
    """A server on a socket in a temporary folder, durable as PostgreSQL is by default."""
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-", dir="/var/tmp"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
        _run([binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"])
        options = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        command: list[str | Path] = [
            binaries / "postgres",
            "-D",
            folder / "data",
            "-k",
            folder,
            *options,
        ]
        with (folder / "log").open("wb") as log:
            child = subprocess.Popen(
                _unprivileged(command), stdout=log, stderr=log, start_new_session=True
            )
        try:
            url = f"postgresql://postgres@/postgres?host={folder}"
            _wait(url, child)
            yield url
        finally:
            _stop(child)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stop(child: subprocess.Popen[bytes]) -> None:
    """A fast shutdown; killed where that takes too long."""
    child.send_signal(signal.SIGINT)
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _unprivileged(command: list[str | Path]) -> list[str]:
    drop = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    return [*(drop if os.geteuid() == 0 else []), *map(str, command)]


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(_unprivileged(command), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()[-400:]}")


def _wait(url: str, child: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if child.poll() is not None or monotonic() > deadline:
                raise
            sleep(0.1)
