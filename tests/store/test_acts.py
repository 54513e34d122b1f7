"""What a colleague does for one person: with a reason, and one confirmation a change."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from responder.core.acts import Act, OwnEvidence
from responder.core.addresses import parse_address
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store import acts
from responder.store import tables as t
from responder.store.acts import Done, Result
from responder.store.contacts import find
from responder.store.database import Database
from responder.store.erase import erase, erase_confirmed
from responder.store.suppressions import suppressed
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import JAZZ, NUMBER, PERSON, house, inbound

KEYS = Keys("0" * 64)
WHO = parse_address(PERSON)
ACT = Act("Kim", "called the shop", "phone")
GIVEN = OwnEvidence(
    "paper", Clock().now, "Nordbageriet får sms:a mig.", {"form": "F7", "scan": "114.pdf"}
)
Texted = Callable[..., None]


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as connection:
        yield connection


@pytest.fixture
def texted(database: Database, clock: Clock) -> Texted:
    """The person texts, one after the other; what was answered has left."""

    def receive(*words: str) -> None:
        Inbox(database, house, clock).receive([inbound(word, at=clock()) for word in words])
        with database.write() as connection:
            connection.execute(t.outbox.update().values(state="sent", due_at=None))

    return receive


def leave(connection: Connection, programme: str | None = None, act: Act = ACT) -> Result:
    only = house().programmes[programme] if programme else None
    return acts.opt_out(connection, WHO, only, act, house(), Clock().now)


def join(connection: Connection, programme: str = "klubben", **catalog: str) -> Result:
    joins = house(**catalog).programmes[programme]
    return acts.join(connection, KEYS, WHO, joins, GIVEN, ACT, house(**catalog), Clock().now)


def queued(connection: Connection) -> list[tuple[str, str, str]]:
    o = t.outbox.c
    due = select(o.wording, o.purpose, o.sender).where(o.state == "due")
    return [(row.wording, row.purpose, row.sender) for row in connection.execute(due)]


def last_document(connection: Connection) -> dict[str, dict[str, object]]:
    query = select(t.ledger_evidence.c.document).join(t.ledger_events)
    newest = query.order_by(t.ledger_events.c.sequence.desc()).limit(1)
    found: dict[str, dict[str, object]] = json.loads(connection.execute(newest).scalar_one())
    return found


def test_leaving_everything_ends_it_and_owes_one_confirmation(
    texted: Texted, database: Database
) -> None:
    texted("JA", "JAZZ")
    with database.write() as connection:
        assert leave(connection) == Result(Done.DONE, told=True)
        assert folded(connection)[PERSON].is_out
        assert folded(connection) == projected(connection)
        assert queued(connection) == [("opt_out", "confirmation", NUMBER)]


def test_leaving_one_programme_leaves_the_other(texted: Texted, database: Database) -> None:
    texted("JA", "JAZZ")
    with database.write() as connection:
        leave(connection, "jazz")
        assert folded(connection)[PERSON].active == ("klubben",)
        assert [wording for wording, _, _ in queued(connection)] == ["opt_out_programme"]


def test_the_evidence_names_who_did_it_why_and_how_they_were_asked(
    texted: Texted, database: Database
) -> None:
    texted("JA")
    with database.write() as connection:
        leave(connection)
        source = last_document(connection)["source"]
    told = {"actor": "Kim", "reason": "called the shop"}
    assert source == {"method": "staff", "channel": "phone"} | told


def test_who_left_already_is_not_told_again(texted: Texted, database: Database) -> None:
    texted("JA", "STOPP")
    with database.write() as connection:
        assert leave(connection).done is Done.ALREADY
        assert leave(connection, "jazz").done is Done.ALREADY
        assert queued(connection) == []


def test_an_act_in_silence_says_why(texted: Texted, database: Database) -> None:
    texted("JA")
    with database.write() as connection:
        done = leave(connection, act=Act("Kim", "died", "letter", "told the widow"))
        assert (done.done, done.told, done.why_not) == (Done.DONE, False, "told the widow")
        assert last_document(connection)["source"]["silent"] == "told the widow"
        assert queued(connection) == []


def test_who_is_blocked_by_the_provider_is_told_when_they_come_back(
    texted: Texted, database: Database
) -> None:
    texted("JA", "STOP", "KLUBB")
    with database.write() as connection:
        assert not leave(connection).told
        held = select(t.outbox.c.wording).where(t.outbox.c.state == "held")
        assert connection.execute(held).scalars().all() == ["opt_out"]


def test_an_unknown_number_is_suppressed_as_a_hash_only(connection: Connection) -> None:
    done = acts.suppress_address(connection, KEYS, WHO, ACT, house(), Clock().now)
    assert done.done is Done.DONE
    assert suppressed(connection, KEYS, [PERSON]) == {PERSON}
    assert connection.execute(select(t.contacts)).all() == []


def test_a_known_number_that_is_suppressed_leaves_everything(
    texted: Texted, database: Database
) -> None:
    texted("JA")
    with database.write() as connection:
        assert acts.suppress_address(connection, KEYS, WHO, ACT, house(), Clock().now).told
        assert folded(connection)[PERSON].is_out


def test_a_signed_slip_joins_with_its_evidence_and_a_confirmation(connection: Connection) -> None:
    assert join(connection) == Result(Done.DONE, told=True)
    document = last_document(connection)
    assert document["source"]["given"]["scan"] == "114.pdf"  # type: ignore[index]
    assert document["notice"]["offer"] == GIVEN.text
    assert queued(connection) == [("opt_in", "confirmation", NUMBER)]
    row = connection.execute(select(t.subscriptions)).one()
    assert (row.state, row.source, row.basis_at) == ("active", "paper", GIVEN.at)
    assert join(connection).done is Done.ALREADY


def test_a_programme_with_a_second_yes_asks_for_it(database: Database, clock: Clock) -> None:
    double = {"jazz": f'opt_in = "double"\n{JAZZ}'}
    with database.write() as connection:
        assert join(connection, "jazz", **double).told
        assert [wording for wording, _, _ in queued(connection)] == ["opt_in_request"]
    Inbox(database, lambda: house(**double), clock).receive([inbound("JA", at=clock())])
    with database.read() as connection:
        assert folded(connection)[PERSON].active == ("jazz",)


@pytest.mark.parametrize(
    "words", [["JA", "STOPP"], ["JA", "STOPP KLUBB"], ["JA", "STOPP", "JAZZ", "STOPP JAZZ"]]
)
def test_nobody_reopens_what_the_person_closed(
    words: list[str], texted: Texted, database: Database
) -> None:
    texted(*words)
    with database.write() as connection:
        assert join(connection).done is Done.LEFT
        assert folded(connection)[PERSON].active == ()


def test_nobody_joins_who_is_suppressed_blocked_or_late(
    texted: Texted, database: Database, clock: Clock
) -> None:
    texted("JA", "STOP", "KLUBB")
    with database.write() as connection:
        assert join(connection, "jazz").done is Done.BLOCKED
        acts.suppress_address(connection, KEYS, WHO, ACT, house(), clock())
        assert join(connection, "jazz").done is Done.SUPPRESSED
    after = Clock().now + timedelta(days=90)
    other = parse_address("+46701740607")
    with database.write() as connection:
        late = acts.join(
            connection, KEYS, other, house().programmes["jazz"], GIVEN, ACT, house(), after
        )
    assert late.done is Done.CLOSED


def test_an_erased_person_is_not_brought_back_by_paper(texted: Texted, database: Database) -> None:
    texted("JA")
    with database.write() as connection:
        contact = find(connection, WHO)
        erase(connection, KEYS, str(contact), "Kim", "letter", house(), Clock().now)
        assert join(connection).done is Done.SUPPRESSED
        assert find(connection, WHO) is None


def test_an_erasure_for_somebody_waits_for_the_text_that_says_so(
    texted: Texted, database: Database
) -> None:
    texted("JA")
    with database.write() as connection:
        assert acts.request_erasure(connection, WHO, ACT, house(), Clock().now).told
        assert queued(connection) == [("erased", "confirmation", NUMBER)]
        assert erase_confirmed(connection, KEYS, house(), Clock().now) == 0
    texted()
    with database.write() as connection:
        assert erase_confirmed(connection, KEYS, house(), Clock().now) == 1
        assert find(connection, WHO) is None
        assert last_document(connection)["source"]["actor"] == "Kim"
