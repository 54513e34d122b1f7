"""What goes wrong and when, all of it known from the seed before anything begins. Pure."""

from dataclasses import dataclass, field
from random import Random

from tests.chaos.house import STALL

KILL_EVERY = 1.75
_FAULTS_EVERY = 4.0
_AT_ONCE = 3
_MISCHIEF: tuple[dict[str, float], ...] = (
    {"too_many": 0.3},
    {"error_before": 0.3},
    {"error_after": 0.3},
    {"stall": 0.15, "stall_seconds": STALL},
    {"drop": 0.3},
    {"refuse_auth": 0.05},
    {"suspended": 0.05},
    {"duplicate": 0.4},
    {"reorder": 0.4},
    {"lose": 0.4},
    {"early": 0.3},
    {"fail": 0.05},
    {"repeat": 0.3},
    {"lose_webhook": 0.1},
)


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL for a process of those that run; `dice` (0 up to 1) says which."""

    at: float
    dice: float


@dataclass(frozen=True, slots=True)
class Faults:
    """From now on the provider misbehaves so, and in no other way."""

    at: float
    faults: dict[str, float] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Away:
    """The database stops, for so many seconds."""

    at: float
    seconds: float


Event = Kill | Faults | Away


def plan(random: Random, seconds: float, away: float) -> list[Event]:
    """The events of so many seconds, in order; the database is `away` so long in the middle."""
    kills = [Kill(at, random.random()) for at in _moments(random, seconds, KILL_EVERY)]
    faults = [Faults(at, _faults(random)) for at in _moments(random, seconds, _FAULTS_EVERY)]
    stop = Away(random.uniform(0.2, 0.8) * (seconds - away), away)
    return sorted([*kills, *faults, stop], key=lambda event: event.at)


def _moments(random: Random, seconds: float, every: float) -> list[float]:
    """One moment in each span of so many seconds."""
    return [(n + random.random()) * every for n in range(int(seconds / every))]


def _faults(random: Random) -> dict[str, float]:
    chosen = random.sample(_MISCHIEF, random.randint(0, _AT_ONCE))
    return {name: value for one in chosen for name, value in one.items()}
