"""One noon for everybody, since a reminder leaves only in daytime.

The provider and the product start their clocks at the last noon that was no Sunday's. It lies in
the past, so that no file looks old to them.
"""

import os
from datetime import UTC, datetime, timedelta

import time_machine

VARIABLE = "CHAOS_CLOCK_SHIFT"
_SUNDAY = 6


def seconds_to_noon(now: datetime) -> float:
    """How far the last noon (UTC) that was no Sunday's lies from `now`; never positive."""
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    while noon > now or noon.weekday() == _SUNDAY:
        noon -= timedelta(days=1)
    return (noon - now).total_seconds()


def set_clock() -> None:
    """Move this process's clock as its environment says."""
    shift = timedelta(seconds=float(os.environ[VARIABLE]))
    time_machine.travel(datetime.now(UTC) + shift, tick=True).start()
    datetime.now(UTC)  # it begins to tick when it is first read
