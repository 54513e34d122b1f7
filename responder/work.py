"""The worker: which jobs there are, how often, and how they are wired. `responder work` runs it."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from responder.core.catalog import Catalog
from responder.core.delivery import PATIENCE, Patience
from responder.feed import deliver
from responder.gateways import Gateway
from responder.inbox import Inbox
from responder.keys import Keys
from responder.outbox import Dispatcher
from responder.recover import LOOK_BACK, SETTLED, look, recover
from responder.schedule import Job
from responder.scheduled_export import Write, export
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


@dataclass(frozen=True, slots=True)
class Export:
    """Where the contact base is written daily, and by which writer of CSV."""

    folder: Path
    write: Write


def create_jobs(
    database: Database,
    gateway: Gateway,
    catalog: Catalog,
    keys: Keys,
    clock: Callable[[], datetime],
    patience: Patience = PATIENCE,
    exporting: Export | None = None,
) -> list[Job]:
    """Every job of a worker, ready to run."""
    inbox = Inbox(database, catalog, clock, patience)
    dispatcher = Dispatcher(database, gateway, catalog, clock, random.random, patience)
    dispatcher.catch_up()  # it may begin in the middle of a bad day

    def once(work: Callable[[Connection], int]) -> int:
        with database.write() as connection:
            return work(connection)

    def page_by_page(work: Callable[[Connection], int]) -> int:
        done = 0
        while count := once(work):
            done += count
        return done

    def expire() -> int:
        old = once(lambda c: outbox.expire(c, clock()))
        return old + page_by_page(lambda c: pending.expire(c, catalog, clock()))

    def check_ceiling() -> int:
        replies = once(lambda c: ceiling.watch(c, catalog.replies_per_house, clock()))
        return int(replies >= catalog.replies_per_house)

    def recover_inbound() -> int:
        until = clock() - SETTLED
        found = look(database, gateway, catalog, until - LOOK_BACK, until)
        return len(recover(inbox.receive, found))

    def seal_stragglers(since: timedelta | None) -> int:
        with database.read_long() as connection:
            missed = overlooked(connection, clock() - since if since else None)
        pages = (missed[at : at + _PAGE] for at in range(0, len(missed), _PAGE))
        return sum(once(partial(_seal, keys, clock(), page)) for page in pages)

    def export_base() -> int:
        if exporting is None:
            return 0
        return export(database, catalog, exporting.folder, exporting.write, clock())

    work: dict[str, Callable[[], int]] = {
        "dispatch": dispatcher.dispatch,
        "seal": lambda: page_by_page(lambda c: _seal(keys, clock(), (), c)),
        "feed": lambda: deliver(database, keys, clock, random.random),
        "watch": lambda: once(lambda c: outbox.take_over(c, clock())),
        "tell_provider": lambda: tell_provider(database, gateway, catalog, clock),
        "erase": lambda: page_by_page(lambda c: erase_confirmed(c, keys, catalog, clock())),
        "ceiling": check_ceiling,
        "expire": expire,
        "remind": lambda: once(lambda c: pending.remind(c, catalog, clock())),
        "seal_late": lambda: seal_stragglers(timedelta(minutes=10)),
        "recover": recover_inbound,
        "seal_all": lambda: seal_stragglers(None),
        "export": export_base,
        "retention": lambda: retain(database, keys, catalog, clock()).total(),
    }
    return [Job(name, every, work[name], name == "dispatch") for name, every in EVERY.items()]


def _seal(keys: Keys, now: datetime, event_ids: Sequence[str], connection: Connection) -> int:
    return seal(connection, keys.signing_key(), now, event_ids)
