"""Whether a changed config of 500 programmes drops or slows a request.

Requests come at a steady rate. Every few seconds one file is changed; the time from there until
every process serves the new catalog is compared with the time between.
"""

import socket
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread, local
from time import monotonic, sleep

import requests

from bench import postgres
from bench.load import is_whole
from bench.messages import NUMBER, Batch, build
from bench.servers import serve
from responder.store.database import Database
from responder.store.migrate import upgrade

PROGRAMMES = 500
RATE = 50
"""Requests a second."""
CHANGES = 4
_BETWEEN = 5.0
_CLIENTS = 32
_SEEN = 12
"""So many looks in a row must find the new catalog: any process may answer."""
_HOUSE = f"""\
[brand]
name = "Nordbageriet"
support = "kundtjanst@nordbageriet.example"

[[numbers]]
number = "{NUMBER}"
provider = "twilio"
country = "SE"
language = "sv"
"""
_PROGRAMME = """\
name = "Klubb {n}"
numbers = ["{number}"]
keywords = ["{keyword}"]
messages = "{messages}"
frequency = "högst 2 sms i månaden"
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """When a request was due, how long after that it was answered, and whether well."""

    at: float
    seconds: float
    good: bool


@dataclass(frozen=True, slots=True)
class Change:
    """From when a file was changed until every process served it."""

    begun: float
    ended: float


def run(say: Callable[[str], None]) -> None:
    """Both databases, or SQLite alone where there is no PostgreSQL."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("", "bench-", "/var/tmp")))
        urls = stack.enter_context(postgres.databases(["reload"])) or ()
        for url, workers in ((f"sqlite:///{folder}/reload.db", 1), *((url, 2) for url in urls)):
            _measure(url, workers, folder, say)


def _measure(url: str, workers: int, folder: Path, say: Callable[[str], None]) -> None:
    database = Database(url)
    upgrade(database)
    kind = database.url.get_backend_name()
    database.dispose()
    config = folder / kind
    _write(config)
    with serve("product", url, workers, folder, {"RESPONDER_CONFIG": str(config)}) as port:
        changes: list[Change] = []
        done = Event()
        changer = Thread(target=_change, args=(config, port, changes, done))
        changer.start()
        answers = _ask(port, done)
        changer.join()
    say(f"{kind}: {_told(answers, changes)}")


def _write(config: Path) -> None:
    """Words of four syllables, none near another or near a word that leaves."""
    (config / "programmes").mkdir(parents=True)
    (config / "responder.toml").write_text(_HOUSE, encoding="utf-8")
    for n in range(PROGRAMMES):
        _write_programme(config, n, "erbjudanden och nyheter")


def _write_programme(config: Path, n: int, messages: str) -> None:
    syllables = [f"{'BDFGKLMNPR'[int(digit)]}{'AEIOUYAEIO'[int(digit)]}" for digit in f"{n:03d}"]
    text = _PROGRAMME.format(
        n=n, number=NUMBER, keyword=f"{''.join(syllables)}{n:03d}", messages=messages
    )
    (config / "programmes" / f"p{n:03d}.toml").write_text(text, encoding="utf-8")


def _change(config: Path, port: int, changes: list[Change], done: Event) -> None:
    sleep(_BETWEEN)
    for n in range(CHANGES):
        before, begun = _served(port), monotonic()
        _write_programme(config, n, "erbjudanden, nyheter och recept")
        seen = 0
        while seen < _SEEN and monotonic() < begun + 60:
            seen = seen + 1 if _served(port) != before else 0
            sleep(0.05)
        changes.append(Change(begun, monotonic()))
        sleep(_BETWEEN)
    done.set()


def _served(port: int) -> str:
    shown = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).json()
    return str(shown["catalog"])


def _ask(port: int, done: Event) -> list[Answer]:
    """Requests at their times, whatever became of those before."""
    prepared = iter(build(Batch(port, RATE * 600, False, 7)))
    mine = local()

    def ask(request: bytes, due: float) -> Answer:
        if not hasattr(mine, "socket"):
            mine.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        mine.socket.sendall(request)
        good = _whole(mine.socket).startswith(b"HTTP/1.1 200")
        return Answer(due, monotonic() - due, good)

    asked = []
    with ThreadPoolExecutor(_CLIENTS) as pool:
        due = monotonic()
        while not done.is_set():
            sleep(max(0.0, due - monotonic()))
            asked.append(pool.submit(ask, next(prepared), due))
            due += 1 / RATE
    return [one.result() for one in asked]


def _whole(connection: socket.socket) -> bytes:
    received = b""
    while not is_whole(received):
        more = connection.recv(65536)
        if not more:
            return b""
        received += more
    return received


def _told(answers: list[Answer], changes: list[Change]) -> str:
    during = [a for a in answers if any(c.begun <= a.at <= c.ended for c in changes)]
    between = [a for a in answers if a not in during]
    took = max(change.ended - change.begun for change in changes)
    bad = sum(not answer.good for answer in answers)
    return (
        f"{PROGRAMMES} programmes changed {len(changes)} times under {RATE} requests a second:"
        f" {bad} of {len(answers)} failed; served after {took:.1f} s at most;"
        f" meanwhile {_figures(during)}, between {_figures(between)}"
    )


def _figures(answers: list[Answer]) -> str:
    cuts = quantiles([one.seconds * 1000 for one in answers], n=100, method="inclusive")
    worst = max(one.seconds for one in answers) * 1000
    return f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, most {worst:.0f} ms"
