"""Long work over many rows: its progress on standard error, and no needless looking for cycles."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import click

_ON_TERMINAL = 0.5
_ELSEWHERE = 5.0
"""Seconds between two lines."""
_OBJECTS = 100_000


@contextmanager
def many_rows() -> Iterator[None]:
    """Rows come and go by the thousand and hold no cycles; to look for some takes a third of the
    time, so it is done seldom."""
    thresholds = gc.get_threshold()
    gc.set_threshold(_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


class Progress:
    """Counts rows; a run that is over at once says nothing."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._terminal = sys.stderr.isatty()
        self._pause = _ON_TERMINAL if self._terminal else _ELSEWHERE
        self._begun = self._said = monotonic()

    def at(self, count: int) -> None:
        """So many are done."""
        now = monotonic()
        if now - self._said < self._pause:
            return
        self._said = now
        speed = count / (now - self._begun)
        line = f"{count:,} {self._what} ({speed:,.0f} a second)"
        click.echo(f"\r{line}" if self._terminal else line, err=True, nl=not self._terminal)

    def done(self) -> None:
        """Leave the line that was written over."""
        if self._terminal and self._said > self._begun:
            click.echo(err=True)
