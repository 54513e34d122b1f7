"""Each number sends at its own rate, however many workers there are, and whatever the clock does."""

from datetime import timedelta
from pathlib import Path

import pytest

from responder.core.catalog import Catalog
from responder.core.messages import Purpose
from responder.gateways import Gateway
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.store import pace
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import HOUSE, NUMBER, OFF_NUMBER, write_config
from tests.outbox.conftest import QUICK, at_once, delayed, queue, sent
from tests.stub import Stub

THREE_SEGMENTS = "a" * 400
RATES = HOUSE.replace('"default"', '"default"\nsegments_per_second = 5')
RATES = RATES.replace('"off"', '"off"\nsegments_per_second = 1')


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", RATES)


@pytest.fixture(autouse=True)
def somebody(inbox: Inbox, clock: Clock) -> None:
    """There is a person to write to, whom nothing is owed."""
    inbox.receive([delayed("x", clock, to=OFF_NUMBER)])


def owe(
    database: Database, clock: Clock, texts: int, sender: str = NUMBER, text: str = "a"
) -> None:
    for _ in range(texts):
        queue(database, clock, Purpose.CONFIRMATION, sender=sender, text=text)


def counts(dispatcher: Dispatcher, stub: Stub, clock: Clock, seconds: int) -> list[int]:
    """How many texts have left by each second."""
    left = []
    for _ in range(seconds):
        dispatcher.dispatch()
        left.append(len(sent(stub)))
        clock.forward(seconds=1)
    return left


def test_short_texts_leave_at_the_numbers_rate(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock
) -> None:
    owe(database, clock, 12)
    assert counts(dispatcher, stub, clock, 4) == [5, 10, 12, 12]


def test_a_long_text_takes_the_time_of_its_segments(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock
) -> None:
    owe(database, clock, 10, text=THREE_SEGMENTS)
    left = counts(dispatcher, stub, clock, 7)
    most = [(5 * second + 5 + 2) // 3 for second in range(7)]  # a burst, and the last one's rest
    assert all(mine <= allowed for mine, allowed in zip(left, most, strict=True))
    assert left[-1] == 10


def test_a_number_slower_than_one_text_a_second_waits_for_each(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock
) -> None:
    owe(database, clock, 4, OFF_NUMBER, THREE_SEGMENTS)
    assert counts(dispatcher, stub, clock, 10) == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4]


def test_a_busy_number_does_not_slow_another(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock
) -> None:
    owe(database, clock, 4, OFF_NUMBER, THREE_SEGMENTS)
    owe(database, clock, 5)
    dispatcher.dispatch()
    senders = [message["from"] for message in sent(stub)]
    assert (senders.count(NUMBER), senders.count(OFF_NUMBER)) == (5, 1)


def test_the_rate_is_the_houses_however_many_workers_there_are(
    database: Database, stub: Stub, gateway: Gateway, catalog: Catalog, clock: Clock
) -> None:
    owe(database, clock, 20)
    workers = [
        Dispatcher(database, gateway, lambda: catalog, clock, lambda: 0.0, QUICK) for _ in range(4)
    ]
    at_once(4, lambda index: workers[index].dispatch())
    assert len(sent(stub)) <= 5
    clock.forward(seconds=1)
    at_once(4, lambda index: workers[index].dispatch())
    workers[0].dispatch()
    assert 5 <= len(sent(stub)) <= 10


def test_a_number_that_is_paused_waits_and_the_others_do_not(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock
) -> None:
    owe(database, clock, 1)
    owe(database, clock, 1, OFF_NUMBER)
    with database.write() as connection:
        pace.pause(connection, NUMBER, clock() + timedelta(minutes=1), "30022")
    dispatcher.dispatch()
    assert [message["from"] for message in sent(stub)] == [OFF_NUMBER]
    clock.forward(minutes=1)
    dispatcher.dispatch()
    assert [message["from"] for message in sent(stub)] == [OFF_NUMBER, NUMBER]


def test_a_clock_that_jumps_back_does_not_stop_a_number(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock
) -> None:
    owe(database, clock, 5)
    dispatcher.dispatch()
    clock.forward(hours=-1)
    owe(database, clock, 5)
    dispatcher.dispatch()
    assert len(sent(stub)) == 10


def test_a_clock_that_jumps_back_ends_a_pause(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock
) -> None:
    with database.write() as connection:
        for sender in (NUMBER, pace.EVERYTHING):
            pace.pause(connection, sender, clock() + timedelta(minutes=1), "20003")
    clock.forward(hours=-1)
    owe(database, clock, 1)
    dispatcher.dispatch()
    assert len(sent(stub)) == 1
