"""Granian, in a child process, with the same settings for the product and the floor."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from bench.messages import ACCOUNT_SID, AUTH_TOKEN

BLOCKING_THREADS = 64
START_SECONDS = 30.0
STOP_SECONDS = 10.0
_TARGETS = {
    "product": "wsgi:app",
    "floor": "bench.floor:create",
    "counted": "bench.counting:create",
}
_READY = {"product": "/healthz", "floor": "/", "counted": "/healthz"}
_ports = iter(range(7100, 9900))


class ServerFailed(Exception):
    """A server that did not come up; the last lines of its log are the message."""


@contextmanager
def serve(
    what: str, database_url: str, workers: int, folder: Path, more: Mapping[str, str] | None = None
) -> Iterator[int]:
    """One server on a loopback port of its own while the block runs; gives the port."""
    port = _free_port()
    log = folder / f"{what}-{port}.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "bench.servers", what, str(port), str(workers)],
            env=_environment(port, database_url) | dict(more or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(child, f"http://127.0.0.1:{port}{_READY[what]}", log)
        yield port
    finally:
        stop(child)


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a child and its workers: asked first, then killed."""
    for ask in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, ask)
            child.wait(STOP_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _environment(port: int, database_url: str) -> dict[str, str]:
    return dict(os.environ) | {
        "RESPONDER_DATABASE_URL": database_url,
        "RESPONDER_CONFIG": "config",
        "RESPONDER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "RESPONDER_SECRET_KEY": "0" * 64,
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "PORT": str(port),
    }


def _free_port() -> int:
    """A port of four digits, as in the public URLs that the product signs by itself."""
    for port in _ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise ServerFailed("no free port between 7100 and 9900")


def _wait(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline and child.poll() is None:
        try:
            with urlopen(url, timeout=2):  # noqa: S310 (loopback http)
                return
        except (URLError, OSError):
            sleep(0.05)
    raise ServerFailed(f"no server at {url}: {log.read_text()[-800:]}")


def main() -> None:
    """`python -m bench.servers product|floor|counted PORT WORKERS`: serve until SIGTERM."""
    what, port, workers = sys.argv[1:]
    Granian(
        _TARGETS[what],
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=BLOCKING_THREADS,
        http=HTTPModes.http1,
        log_enabled=False,
        factory=what != "product",
    ).serve()


if __name__ == "__main__":
    main()
