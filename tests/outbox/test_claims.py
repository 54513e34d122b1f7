"""Several workers on one database, and a worker that dies at any moment: each row leaves once."""

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import event

from responder.core.catalog import Catalog
from responder.core.delivery import Move, Result
from responder.core.messages import Outbound, Purpose
from responder.gateways import Gateway
from responder.gateways.twilio import Twilio
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.store import outbox
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import HOUSE, NUMBER, write_config
from tests.outbox.conftest import (
    QUICK,
    at_once,
    delayed,
    queue,
    rows,
    sent,
    states,
    to_provider,
)
from tests.stub import Faults, Stub

PEOPLE = [f"+467017406{number:02}" for number in range(10, 60)]
PROCESSES = get_context("forkserver")  # each child is forked from one that has imported us
PROCESSES.set_forkserver_preload([__name__])
CONFIRMATION, REQUEST = Purpose.CONFIRMATION, Purpose.REQUEST


@pytest.fixture
def config(tmp_path: Path) -> Path:
    fast = HOUSE.replace('"default"', '"default"\nsegments_per_second = 1000')
    return write_config(tmp_path / "config", fast)


@pytest.fixture
def due(inbox: Inbox, clock: Clock) -> None:
    """A confirmation that is due."""
    inbox.receive([delayed("JA", clock)])


def claim(database: Database, worker: str, now: datetime) -> list[outbox.Claim]:
    with database.write() as connection:
        return outbox.claim(connection, NUMBER, 100, worker, now, QUICK)


def test_six_workers_at_once_send_each_row_once(
    database: Database, stub: Stub, gateway: Gateway, catalog: Catalog, inbox: Inbox, clock: Clock
) -> None:
    inbox.receive([delayed("JA", clock, person) for person in PEOPLE])
    workers = [
        Dispatcher(database, gateway, lambda: catalog, clock, lambda: 0.0, QUICK) for _ in range(6)
    ]
    at_once(6, lambda index: workers[index].dispatch())
    workers[0].dispatch()
    assert sorted(message["to"] for message in sent(stub)) == PEOPLE
    assert set(states(database)) == {"queued"}


def test_claims_made_at_once_share_no_row(database: Database, inbox: Inbox, clock: Clock) -> None:
    inbox.receive([delayed("JA", clock, person) for person in PEOPLE])
    claims = at_once(6, lambda index: claim(database, str(index), clock()))
    taken = [one.outbox_id for mine in claims for one in mine]
    assert len(taken) == len(set(taken)) > 0


def test_the_oldest_is_claimed_first(database: Database, inbox: Inbox, clock: Clock) -> None:
    for person in PEOPLE[:3]:
        inbox.receive([delayed("JA", clock, person)])
        clock.forward(seconds=1)
    assert [one.recipient for one in claim(database, "a", clock())] == PEOPLE[:3]


def test_what_one_worker_has_claimed_no_other_touches_until_the_lease_is_over(
    database: Database, due: None, clock: Clock
) -> None:
    (first,) = claim(database, "a", clock())
    clock.now = first.lease_until - timedelta(seconds=1)
    assert claim(database, "b", clock()) == []
    clock.now = first.lease_until
    (second,) = claim(database, "b", clock())
    assert (first.is_unknown, second.is_unknown, second.attempt) == (False, True, 2)


def test_who_lost_the_lease_settles_nothing(database: Database, due: None, clock: Clock) -> None:
    (first,) = claim(database, "a", clock())
    clock.now = first.lease_until
    (second,) = claim(database, "b", clock())
    with database.write() as connection:
        outbox.settle(connection, "a", [(first, Move("failed"))], clock())
    assert states(database) == ["leased"]
    with database.write() as connection:
        outbox.settle(connection, "b", [(second, Move("queued"))], clock())
    assert states(database) == ["queued"]


def test_a_lease_outlasts_every_call_that_is_made_under_it(
    database: Database, stub: Stub, due: None, gateway: Gateway, catalog: Catalog, clock: Clock
) -> None:
    short = replace(QUICK, lease=2 * QUICK.timeout - timedelta(seconds=1))
    worker = Dispatcher(database, gateway, lambda: catalog, clock, lambda: 0.0, short)
    assert (worker.dispatch(), sent(stub)) == (1, [])
    assert states(database) == ["due"]


