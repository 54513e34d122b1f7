"""People text while the timeline's events happen; then nothing happens until all is calm."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from time import monotonic, sleep

from sqlalchemy import func, select

from responder.errors import DatabaseAway
from responder.store import tables as t
from responder.store.database import Database
from tests.chaos import timeline
from tests.chaos.databases import PostgreSql, Sqlite
from tests.chaos.journal import Journal, read_lines
from tests.chaos.processes import Keeper
from tests.chaos.provider import tell
from tests.chaos.traffic import Traffic

Say = Callable[[str], object]
_MOVING = ("inline", "due", "leased", "unknown")
_STARTING = 0.5
"""Seconds after which a worker may be killed that cannot begin for want of its database."""


class Disturbance:
    """What happens to the processes of one run. `stub` is the provider's URL; `journal` and
    `spool` are what it and the product write."""

    def __init__(
        self,
        keeper: Keeper,
        database: Sqlite | PostgreSql,
        stub: str,
        journal: Path,
        spool: Path,
    ) -> None:
        self._keeper = keeper
        self._database = database
        self._stub = stub
        self._journal = journal
        self._spool = spool
        self._over = threading.Event()
        self._is_away = threading.Event()
        self.kills = 0

    def disturb(self, seed: str, seconds: float, away: float, say: Say) -> None:
        """People text for so long; the database is away for so many of these seconds."""
        traffic, begun = Traffic(self._stub, seed), monotonic()
        texting = threading.Thread(target=traffic.run, args=(seconds,), name="traffic")
        with ExitStack() as threads:
            _start(threads, texting)
            try:
                for event in timeline.plan(Random(seed), seconds, away):
                    sleep(max(0.0, begun + event.at - monotonic()))
                    say(f"{len(traffic.sids)} messages, {self.kills} kills; {event}")
                    self._happen(event, threads)
                sleep(max(0.0, begun + seconds - monotonic()))
            finally:
                traffic.stop()
                self._over.set()

    def calm_down(self, deadline: float, say: Say) -> None:
        """No more faults; wait until nothing moves any more, at most until the deadline."""
        tell(self._stub, "faults", {})
        while (moving := self._moving()) and monotonic() < deadline:
            sleep(0.5)
        say(f"not calm in time: {moving}" if moving else "calm")
        tell(self._stub, "drain", {})

    def _happen(self, event: timeline.Event, threads: ExitStack) -> None:
        match event:
            case timeline.Kill(_, dice):
                self._kill(dice)
            case timeline.Faults(_, faults):
                tell(self._stub, "faults", faults)
            case timeline.Away(_, seconds):
                _start(threads, threading.Thread(target=self._take_away, args=(seconds,)))

    def _kill(self, dice: float) -> None:
        """A web process could not come back without its database, and somebody has to keep what
        is texted meanwhile; so then it is a worker's turn."""
        while not self._kill_one(dice):
            sleep(0.1)
        self.kills += 1

    def _kill_one(self, dice: float) -> bool:
        if self._is_away.is_set():
            return self._keeper.kill(dice, "work", _STARTING)
        return self._keeper.kill(dice)

    def _take_away(self, seconds: float) -> None:
        self._is_away.set()
        with self._database.away():
            self._over.wait(seconds)
        self._is_away.clear()

    def _moving(self) -> str:
        """What still has to happen, empty for nothing."""
        texted = Journal().read(read_lines(self._journal)).sids()
        database = Database(self._database.url)
        try:
            with database.read() as connection:
                known = connection.execute(select(t.messages.c.provider_message_id)).scalars()
                lost = len(texted - set(known))
                due = t.outbox.c.due_at.is_not(None) & t.outbox.c.state.in_(_MOVING)
                count = select(func.count()).select_from(t.outbox).where(due)
                rows = connection.execute(count).scalar_one()
        except DatabaseAway as error:
            return str(error)
        finally:
            database.dispose()
        kept = len(list(self._spool.glob("*.json")))
        counts = {"messages to recover": lost, "rows to send": rows, "files to replay": kept}
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


def _start(threads: ExitStack, thread: threading.Thread) -> None:
    """Start a thread that is waited for when the stack unwinds."""
    threads.callback(thread.join)
    thread.start()
