"""The product's processes in one run: started, started again when they die, killed."""

import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import requests

from tests.chaos import clock
from tests.chaos.house import write_house
from tests.chaos.nursery import Nursery, kill, runs
from tests.factories import ACCOUNT, TOKEN

_PORTS = range(7100, 9900)  # below those that the kernel gives to clients
_AGAIN = 1.0
"""Seconds between two starts of a process that ends by itself, as it does without a database."""
_WARM = 1.0
"""Seconds after which a process surely does something."""
_PATIENCE = 60.0


class NotUp(Exception):
    """A process that did not begin to serve."""


@dataclass(slots=True)
class Unit:
    """One place for a process; `pid` 0 is none yet."""

    name: str
    pid: int = 0
    started: float = 0.0
    killed: bool = False

    def age(self) -> float:
        """Seconds since its process began; 0 where none runs."""
        return monotonic() - self.started if self.pid and runs(self.pid) else 0.0

    def may_start(self) -> bool:
        """Whether nothing runs, and what ended by itself has had its pause."""
        return not self.age() and (self.killed or monotonic() - self.started > _AGAIN)


class Keeper:
    """Keeps a process under each name from `__enter__` to `__exit__`."""

    def __init__(self, nursery: Nursery, names: tuple[str, ...]) -> None:
        self._nursery = nursery
        self._units = [Unit(name, killed=True) for name in names]
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name="keeper")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        for unit in self._units:
            kill(unit.pid)

    def kill(self, dice: float, prefix: str = "", warm: float = _WARM) -> bool:
        """Kill one of those that run for `warm` seconds, as `dice` (0 up to 1) falls."""
        with self._lock:
            up = [u for u in self._units if u.name.startswith(prefix) and u.age() > warm]
            if up:
                unit = up[int(dice * len(up))]
                kill(unit.pid)
                unit.killed = True
            return bool(up)

    def _keep(self) -> None:
        while not self._stop.wait(0.05):
            with self._lock:
                for unit in filter(Unit.may_start, self._units):
                    unit.pid = self._nursery.start(unit.name)
                    unit.killed, unit.started = False, monotonic()


def environment(url: str, folder: Path) -> dict[str, str]:
    """The product's environment for this database, with a house and a spool in `folder`."""
    port = _free_port()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("RESPONDER_", "TWILIO_"))}
    return inherited | {
        "PORT": str(port),
        "RESPONDER_DATABASE_URL": url,
        "RESPONDER_CONFIG": str(write_house(folder / "config").absolute()),
        "RESPONDER_SPOOL": str((folder / "spool").absolute()),
        "RESPONDER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "RESPONDER_SECRET_KEY": "0" * 64,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        clock.VARIABLE: str(clock.seconds_to_noon(datetime.now(UTC))),
    }


def _free_port() -> int:
    """A port of this machine that nobody listens on. Raises NotUp where there is none."""
    for port in _PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise NotUp("no free port")


def wait_until_up(url: str) -> None:
    """Return once `url` answers with success. Raises NotUp."""
    deadline = monotonic() + _PATIENCE
    with requests.Session() as session:
        session.trust_env = False
        while monotonic() < deadline:
            with suppress(requests.RequestException):
                if session.get(url, timeout=2).ok:
                    return
            sleep(0.05)
    raise NotUp(f"nothing at {url}")
