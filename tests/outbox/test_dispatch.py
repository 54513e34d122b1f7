"""What is due leaves once; final, retry, unknown and halt are four different things."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from responder.core.catalog import Catalog
from responder.core.messages import Purpose
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.store import outbox
from responder.store import tables as t
from responder.store.database import Database
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import ACCOUNT, NUMBER, OFF_NUMBER, PERSON, TOKEN, Texter
from tests.outbox.conftest import (
    FRIEND,
    QUICK,
    delayed,
    queue,
    readdress,
    receipt,
    rows,
    sent,
    states,
    to_provider,
    until,
)
from tests.stub import Faults, Stub

COUNTRY_IS_OFF, UNSUBSCRIBED, LANDLINE = "+15005550003", "+15005550004", "+15005550009"
"""Numbers that the provider refuses for what they are."""


@pytest.fixture
def due(inbox: Inbox, clock: Clock) -> None:
    """A confirmation that is due."""
    inbox.receive([delayed("JA", clock)])


def test_what_is_due_is_sent_once_and_keeps_the_providers_id(
    database: Database, stub: Stub, due: None, dispatcher: Dispatcher
) -> None:
    assert (dispatcher.dispatch(), dispatcher.dispatch()) == (1, 0)
    (message,), (row,) = sent(stub), rows(database)
    assert (message["to"], message["body"]) == (PERSON, row.text)
    assert (row.provider_message_id, row.state, row.due_at) == (message["sid"], "queued", None)


def test_a_refusal_is_final_and_a_person_sees_it(
    database: Database, due: None, dispatcher: Dispatcher, clock: Clock
) -> None:
    readdress(database, COUNTRY_IS_OFF)
    dispatcher.dispatch()
    clock.forward(hours=1)
    assert dispatcher.dispatch() == 0
    with database.read() as connection:
        (dead,) = outbox.dead_letters(connection, 10)
    assert (dead.state, dead.error_code, dead.attempts) == ("failed", "21408", 1)


def test_what_was_turned_away_is_sent_again_after_a_while(
    database: Database, stub: Stub, due: None, dispatcher: Dispatcher, clock: Clock
) -> None:
    stub.faults = Faults(too_many=1)
    dispatcher.dispatch()
    stub.faults = Faults()
    assert (dispatcher.dispatch(), states(database)) == (0, ["due"])
    clock.forward(minutes=1)
    assert dispatcher.dispatch() == 1
    assert (len(sent(stub)), states(database)) == (1, ["queued"])


def test_each_attempt_waits_longer_than_the_one_before_it(
    database: Database, stub: Stub, due: None, dispatcher: Dispatcher, clock: Clock
) -> None:
    stub.faults = Faults(too_many=1)
    waits = []
    for _ in range(5):
        dispatcher.dispatch()
        waits.append(rows(database)[0].due_at - clock())
        clock.now = rows(database)[0].due_at
    assert waits == sorted(set(waits))


@pytest.mark.parametrize("faults", [Faults(error_after=1), Faults(drop=1)])
def test_what_the_provider_took_without_saying_so_is_found_and_not_sent_again(
    database: Database,
    stub: Stub,
    due: None,
    dispatcher: Dispatcher,
    clock: Clock,
    faults: Faults,
) -> None:
    stub.faults = faults
    dispatcher.dispatch()
    assert states(database) == ["unknown"]
    stub.faults = Faults()
    clock.forward(minutes=1)
    dispatcher.dispatch()
    (row,), (message,) = rows(database), sent(stub)
    assert row.provider_message_id == message["sid"]


@pytest.mark.parametrize("purpose", Purpose)
def test_what_the_provider_never_took_is_sent_again_unless_nobody_asked_for_it(
    database: Database,
    stub: Stub,
    due: None,
    dispatcher: Dispatcher,
    clock: Clock,
    purpose: Purpose,
) -> None:
    dispatcher.dispatch()
    queue(database, clock, purpose)
    stub.faults = Faults(error_before=1)
    dispatcher.dispatch()
    assert states(database)[1] == "unknown"
    stub.faults = Faults()
    clock.forward(minutes=1)
    dispatcher.dispatch()
    given_up = purpose is Purpose.PROMOTIONAL
    assert states(database)[1] == ("lost" if given_up else "queued")
    assert len(sent(stub)) == (1 if given_up else 2)


@pytest.mark.parametrize(("seed", "taken"), [(0, 1), (4, 0)])
def test_a_stalled_attempt_is_sent_exactly_once_whatever_became_of_it(
    database: Database, catalog: Catalog, due: None, clock: Clock, seed: int, taken: int
) -> None:
    patience = replace(QUICK, timeout=timedelta(seconds=0.4))
    stalling = Faults(stall=1, stall_seconds=0.6)
    with Stub(ACCOUNT, TOKEN, seed=seed, faults=stalling) as stub:
        provider = to_provider(stub.url, patience)
        worker = Dispatcher(database, provider, lambda: catalog, clock, lambda: 0.5, patience)
        worker.dispatch()
        assert states(database) == ["unknown"]
        stub.faults = Faults()
        until(lambda: len(sent(stub)) == taken)
        clock.forward(minutes=1)
        worker.dispatch()
        assert [message["sid"] for message in sent(stub)] == [
            row.provider_message_id for row in rows(database)
        ]


@pytest.mark.parametrize("faults", [Faults(refuse_auth=1), Faults(suspended=1)])
def test_a_halt_stops_every_number_and_loses_nothing(
    stub: Stub, inbox: Inbox, due: None, dispatcher: Dispatcher, clock: Clock, faults: Faults
) -> None:
    stub.faults = faults
    dispatcher.dispatch()
    stub.faults = Faults()
    inbox.receive([delayed("JA", clock, FRIEND, OFF_NUMBER)])
    assert (dispatcher.dispatch(), sent(stub)) == (0, [])
    clock.forward(minutes=2)
    assert dispatcher.dispatch() == 2
    assert {message["to"] for message in sent(stub)} == {PERSON, FRIEND}


def test_who_is_blocked_is_recorded_as_blocked_and_out(
    database: Database, due: None, dispatcher: Dispatcher, clock: Clock, count
) -> None:
    readdress(database, UNSUBSCRIBED)
    clock.forward(seconds=1)
    dispatcher.dispatch()
    with database.read() as connection:
        standing = folded(connection)[UNSUBSCRIBED]
        assert folded(connection) == projected(connection)
    assert (standing.active, standing.blocks) == ((), frozenset({NUMBER}))
    assert (states(database), count("provider_drifts")) == (["failed"], 1)


def test_a_number_that_cannot_be_reached_is_marked(
    database: Database, due: None, dispatcher: Dispatcher
) -> None:
    readdress(database, LANDLINE)
    dispatcher.dispatch()
    with database.read() as connection:
        code = connection.execute(select(t.contacts.c.unreachable_code)).scalar_one()
    assert (code, states(database)) == ("21614", ["failed"])


def test_what_outlived_its_purpose_is_not_sent(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
) -> None:
    inbox.receive([delayed("HJÄLP", clock)])
    clock.forward(hours=2)
    dispatcher.dispatch()
    assert (states(database), sent(stub)) == (["expired"], [])


def test_what_waits_and_grows_too_old_expires_without_a_look_at_the_provider(
    database: Database, due: None, clock: Clock
) -> None:
    expired = []
    for _ in range(2):
        clock.forward(days=2)
        with database.write() as connection:
            expired.append(outbox.expire(connection, clock()))
    assert (expired, states(database)) == ([0, 1], ["expired"])


def test_an_unknown_outcome_that_is_too_old_is_looked_up_before_it_expires(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
) -> None:
    inbox.receive([delayed("HJÄLP", clock), delayed("HJÄLP", clock, FRIEND)])
    stub.faults = Faults(error_after=1)
    dispatcher.dispatch()
    stub.faults = Faults(error_before=1)
    inbox.receive([delayed("HJÄLP", clock, "+46701740607")])
    clock.forward(seconds=2)
    dispatcher.dispatch()
    clock.forward(hours=2)
    dispatcher.dispatch()
    assert (states(database)[2], len(sent(stub))) == ("expired", 2)
    assert all(row.provider_message_id for row in rows(database)[:2])


def test_a_dead_letter_that_is_requeued_leaves_and_lives_anew(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
) -> None:
    inbox.receive([delayed("HJÄLP", clock)])
    clock.forward(hours=2)
    dispatcher.dispatch()
    with database.write() as connection:
        assert outbox.requeue(connection, [rows(database)[0].id], clock()) == 1
    dispatcher.dispatch()
    assert (states(database), len(sent(stub))) == (["queued"], 1)


def test_what_is_not_dead_cannot_be_requeued(
    database: Database, due: None, dispatcher: Dispatcher, clock: Clock
) -> None:
    dispatcher.dispatch()
    with database.write() as connection:
        assert outbox.requeue(connection, [rows(database)[0].id, "no such"], clock()) == 0
    assert states(database) == ["queued"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_an_hour_sends_nothing_twice_and_forgets_nothing(
    stub: Stub, inbox: Inbox, due: None, dispatcher: Dispatcher, clock: Clock, hours: int
) -> None:
    stub.faults = Faults(error_after=1)
    dispatcher.dispatch()
    inbox.receive([delayed("JA", clock, FRIEND)])
    stub.faults = Faults()
    clock.forward(hours=hours)
    for _ in range(25):
        dispatcher.dispatch()
        clock.forward(minutes=5)
    assert sorted(message["to"] for message in sent(stub)) == [PERSON, FRIEND]


def test_receipts_before_the_answer_are_not_undone_by_it(
    database: Database, catalog: Catalog, due: None, clock: Clock, online: str
) -> None:
    with Stub(ACCOUNT, TOKEN, faults=Faults(early=1, reorder=1)) as stub:
        provider = to_provider(stub.url, public_url=online)
        Dispatcher(database, provider, lambda: catalog, clock, lambda: 0.0, QUICK).dispatch()
        stub.drain()
        (row,), (message,) = rows(database), sent(stub)
    assert (row.state, row.provider_message_id) == ("delivered", message["sid"])


def test_a_delivery_that_fails_for_now_is_tried_once_more_and_then_seen_by_a_person(
    database: Database, stub: Stub, texter: Texter, due: None, dispatcher: Dispatcher, clock: Clock
) -> None:
    dispatcher.dispatch()
    receipt(stub, texter, 0, "undelivered", "30003")
    clock.forward(minutes=1)
    dispatcher.dispatch()
    assert len(sent(stub)) == 2
    receipt(stub, texter, 1, "undelivered", "30003")
    with database.read() as connection:
        (dead,) = outbox.dead_letters(connection, 10)
    assert (dead.state, dead.error_code, dead.due_at) == ("undelivered", "30003", None)
