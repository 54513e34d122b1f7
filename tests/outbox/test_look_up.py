"""An unknown outcome is looked up before anything is sent again; inline replies are watched."""

import pytest

from responder.core.messages import Purpose
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.store import outbox
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import NUMBER, PERSON, Texter
from tests.outbox.conftest import delayed, queue, receipt, rows, sent, states
from tests.stub import Faults, Stub

SID = "SM" + "a" * 32


def watch(database: Database, clock: Clock, minutes: float) -> int:
    """Let minutes go by, then take over what was not heard of; how many replies."""
    clock.forward(minutes=minutes)
    with database.write() as connection:
        return outbox.take_over(connection, clock())


def test_an_inline_reply_that_never_arrived_is_sent_by_the_worker(
    database: Database, stub: Stub, texter: Texter, dispatcher: Dispatcher, clock: Clock
) -> None:
    replies = texter("JA").replies
    assert watch(database, clock, minutes=5) == 1
    dispatcher.dispatch()
    assert [message["body"] for message in sent(stub)] == replies
    assert states(database) == ["queued"]


def test_an_inline_reply_that_arrived_without_a_receipt_is_found_and_not_sent_again(
    database: Database, stub: Stub, dispatcher: Dispatcher, clock: Clock, online: str
) -> None:
    stub.webhook, stub.faults = f"{online}/webhooks/twilio/messages", Faults(lose=1)
    assert len(stub.text(PERSON, NUMBER, "JA").replies) == 1
    stub.drain()
    assert watch(database, clock, minutes=5) == 1
    dispatcher.dispatch()
    (message,), (row,) = sent(stub), rows(database)
    assert (row.state, row.provider_message_id) == ("delivered", message["sid"])


def test_an_inline_reply_that_was_heard_of_is_left_alone(
    database: Database, stub: Stub, clock: Clock, online: str
) -> None:
    stub.webhook = f"{online}/webhooks/twilio/messages"
    stub.text(PERSON, NUMBER, "JA")
    stub.drain()
    assert watch(database, clock, minutes=60) == 0
    assert states(database) == ["delivered"]


def test_five_minutes_are_given_to_a_reply(
    database: Database, texter: Texter, clock: Clock
) -> None:
    texter("JA")
    assert watch(database, clock, minutes=4.9) == 0
    assert watch(database, clock, minutes=0.1) == 1


def test_a_webhook_that_is_repeated_gives_its_reply_five_more_minutes(
    database: Database, texter: Texter, clock: Clock
) -> None:
    texter("JA", sid=SID)
    clock.forward(minutes=4)
    assert len(texter("JA", sid=SID).replies) == 1
    assert watch(database, clock, minutes=4) == 0
    assert watch(database, clock, minutes=1) == 1


def test_a_webhook_that_is_repeated_after_the_worker_took_over_gets_silence(
    database: Database, stub: Stub, texter: Texter, dispatcher: Dispatcher, clock: Clock
) -> None:
    texter("JA", sid=SID)
    watch(database, clock, minutes=5)
    assert texter("JA", sid=SID).replies == []
    dispatcher.dispatch()
    assert texter("JA", sid=SID).replies == []
    assert len(sent(stub)) == 1


def test_while_the_provider_cannot_be_asked_nothing_is_sent(
    database: Database, stub: Stub, texter: Texter, dispatcher: Dispatcher, clock: Clock
) -> None:
    texter("JA")
    watch(database, clock, minutes=5)
    stub.faults = Faults(refuse_auth=1)
    dispatcher.dispatch()
    assert (states(database), sent(stub)) == (["unknown"], [])
    stub.faults = Faults()
    clock.forward(minutes=1)
    dispatcher.dispatch()
    assert (states(database), len(sent(stub))) == (["queued"], 1)


