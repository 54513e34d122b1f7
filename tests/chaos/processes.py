"""The processes of one run: started, started again when they die, killed, and gone in the end."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Self

import requests

ROOT = Path(__file__).parents[2]
_PORTS = range(7100, 9900)  # below those that the kernel gives to clients
_AGAIN = 1.0
"""Seconds between two starts of a process that ends by itself, as it does without a database."""
_WARM = 2.0
"""Seconds after which a process that runs has something to do."""
_PATIENCE = 30.0


class NotUp(Exception):
    """A process that did not begin to serve."""


@dataclass
class Unit:
    """One place for a process. Its children are in its group, and die with it."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    killed: bool = False

    def age(self) -> float:
        """Seconds since its process began; 0 where none runs."""
        runs = self.process is not None and self.process.poll() is None
        return monotonic() - self.started if runs else 0.0

    def kill(self) -> None:
        """SIGKILL for the process and its children."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.killed = True


@dataclass
class Keeper:
    """Keeps a process in every unit from `__enter__` to `__exit__`. Logs go to `folder`."""

    folder: Path
    environ: Mapping[str, str]
    units: list[Unit]
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        for unit in self.units:
            self._start(unit)
        self._thread = threading.Thread(target=self._keep, name="keeper")
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
        for unit in self.units:
            unit.kill()

    def kill(self, dice: float, prefix: str = "", warm: float = _WARM) -> str | None:
        """Kill one of the processes that run for a while, as `dice` (0 up to 1) falls; its name."""
        with self._lock:
            up = [u for u in self.units if u.name.startswith(prefix) and u.age() > warm]
            if not up:
                return None
            unit = up[int(dice * len(up))]
            unit.kill()
            return unit.name

    def _keep(self) -> None:
        while not self._stop.wait(0.05):
            with self._lock:
                for unit in self.units:
                    if not unit.age() and self._may_start(unit):
                        self._start(unit)

    def _may_start(self, unit: Unit) -> bool:
        return unit.killed or monotonic() - unit.started > _AGAIN

    def _start(self, unit: Unit) -> None:
        unit.killed, unit.started = False, monotonic()
        with (self.folder / f"{unit.name}.log").open("ab") as log:
            unit.process = subprocess.Popen(
                [sys.executable, "-m", *unit.command],
                cwd=ROOT,
                env=dict(self.environ),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def free_port() -> int:
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
