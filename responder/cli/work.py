"""`responder work`, and the worker that `responder run` starts beside the server."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
import structlog

from responder.app import create_worker
from responder.live import follow_catalog
from responder.observe import configure_logging
from responder.schedule import create_scheduler
from responder.settings import load_settings
from responder.store.clock import DatabaseClock
from responder.store.database import Database
from responder.store.identifiers import new_id

_log = structlog.get_logger()


@click.command()
@click.option("--beside", is_flag=True, hidden=True, help="End with the process that started it.")
def work(beside: bool) -> None:
    """Send what is due, and do everything that has its time. Start as many as you like.

    Example: responder work
    """
    configure_logging()
    settings = load_settings(os.environ)
    database = Database(settings.database_url)
    clock = DatabaseClock(database)
    live = follow_catalog(settings, database, clock)
    jobs = create_worker(settings, database, live, clock).jobs()
    scheduler = create_scheduler(jobs, database, clock, new_id())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    signal.signal(signal.SIGHUP, lambda *_: live.wake())
    live.keep_looking(stop)
    scheduler.start()
    _log.info("working", jobs=[job.name for job in jobs])
    parent = os.getppid()
    while not stop.wait(1.0):
        if beside and os.getppid() != parent:
            break
    scheduler.shutdown()  # what is being sent is settled first
    database.dispose()


@contextmanager
def beside() -> Iterator[None]:
    """A worker of its own process for as long as this block lasts, started anew when it dies.

    It looks at the config by itself, so no signal need be passed on to it.
    """
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(stop,), name="worker")
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep(stop: threading.Event) -> None:
    while not stop.is_set():
        command = [sys.executable, "-m", "responder", "work", "--beside"]
        with subprocess.Popen(command) as worker:  # noqa: S603 (our own program)
            while worker.poll() is None and not stop.wait(0.2):
                pass
            worker.terminate()
        if not stop.wait(2.0):
            _log.error("worker_ended", status=worker.returncode)