def test_what_a_slow_worker_claimed_and_never_tried_is_sent_later(
    stub: Stub, gateway: Gateway, catalog: Catalog, database: Database, inbox: Inbox, clock: Clock
) -> None:
    inbox.receive([delayed("JA", clock, person) for person in PEOPLE])
    slow = Dispatcher(database, Slow(gateway, clock), lambda: catalog, clock, lambda: 0.0, QUICK)
    for _ in PEOPLE:
        slow.dispatch()
        clock.forward(minutes=1)
    assert sorted(message["to"] for message in sent(stub)) == PEOPLE


class Slow:
    """Lets twenty seconds go by with each message."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock

    def send(self, outbound: Outbound) -> Result:
        self._clock.forward(seconds=20)
        return self._gateway.send(outbound)

    def find(self, outbound: Outbound, since: datetime) -> Sequence[tuple[str, str]]:
        return self._gateway.find(outbound, since)


@pytest.mark.parametrize(
    ("purpose", "moment"),
    [
        (CONFIRMATION, "before sending"),
        (CONFIRMATION, "after sending"),
        (CONFIRMATION, "before settling"),
        (CONFIRMATION, "while looking up"),
        (REQUEST, "before sending"),
        (REQUEST, "before settling"),
    ],
)
def test_a_worker_that_dies_leaves_a_row_that_the_next_one_sends_exactly_once(
    database: Database,
    stub: Stub,
    inbox: Inbox,
    dispatcher: Dispatcher,
    clock: Clock,
    catalog: Catalog,
    purpose: Purpose,
    moment: str,
) -> None:
    inbox.receive([delayed("JA", clock)])
    dispatcher.dispatch()
    queue(database, clock, purpose)
    if moment == "while looking up":
        leave_unknown(stub, dispatcher, clock)
    a_worker_dies(database, stub, catalog, moment, clock)
    for _ in range(2):
        clock.forward(minutes=2)
        dispatcher.dispatch()
    assert [message["sid"] for message in sent(stub)] == [
        row.provider_message_id for row in rows(database)
    ]


@pytest.mark.parametrize(("moment", "count"), [("before sending", 0), ("after sending", 1)])
def test_what_nobody_asked_for_is_sent_at_most_once_whoever_dies(
    database: Database,
    stub: Stub,
    due: None,
    dispatcher: Dispatcher,
    clock: Clock,
    catalog: Catalog,
    moment: str,
    count: int,
) -> None:
    dispatcher.dispatch()
    queue(database, clock, Purpose.PROMOTIONAL)
    a_worker_dies(database, stub, catalog, moment, clock)
    clock.forward(minutes=2)
    dispatcher.dispatch()
    assert states(database)[1] != "leased"
    assert len(sent(stub)) == 1 + count


def leave_unknown(stub: Stub, dispatcher: Dispatcher, clock: Clock) -> None:
    """The provider takes what is due without saying so, and the time to look it up has come."""
    stub.faults = Faults(error_after=1)
    dispatcher.dispatch()
    stub.faults = Faults()
    clock.forward(minutes=1)


def a_worker_dies(
    database: Database, stub: Stub, catalog: Catalog, moment: str, clock: Clock
) -> None:
    url = database.url.render_as_string(hide_password=False)
    child = PROCESSES.Process(target=die, args=(url, stub.url, catalog, moment, clock()))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def die(database_url: str, api_url: str, catalog: Catalog, moment: str, now: datetime) -> None:
    """Another process: it sends what is due, and kills itself at that moment."""
    database = Database(database_url)
    gateway = Dying(to_provider(api_url), moment, database)
    Dispatcher(database, gateway, lambda: catalog, lambda: now, lambda: 0.0, QUICK).dispatch()


class Dying:
    """A gateway that ends its process, as a power cut would."""

    def __init__(self, gateway: Twilio, moment: str, database: Database) -> None:
        self._gateway = gateway
        self._moment = moment
        self._database = database

    def send(self, outbound: Outbound) -> Result:
        self._die("before sending")
        result = self._gateway.send(outbound)
        self._die("after sending")
        if self._moment == "before settling":
            event.listen(self._database.engine, "commit", lambda _: self._die(self._moment))
        return result

    def find(self, outbound: Outbound, since: datetime) -> Sequence[tuple[str, str]]:
        self._die("while looking up")
        return self._gateway.find(outbound, since)

    def _die(self, moment: str) -> None:
        if moment == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)
