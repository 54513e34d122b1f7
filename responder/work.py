"""The worker: which jobs there are, how often, and how they are wired. `responder work` runs it."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from responder.core.catalog import Catalog
from responder.core.delivery import PATIENCE, Patience
from responder.gateways import Gateway
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.recover import LOOK_BACK, SETTLED, look, recover
from responder.schedule import Job
from responder.store import ceiling, outbox, pending, retention
from responder.store.database import Database
from responder.tell import tell_provider

EVERY: Mapping[str, timedelta] = {
    "dispatch": timedelta(seconds=1),
    "watch": timedelta(seconds=5),
    "tell_provider": timedelta(seconds=5),
    "ceiling": timedelta(seconds=10),
    "expire": timedelta(seconds=30),
    "remind": timedelta(minutes=1),
    "recover": timedelta(minutes=5),
    "seal": timedelta(seconds=1),
    "seal_all": timedelta(hours=1),
    "feed": timedelta(seconds=1),
    "erase": timedelta(seconds=5),
    "export": timedelta(hours=1),
    "retention": timedelta(hours=1),
}
"""How often each job runs."""


def create_jobs(
    database: Database,
    gateway: Gateway,
    catalog: Catalog,
    clock: Callable[[], datetime],
    patience: Patience = PATIENCE,
) -> list[Job]:
    """Every job of a worker, ready to run."""
    inbox = Inbox(database, catalog, clock, patience)
    dispatcher = Dispatcher(database, gateway, catalog, clock, random.random, patience)

    def watch() -> int:
        with database.write() as connection:
            return outbox.take_over(connection, clock())

    def expire() -> int:
        with database.write() as connection:
            old = outbox.expire(connection, clock())
        return old + _page_by_page(lambda c: pending.expire(c, catalog, clock()))

    def remind() -> int:
        with database.write() as connection:
            return pending.remind(connection, catalog, clock())

    def check_ceiling() -> int:
        with database.write() as connection:
            replies = ceiling.watch(connection, catalog.replies_per_house, clock())
        return int(replies >= catalog.replies_per_house)

    def recover_inbound() -> int:
        until = clock() - SETTLED
        return len(
            recover(inbox.receive, look(database, gateway, catalog, until - LOOK_BACK, until))
        )

    def retain() -> int:
        return _page_by_page(lambda c: retention.delete_old(c, clock()))

    def _page_by_page(work: Callable[..., int]) -> int:
        done = 0
        while True:
            with database.write() as connection:
                count = work(connection)
            done += count
            if not count:
                return done

    work: dict[str, Callable[[], int]] = {
        "dispatch": dispatcher.dispatch,
        "watch": watch,
        "tell_provider": lambda: tell_provider(database, gateway, catalog, clock),
        "ceiling": check_ceiling,
        "expire": expire,
        "remind": remind,
        "recover": recover_inbound,
        "retention": retain,
    }
    return [Job(name, every, work[name], name == "dispatch") for name, every in EVERY.items()]
