"""What may go wrong, with which probability, and the dice that decide."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from tests.stub.journal import Journal


@dataclass(frozen=True)
class Faults:
    """Probabilities from 0 to 1. Nothing goes wrong by default."""

    # create
    too_many: float = 0
    """429, code 20429, Retry-After: not accepted."""
    error_before: float = 0
    """500, code 20500: not accepted."""
    error_after: float = 0
    """Accepted, then 500, code 20500."""
    stall: float = 0
    """Nothing for `stall_seconds`; then accepted and answered, or neither, half of the time."""
    stall_seconds: float = 30
    drop: float = 0
    """Accepted, then the connection is closed without an answer."""
    refuse_auth: float = 0
    """401, code 20003, on every resource of the account."""
    suspended: float = 0
    """403, code 30002."""
    # status callbacks
    duplicate: float = 0
    """Posted twice."""
    reorder: float = 0
    """The last status is posted before the first."""
    lose: float = 0
    """Never posted; the message itself moves on."""
    early: float = 0
    """The first callback arrives before the create is answered."""
    fail: float = 0
    """Ends `undelivered` (30003) or `failed` (30008)."""
    # webhooks
    repeat: float = 0
    """Delivered once more after a 2xx; that second answer is recorded, not executed."""
    lose_webhook: float = 0
    """Never delivered: the message only shows in the list."""

    @classmethod
    def read(cls, values: Mapping[str, float]) -> "Faults":
        """Faults from a JSON object; what is not named is zero. Raises ValueError."""
        try:
            return cls(**{name: float(value) for name, value in values.items()})
        except (TypeError, AttributeError) as error:
            raise ValueError(f"unknown faults: {error}") from error


class Dice:
    """Decides what goes wrong, and notes it. The same seed throws the same numbers."""

    def __init__(self, seed: int, journal: Journal, faults: Faults) -> None:
        self.faults = faults
        self._random = random.Random(seed)
        self._journal = journal

    def falls(self, name: str, **about: object) -> bool:
        """Whether this fault strikes now; nothing is thrown for one that is switched off."""
        probability: float = getattr(self.faults, name)
        strikes = probability > 0 and self._random.random() < probability
        if strikes:
            self._journal.write("fault", name=name, **about)
        return strikes

    def coin(self) -> bool:
        return self._random.random() < 0.5