def test_what_was_said_before_in_the_same_words_is_not_taken_for_it(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
) -> None:
    inbox.receive([delayed("HJÄLP", clock)])
    dispatcher.dispatch()
    queue(database, clock, Purpose.ANSWER, text=rows(database)[0].text)
    stub.faults = Faults(error_before=1)
    dispatcher.dispatch()
    stub.faults = Faults()
    clock.forward(minutes=1)
    dispatcher.dispatch()
    taken = {row.provider_message_id for row in rows(database)}
    assert taken == {message["sid"] for message in sent(stub)}
    assert len(taken) == 2


def test_a_message_that_another_row_took_goes_back_with_its_receipt(
    database: Database,
    stub: Stub,
    texter: Texter,
    inbox: Inbox,
    dispatcher: Dispatcher,
    clock: Clock,
) -> None:
    inbox.receive([delayed("HJÄLP", clock)])
    stub.faults = Faults(error_after=1)
    dispatcher.dispatch()
    stub.faults = Faults()
    text = rows(database)[0].text
    queue(database, clock, Purpose.ANSWER, text=text, state="unknown", attempts=1)
    dispatcher.dispatch()
    assert rows(database)[1].provider_message_id == sent(stub)[0]["sid"]
    assert receipt(stub, texter, 0, "delivered") == 204
    dispatcher.dispatch()
    names = [row.provider_message_id for row in rows(database)]
    assert names == [message["sid"] for message in sent(stub)]
    assert len(names) == 2


@pytest.mark.parametrize("taken", [1, 2])
def test_two_rows_with_the_same_words_share_no_message(
    database: Database,
    stub: Stub,
    inbox: Inbox,
    dispatcher: Dispatcher,
    clock: Clock,
    taken: int,
) -> None:
    inbox.receive([delayed("HJÄLP", clock)])
    for faults in [Faults(error_after=1)] * taken + [Faults(error_before=1)] * (3 - taken):
        stub.faults = faults
        queue(database, clock, Purpose.ANSWER, text=rows(database)[0].text)
        dispatcher.dispatch()
        clock.forward(seconds=1)
    stub.faults = Faults()
    clock.forward(minutes=1)
    for _ in range(3):
        dispatcher.dispatch()
    names = [row.provider_message_id for row in rows(database)]
    assert sorted(names) == sorted(message["sid"] for message in sent(stub))
    assert len(set(names)) == 4


@pytest.mark.parametrize("faults", [Faults(error_after=1), Faults(error_before=1)])
def test_a_dead_letter_sent_again_is_not_taken_for_its_first_attempt(
    database: Database,
    stub: Stub,
    texter: Texter,
    inbox: Inbox,
    dispatcher: Dispatcher,
    clock: Clock,
    faults: Faults,
) -> None:
    inbox.receive([delayed("JA", clock)])
    dispatcher.dispatch()
    receipt(stub, texter, 0, "undelivered", "30007")
    with database.write() as connection:
        outbox.requeue(connection, [rows(database)[0].id], clock())
    stub.faults = faults
    dispatcher.dispatch()
    stub.faults = Faults()
    clock.forward(minutes=1)
    dispatcher.dispatch()
    assert len(sent(stub)) == 2
    assert rows(database)[0].provider_message_id == sent(stub)[1]["sid"]


@pytest.mark.parametrize("faults", [Faults(error_after=1), Faults(error_before=1)])
def test_a_second_attempt_is_not_taken_for_the_first_one_that_failed(
    database: Database,
    stub: Stub,
    texter: Texter,
    inbox: Inbox,
    dispatcher: Dispatcher,
    clock: Clock,
    faults: Faults,
) -> None:
    inbox.receive([delayed("JA", clock)])
    dispatcher.dispatch()
    receipt(stub, texter, 0, "undelivered", "30003")
    stub.faults = faults
    clock.forward(minutes=1)
    dispatcher.dispatch()
    stub.faults = Faults()
    clock.forward(minutes=1)
    dispatcher.dispatch()
    assert len(sent(stub)) == 2
    assert rows(database)[0].provider_message_id == sent(stub)[1]["sid"]
