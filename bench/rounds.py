"""Rounds in alternation, so that a noisy minute hits the product and the floor alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from bench import counting
from bench.load import Figures, LoadFailed, Order, run
from bench.messages import EXISTING, Batch

GUESS_PER_SECOND = 2500
"""Requests that a warm-up round prepares for each of its seconds."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: seconds of a round and of a warm-up, rounds of each kind."""

    seconds: float
    warm_seconds: float
    rounds: int


@dataclass(frozen=True, slots=True)
class Side:
    """One server under measure; `contacts` are those in its base before the run."""

    what: str
    port: int
    contacts: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """The medians of one side's rounds.

    `spread` is (fastest - slowest) / median of the rounds' rates: how far to trust a ratio.
    `statements` and `commits` are per message, if counted.
    """

    what: str
    database: str
    connections: int
    contacts: int
    per_second: float
    p50_ms: float
    p99_ms: float
    load_share: float
    spread: float
    statements: float | None = None
    commits: float | None = None


class Rounds:
    """Runs rounds; no two of them share a sender or a MessageSid."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._say = say
        self._seeds: Iterator[int] = count(1)

    def alternate(self, database: str, connections: int, sides: list[Side]) -> list[Measured]:
        """Warm every side up, then measure them in turns. Raises LoadFailed for any error."""
        names = ", ".join(_name(side) for side in sides)
        self._say(f"{database}, {connections} connections: {names}")
        rates = [self._warm(side, connections) for side in sides]
        found: list[list[Figures]] = [[] for _ in sides]
        for _ in range(self._plan.rounds):
            for side, rate, figures in zip(sides, rates, found, strict=True):
                figures.append(self.once(side, connections, self._plan.seconds, 2 * rate))
        return [
            _medians(database, connections, side, figures)
            for side, figures in zip(sides, found, strict=True)
        ]

    def count(self, port: int, folder: Path, connections: int) -> tuple[float, float]:
        """Statements and commits per message, from the server that counts them."""
        side, before = Side("counted", port), counting.read(folder)
        sent = self.once(side, connections, self._plan.warm_seconds, GUESS_PER_SECOND).sent
        spent = counting.read(folder) - before
        return spent.statements / sent, spent.commits / sent

    def once(self, side: Side, connections: int, seconds: float, rate: float) -> Figures:
        """One round, with requests prepared for `rate` a second."""
        requests = int(seconds * rate) + 50 * connections
        batch = Batch(side.port, requests, side.contacts >= EXISTING, next(self._seeds))
        figures = run(Order(batch, connections, seconds))
        if figures.errors:
            raise LoadFailed(f"{_name(side)}: {figures.errors} of {figures.sent} answers not 200")
        return figures

    def _warm(self, side: Side, connections: int) -> float:
        seconds = self._plan.warm_seconds
        return self.once(side, connections, seconds, GUESS_PER_SECOND).per_second


def _name(side: Side) -> str:
    return f"{side.what} with {side.contacts:,} contacts" if side.contacts else side.what


def _medians(database: str, connections: int, side: Side, figures: list[Figures]) -> Measured:
    rates = [one.per_second for one in figures]
    return Measured(
        what=side.what,
        database=database,
        connections=connections,
        contacts=side.contacts,
        per_second=median(rates),
        p50_ms=median(one.p50_ms for one in figures),
        p99_ms=median(one.p99_ms for one in figures),
        load_share=median(one.cpu_share for one in figures),
        spread=(max(rates) - min(rates)) / median(rates),
    )
