"""Chaos: python -m tests.chaos [--seed N] [--seconds S] [--database sqlite|postgresql|both]."""

import argparse
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from types import FrameType

from tests.chaos.audit import Findings
from tests.chaos.run import gather, run

FOLDER = Path("var/chaos")
_BOTH = ("sqlite", "postgresql")
_GRACE = 40
"""Seconds past the agreed time after which a run is hung, and ended."""


def main() -> None:
    """Run, print what was driven, what was broken and the counts; exit status 1 unless all is 0."""
    given = _arguments()
    names = _BOTH if given.database == "both" else (given.database,)
    driven, faults, findings = Counter[str](), Counter[str](), Findings()
    print(f"seed {given.seed}", flush=True)
    with _bounded(given.seconds + _GRACE):
        for name in names:
            report = run(name, given.seed, given.seconds / len(names), FOLDER, partial(_say, name))
            driven += report.driven
            faults += report.faults
            findings.broken += report.findings.broken
            findings.confirmations += report.findings.confirmations
        gather(FOLDER, names)
    for one in findings.broken:
        print(f"{one.promise}: {one.seen_at}")
    for what, counts in (("confirmations", findings.confirmations), ("faults", faults)):
        print(f"{what}: {_told(counts)}")
    print(f"seed {given.seed}: {_told(driven)}")
    print(findings.last_line())
    sys.exit(bool(findings.broken))


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))


def _say(name: str, what: str) -> None:
    print(f"{monotonic() - _BEGUN:5.0f} s {name}: {what}", flush=True)


@contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    """A run that hangs, or is asked to stop, still cleans up."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(f"ended by {signal.Signals(number).name}")

    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=140, help="in all; default: 140")
    parser.add_argument("--database", choices=(*_BOTH, "both"), default="both")
    return parser.parse_args()


_BEGUN = monotonic()

if __name__ == "__main__":
    main()
