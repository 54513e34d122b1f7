"""`responder run`, `serve` and `db upgrade`."""

import multiprocessing
import os
import shlex
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import click
import requests
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from responder.authoring import load_catalog
from responder.cli.work import beside
from responder.core.catalog import Catalog
from responder.observe import configure_logging
from responder.settings import Settings, load_settings
from responder.store import migrate
from responder.store.database import Database

_THREADS = 64
"""Requests one process works on at once: as many can share one group commit."""


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; one on SQLite.")
def run(workers: int | None) -> None:
    """Migrate, serve and work, and say how to try it: everything on one machine.

    Example: PORT=8080 responder run
    """
    configure_logging()
    settings = load_settings(os.environ)
    catalog, _ = load_catalog(settings.config)
    database = Database(settings.database_url)
    migrate.upgrade(database)
    database.dispose()
    with beside():
        _serve(settings, workers, ready=lambda: _say_hello(settings, catalog))


@click.command()
@click.option("--workers", type=click.IntRange(1, 64), help="Web processes; one on SQLite.")
def serve(workers: int | None) -> None:
    """Serve the webhooks; the database must be migrated already.

    Example: responder serve --workers 2
    """
    settings = load_settings(os.environ)
    load_catalog(settings.config)
    database = Database(settings.database_url)
    with database.read() as connection:
        migrate.require_current(connection)
    database.dispose()
    _serve(settings, workers, ready=lambda: click.echo(f"Listening on {_address(settings)}"))


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to this software's revision; safe to run twice or in two places.

    Example: responder db upgrade
    """
    database = Database(load_settings(os.environ).database_url)
    migrate.upgrade(database)
    database.dispose()
    click.echo("The database is up to date.")


_has_terminal = os.isatty(0)


class _Server(MPServer):
    """Takes SIGHUP as a word to look at the config; Granian itself would replace its workers,
    and on a bad config serve no more. A terminal that was closed ends what was started in it."""

    def signal_handler_reload(self, *_args: object, **_more: object) -> None:
        if _has_terminal and not os.isatty(0):
            self.signal_handler_interrupt()  # type: ignore[no-untyped-call]  # Granian has no types
            return
        for worker in multiprocessing.active_children():
            if worker.pid:
                os.kill(worker.pid, signal.SIGHUP)


def _serve(settings: Settings, workers: int | None, ready: Callable[[], None]) -> None:
    sqlite = settings.database_url.startswith("sqlite")
    count = workers or (1 if sqlite else os.cpu_count() or 1)
    if sqlite and count > 1:
        raise click.UsageError("SQLite has one writer: use --workers 1, or PostgreSQL")
    with tempfile.TemporaryDirectory(prefix="responder-metrics-") as folder:
        if count > 1:  # each process counts in a file; /metrics sums them
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        server = _Server(
            "wsgi:app",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=count,
            blocking_threads=_THREADS,
            http=HTTPModes.http1,
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
            working_dir=Path(__file__).parents[2],
        )
        threading.Thread(target=_when_up, args=(settings, ready), daemon=True).start()
        server.serve()


def _when_up(settings: Settings, ready: Callable[[], None]) -> None:
    with requests.Session() as session:
        session.trust_env = False  # a proxy has no part in what stays on this machine
        for _ in range(300):
            try:
                if session.get(f"http://127.0.0.1:{settings.port}/healthz", timeout=1).ok:
                    ready()
                    return
            except requests.RequestException:
                time.sleep(0.1)


def _say_hello(settings: Settings, catalog: Catalog) -> None:
    if settings.local:
        click.echo("Local mode: no provider is connected, and only this machine can reach it.")
    click.echo(f"Listening on {_address(settings)}")
    number = next(iter(catalog.numbers.values()))
    keyword = next((p.keywords[0].text for p in catalog.programmes_on(number)), "STOPP")
    port = f" --url http://127.0.0.1:{settings.port}" if settings.port != 8000 else ""
    click.echo(f"Try it in another terminal: .venv/bin/responder text{port} {shlex.quote(keyword)}")


def _address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}, reached as {settings.public_url}"
