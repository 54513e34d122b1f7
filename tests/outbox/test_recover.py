"""Lost webhooks come back: once, oldest first, and late news leads out only."""

import pytest
from sqlalchemy import select

from responder.core.catalog import Catalog
from responder.gateways import GatewayAway
from responder.gateways.twilio import Twilio
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.recover import LOOK_BACK, SETTLED, Recovery, look, recover
from responder.store import tables as t
from responder.store.database import Database
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import NUMBER, OFF_NUMBER, PERSON, Texter
from tests.outbox.conftest import FRIEND, delayed, sent
from tests.stub import Faults, Stub


@pytest.fixture
def looked(database: Database, gateway: Twilio, catalog: Catalog, clock: Clock):  # type: ignore[no-untyped-def]
    """What a look finds, so many minutes from now."""

    def find(minutes: float = 10) -> Recovery:
        clock.forward(minutes=minutes)
        until = clock() - SETTLED
        return look(database, gateway, catalog, until - LOOK_BACK, until)

    return find


def outcomes(database: Database) -> list[tuple[str, str]]:
    """(outcome, reason) of every message, in the order they were decided."""
    d = t.decisions.c
    with database.read() as connection:
        query = select(d.outcome, d.reason).order_by(d.message_id)
        return [(row.outcome, row.reason) for row in connection.execute(query)]


def active(database: Database) -> dict[str, tuple[str, ...]]:
    with database.read() as connection:
        assert folded(connection) == projected(connection)
        return {address: standing.active for address, standing in folded(connection).items()}


def test_a_lost_webhook_joins_and_its_answer_leaves_by_the_worker(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, looked
) -> None:
    stub.text(PERSON, NUMBER, "JA")
    found = looked()
    assert (found.listed, len(found.missed)) == (1, 1)
    recover(inbox.receive, found)
    dispatcher.dispatch()
    assert active(database) == {PERSON: ("klubben",)}
    assert len(sent(stub)) == 1


def test_what_is_younger_than_five_minutes_is_left_to_its_webhook(stub: Stub, looked) -> None:
    stub.text(PERSON, NUMBER, "JA")
    assert looked(4).missed == ()
    assert len(looked(2).missed) == 1


def test_what_was_recovered_once_is_not_recovered_again(
    stub: Stub, inbox: Inbox, looked, count
) -> None:
    stub.text(PERSON, NUMBER, "JA")
    recover(inbox.receive, looked())
    again = looked()
    assert (again.listed, again.missed) == (1, ())
    assert count("ledger_events") == 1


def test_what_arrived_is_not_missed(stub: Stub, texter: Texter, looked) -> None:
    texter("JA", sid=stub.text(PERSON, NUMBER, "JA").sid)
    assert looked().missed == ()


def test_a_webhook_that_comes_after_its_message_was_recovered_gets_silence(
    stub: Stub, inbox: Inbox, texter: Texter, looked, count
) -> None:
    lost = stub.text(PERSON, NUMBER, "JA")
    recover(inbox.receive, looked())
    assert texter("JA", sid=lost.sid).replies == []
    assert (count("ledger_events"), count("outbox")) == (1, 1)


def test_messages_come_back_oldest_first_over_all_numbers(stub: Stub, inbox: Inbox, looked) -> None:
    lost = [
        stub.text(f"+467017406{person:02}", number, "JA").sid
        for person, number in enumerate((OFF_NUMBER, NUMBER, OFF_NUMBER), start=10)
    ]
    missed = looked().missed
    assert sorted(message.provider_message_id for message in missed) == sorted(lost)
    assert [m.received_at for m in missed] == sorted(m.received_at for m in missed)


def test_a_late_opt_in_is_recorded_and_not_applied_to_who_has_left_since(
    database: Database, stub: Stub, inbox: Inbox, texter: Texter, clock: Clock, looked
) -> None:
    stub.text(PERSON, NUMBER, "JA")
    clock.forward(minutes=1)
    texter("STOPP")
    recover(inbox.receive, looked())
    assert active(database) == {PERSON: ()}
    assert ("refused", "late_news") in outcomes(database)


def test_a_late_opt_out_ends_what_was_begun_before_it(
    database: Database, stub: Stub, inbox: Inbox, clock: Clock, looked
) -> None:
    clock.forward(minutes=-1)
    inbox.receive([delayed("JA", clock), delayed("JA", clock, FRIEND)])
    stub.text(PERSON, NUMBER, "STOPP")
    recover(inbox.receive, looked())
    assert active(database) == {PERSON: (), FRIEND: ("klubben",)}


def test_a_late_opt_out_does_not_end_what_was_begun_after_it(
    database: Database, stub: Stub, inbox: Inbox, texter: Texter, clock: Clock, looked
) -> None:
    stub.text(PERSON, NUMBER, "STOPP")
    clock.forward(minutes=2)
    texter("JA")
    recover(inbox.receive, looked())
    assert active(database) == {PERSON: ("klubben",)}


def test_a_provider_that_cannot_be_asked_says_so_and_nothing_is_received(
    stub: Stub, looked, count
) -> None:
    stub.text(PERSON, NUMBER, "JA")
    stub.faults = Faults(refuse_auth=1)
    with pytest.raises(GatewayAway):
        looked()
    assert count("messages") == 0


def test_more_than_a_page_comes_back_whole(
    database: Database, stub: Stub, inbox: Inbox, looked, count
) -> None:
    for person in range(250):
        stub.text(f"+46701740{605 + person % 90}", NUMBER, "hej")
    assert len(recover(inbox.receive, looked())) == count("messages") == 250
