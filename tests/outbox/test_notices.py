"""The provider's block list is told what it cannot know, and every disagreement is kept."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from responder.core.catalog import Catalog
from responder.gateways import GatewayAway
from responder.gateways.twilio import Twilio
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.store import tables as t
from responder.store.database import Database
from responder.tell import LARGEST, tell_provider
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import HOUSE, NUMBER, OFF_NUMBER, PERSON, Texter, write_config
from tests.outbox.conftest import FRIEND, delayed, sent, states, texts
from tests.stub import Faults, Stub

TELLS = HOUSE.replace('"default"', '"default"\nconsent_api = true\nsegments_per_second = 1000')


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", TELLS)


@pytest.fixture
def tell(database: Database, gateway: Twilio, catalog: Catalog, clock: Clock):  # type: ignore[no-untyped-def]
    """One turn of the job."""
    return lambda: tell_provider(database, gateway, catalog, clock)


def blocks(stub: Stub) -> list[dict[str, str]]:
    return list(stub.books()["blocks"])  # type: ignore[call-overload]


def join_and_leave(
    inbox: Inbox, dispatcher: Dispatcher, clock: Clock, *people: str, to: str = NUMBER
) -> None:
    """People join, and leave with a word that the provider does not know."""
    for word in ("JA", "STOPP"):
        inbox.receive([delayed(word, clock, person, to) for person in people])
        clock.forward(minutes=1)
    dispatcher.dispatch()


def drifts(database: Database) -> list[tuple[str, str]]:
    with database.read() as connection:
        return [(row.kind, row.error_code) for row in connection.execute(select(t.provider_drifts))]


def test_an_opt_out_that_the_provider_does_not_know_is_told(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock, tell
) -> None:
    join_and_leave(inbox, dispatcher, clock, PERSON)
    assert (tell(), tell()) == (1, 0)
    assert blocks(stub) == [{"sender": NUMBER, "contact": PERSON}]
    with database.read() as connection:
        assert folded(connection) == projected(connection)
        assert folded(connection)[PERSON].blocks == {NUMBER}


def test_the_block_does_not_eat_the_confirmation_that_announces_it(
    database: Database, stub: Stub, texter: Texter, dispatcher: Dispatcher, clock: Clock, tell
) -> None:
    texter("JA")
    texter("STOPP")
    assert (tell(), blocks(stub)) == (0, [])
    with database.write() as connection:  # neither reply was heard of
        connection.execute(update(t.outbox).values(state="unknown", due_at=clock()))
    assert tell() == 0
    dispatcher.dispatch()
    assert (tell(), len(sent(stub))) == (1, 2)


def test_what_the_provider_did_by_itself_it_is_not_told(texter: Texter, tell, count) -> None:
    texter("JA")
    texter("STOP")
    assert count("provider_notices") == 0


def test_a_number_that_may_not_tell_does_not(
    inbox: Inbox, dispatcher: Dispatcher, clock: Clock, count
) -> None:
    join_and_leave(inbox, dispatcher, clock, PERSON, to=OFF_NUMBER)
    assert count("provider_notices") == 0


def test_who_joins_while_blocked_is_unblocked_and_then_welcomed(
    database: Database, stub: Stub, texter: Texter, dispatcher: Dispatcher, tell
) -> None:
    stub.text(PERSON, NUMBER, "STOP")
    texter("STOP")
    assert texter("JA").replies == []
    assert (states(database), len(blocks(stub))) == (["held"], 1)
    assert (tell(), blocks(stub)) == (1, [])
    dispatcher.dispatch()
    assert (states(database), len(texts(stub))) == (["queued"], 1)
    with database.read() as connection:
        assert folded(connection)[PERSON].blocks == frozenset()


def test_who_came_back_before_it_was_told_is_not_blocked(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock, tell
) -> None:
    join_and_leave(inbox, dispatcher, clock, PERSON)
    inbox.receive([delayed("JA", clock)])
    dispatcher.dispatch()
    tell()
    assert blocks(stub) == []
    with database.read() as connection:
        assert folded(connection)[PERSON].blocks == frozenset()


def test_many_are_told_in_calls_of_25(
    stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock, tell
) -> None:
    people = [f"+467017406{number}" for number in range(10, 70)]
    join_and_leave(inbox, dispatcher, clock, *people)
    assert tell() == len(people) > 2 * LARGEST
    assert [block["contact"] for block in blocks(stub)] == people


def test_one_that_is_refused_is_a_drift_and_harms_no_other(
    database: Database, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock, tell
) -> None:
    join_and_leave(inbox, dispatcher, clock, PERSON, FRIEND)
    with database.write() as connection:
        wrong = update(t.contacts).where(t.contacts.c.address == FRIEND)
        connection.execute(wrong.values(address="+46"))
    assert (tell(), tell()) == (2, 0)
    assert [block["contact"] for block in blocks(stub)] == [PERSON]
    assert drifts(database) == [("not_told", "30646")]


def test_what_could_not_be_told_is_told_later(
    stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock, tell
) -> None:
    join_and_leave(inbox, dispatcher, clock, PERSON)
    stub.faults = Faults(refuse_auth=1)
    with pytest.raises(GatewayAway):
        tell()
    stub.faults = Faults()
    clock.forward(minutes=3)
    assert (tell(), len(blocks(stub))) == (1, 1)


def test_who_leaves_one_of_two_programmes_is_not_blocked(
    stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock, tell
) -> None:
    for word in ("JA", "JAZZ", "STOPP JAZZ"):
        inbox.receive([delayed(word, clock)])
        clock.forward(minutes=1)
    dispatcher.dispatch()
    tell()
    assert blocks(stub) == []
