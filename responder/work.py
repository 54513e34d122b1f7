"""The worker: which jobs there are, how often, and how they are wired. `responder work` runs it."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from responder.core.catalog import Serving
from responder.core.delivery import PATIENCE, Patience
from responder.feed import deliver
from responder.gateways import Gateway
from responder.inbox import Inbox
from responder.keys import Keys
from responder.outbox import Dispatcher
from responder.recover import LOOK_BACK, SETTLED, look, recover
from responder.schedule import Job
from responder.scheduled_export import export
from responder.store import ceiling, outbox, pending
from responder.store.database import Database
from responder.store.erase import erase_confirmed
from responder.store.retention import retain
from responder.store.seal import overlooked, seal
from responder.tell import tell_provider

_PAGE = 1000

EVERY: Mapping[str, timedelta] = {
    "dispatch": timedelta(seconds=1),
    "seal": timedelta(seconds=1),
    "feed": timedelta(seconds=1),
    "watch": timedelta(seconds=5),
    "tell_provider": timedelta(seconds=5),
    "erase": timedelta(seconds=5),
    "ceiling": timedelta(seconds=10),
    "expire": timedelta(seconds=30),
    "remind": timedelta(minutes=1),
    "seal_late": timedelta(minutes=1),
    "recover": timedelta(minutes=5),
    "seal_all": timedelta(hours=1),
    "export": timedelta(hours=1),
    "retention": timedelta(hours=1),
}
"""How often each job runs."""


class Worker:
    """The jobs of one worker process, over what they work with."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        serving: Serving,
        keys: Keys,
        clock: Callable[[], datetime],
        patience: Patience = PATIENCE,
        export_folder: Path | None = None,
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._serving = serving
        self._keys = keys
        self._clock = clock
        self._inbox = Inbox(database, serving, clock, patience)
        self._dispatcher = Dispatcher(database, gateway, serving, clock, random.random, patience)
        self._dispatcher.catch_up()  # it may begin in the middle of a bad day
        self._export_folder = export_folder

    def jobs(self) -> list[Job]:
        """Every job, ready to run."""
        work: dict[str, Callable[[], int]] = {
            "dispatch": self._dispatcher.dispatch,
            "seal": self._seal,
            "feed": lambda: deliver(self._database, self._keys, self._clock, random.random),
            "watch": lambda: self._once(lambda c: outbox.take_over(c, self._clock())),
            "tell_provider": self._tell_provider,
            "erase": self._erase,
            "ceiling": self._check_ceiling,
            "expire": self._expire,
            "remind": self._remind,
            "seal_late": lambda: self._seal_stragglers(timedelta(minutes=10)),
            "recover": self._recover,
            "seal_all": lambda: self._seal_stragglers(None),
            "export": self._export,
            "retention": self._retain,
        }
        return [Job(name, every, work[name], name == "dispatch") for name, every in EVERY.items()]

    def _once(self, work: Callable[[Connection], int]) -> int:
        with self._database.write() as connection:
            return work(connection)

    def _page_by_page(self, work: Callable[[Connection], int]) -> int:
        done = 0
        while count := self._once(work):
            done += count
        return done

    def _seal(self) -> int:
        return self._page_by_page(lambda c: seal(c, self._keys.signing_key(), self._clock()))

    def _seal_stragglers(self, since: timedelta | None) -> int:
        with self._database.read_long() as connection:
            missed = overlooked(connection, self._clock() - since if since else None)
        pages = (missed[at : at + _PAGE] for at in range(0, len(missed), _PAGE))
        return sum(self._once(partial(self._seal_these, page)) for page in pages)

    def _seal_these(self, event_ids: Sequence[str], connection: Connection) -> int:
        return seal(connection, self._keys.signing_key(), self._clock(), event_ids)

    def _tell_provider(self) -> int:
        return tell_provider(self._database, self._gateway, self._serving(), self._clock)

    def _erase(self) -> int:
        catalog = self._serving()
        return self._page_by_page(lambda c: erase_confirmed(c, self._keys, catalog, self._clock()))

    def _check_ceiling(self) -> int:
        limit = self._serving().replies_per_house
        return int(self._once(lambda c: ceiling.watch(c, limit, self._clock())) >= limit)

    def _expire(self) -> int:
        catalog = self._serving()
        old = self._once(lambda c: outbox.expire(c, self._clock()))
        return old + self._page_by_page(lambda c: pending.expire(c, catalog, self._clock()))

    def _remind(self) -> int:
        return self._once(lambda c: pending.remind(c, self._serving(), self._clock()))

    def _recover(self) -> int:
        until = self._clock() - SETTLED
        found = look(self._database, self._gateway, self._serving(), until - LOOK_BACK, until)
        return len(recover(self._inbox.receive, found))

    def _export(self) -> int:
        if self._export_folder is None:
            return 0
        return export(self._database, self._serving(), self._export_folder, self._clock())

    def _retain(self) -> int:
        return retain(self._database, self._keys, self._serving(), self._clock()).total()
