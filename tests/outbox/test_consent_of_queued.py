"""What waits to be sent leaves only while its person still wants it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from responder.core.catalog import Catalog
from responder.core.delivery import Result
from responder.core.messages import Outbound, Purpose
from responder.gateways import Gateway
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.store import outbox
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import JAZZ, KLUBBEN, NUMBER, Texter, write_config
from tests.outbox.conftest import QUICK, delayed, queue, rows, states, texts
from tests.stub import Stub

ASKS_TWICE = 'opt_in = "double"\n' + KLUBBEN
UNASKED = (Purpose.REQUEST, Purpose.REWARD, Purpose.PROMOTIONAL)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", klubben=ASKS_TWICE, jazz=JAZZ)


@pytest.fixture
def pending(texter: Texter) -> None:
    """The person has asked to join `klubben`, and not confirmed it."""
    texter("JA")


@pytest.mark.parametrize("purpose", UNASKED)
@pytest.mark.parametrize("state", ["due", "unknown", "inline"])
def test_stop_cancels_what_waits(
    database: Database,
    stub: Stub,
    texter: Texter,
    dispatcher: Dispatcher,
    clock: Clock,
    pending: None,
    purpose: Purpose,
    state: str,
) -> None:
    queue(database, clock, purpose, state=state)
    texter("STOPP")
    assert states(database)[:2] == ["superseded", "superseded"]
    dispatcher.dispatch()
    assert texts(stub) == []


@pytest.mark.parametrize("purpose", [Purpose.CONFIRMATION, Purpose.ANSWER])
def test_stop_leaves_what_is_owed(
    database: Database,
    stub: Stub,
    texter: Texter,
    dispatcher: Dispatcher,
    clock: Clock,
    pending: None,
    purpose: Purpose,
) -> None:
    queue(database, clock, purpose)
    texter("STOPP")
    dispatcher.dispatch()
    assert texts(stub) == [f"Nordbageriet: en {purpose}"]


def test_who_leaves_one_programme_keeps_what_waits_from_the_other(
    database: Database, texter: Texter, clock: Clock, pending: None
) -> None:
    texter("JAZZ")
    for programme in ("klubben", "jazz"):
        queue(database, clock, Purpose.PROMOTIONAL, programme=programme)
    texter("STOPP JAZZ")
    promotional = [row for row in rows(database) if row.purpose == Purpose.PROMOTIONAL]
    assert {row.programme: row.state for row in promotional} == {
        "klubben": "due",
        "jazz": "superseded",
    }


def test_what_a_worker_held_when_the_person_left_is_not_sent_by_the_next(
    database: Database,
    stub: Stub,
    texter: Texter,
    dispatcher: Dispatcher,
    clock: Clock,
    pending: None,
) -> None:
    queue(database, clock, Purpose.PROMOTIONAL)
    with database.write() as connection:
        outbox.claim(connection, NUMBER, 1, "another", clock(), QUICK)
    texter("STOPP")
    clock.forward(minutes=2)
    dispatcher.dispatch()
    assert (states(database)[1], texts(stub)) == ("superseded", [])


def test_a_stop_that_came_with_the_request_it_cancels_is_heard(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
) -> None:
    asked = delayed("JA", clock)
    clock.forward(seconds=1)
    inbox.receive([asked, delayed("STOPP", clock)])
    dispatcher.dispatch()
    assert sorted(states(database)) == ["queued", "superseded"]
    assert len(texts(stub)) == 1


def test_a_text_that_is_being_sent_leaves_before_the_stop_is_answered(
    database: Database,
    gateway: Gateway,
    catalog: Catalog,
    stub: Stub,
    texter: Texter,
    clock: Clock,
    pending: None,
) -> None:
    queue(database, clock, Purpose.PROMOTIONAL, wording="opt_in_reminder")
    held = Held(gateway)
    worker = Dispatcher(database, held, lambda: catalog, clock, lambda: 0.0, QUICK)
    with ThreadPoolExecutor(2) as threads:
        sending = threads.submit(worker.dispatch)
        assert held.begun.wait(20)
        stop = threads.submit(texter, "STOPP")
        with pytest.raises(TimeoutError):
            stop.result(timeout=0.5)
        held.released.set()
        assert len(stop.result().replies) == 1
        sending.result()
    assert texts(stub) == ["Nordbageriet: en promotional"]
    assert worker.dispatch() == 0


class Held:
    """Sends only once it is told to."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.begun, self.released = Event(), Event()

    def send(self, outbound: Outbound) -> Result:
        self.begun.set()
        self.released.wait(20)
        return self._gateway.send(outbound)


def test_who_has_confirmed_is_not_reminded_to(
    database: Database,
    stub: Stub,
    texter: Texter,
    dispatcher: Dispatcher,
    clock: Clock,
    pending: None,
) -> None:
    queue(database, clock, Purpose.PROMOTIONAL, wording="opt_in_reminder")
    clock.forward(seconds=30)
    texter("JA")
    dispatcher.dispatch()
    assert texts(stub) == []
