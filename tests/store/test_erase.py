"""Erasing a person: nothing of them is left, the ledger stands, and nobody is brought back."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from responder.core.evidence import commitment
from responder.core.messages import Inbound
from responder.core.outcomes import Outcome
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store import tables as t
from responder.store.database import Database
from responder.store.erase import erase, erase_confirmed
from responder.store.erasure_plan import Plan, plan
from responder.store.suppressions import suppressed
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import PERSON, house, inbound

FRIEND = "+46701740606"
AMERICAN = "+12025550143"
KEYS = Keys("0" * 64)


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, house, clock)


@pytest.fixture
def erased(database: Database, clock: Clock) -> Callable[..., Plan | None]:
    """Erases the person with an address."""

    def erase_by_address(address: str = PERSON) -> Plan | None:
        with database.write() as connection:
            mine = select(t.contacts.c.id).where(t.contacts.c.address == address)
            contact = connection.execute(mine).scalar_one()
            return erase(connection, KEYS, contact, "Kim", "letter", house(), clock())

    return erase_by_address


def everything(database: Database) -> str:
    """Every value of every table but the catalogs, as one text."""
    with database.read() as connection:
        return "\n".join(
            str(tuple(row))
            for table in t.metadata.sorted_tables
            if table is not t.catalogs
            for row in connection.execute(select(table))
        )


def settle(database: Database) -> None:
    """What was answered has reached the provider."""
    with database.write() as connection:
        connection.execute(text("UPDATE outbox SET state = 'sent', due_at = NULL"))


def test_nothing_of_the_person_is_left_and_nothing_of_others_is_touched(
    inbox: Inbox, database: Database, erased: Callable[..., Plan | None]
) -> None:
    inbox.receive([inbound("JA tack snälla"), inbound("JA", sender=FRIEND), inbound("STOPP")])
    assert PERSON in everything(database)
    erased()
    left = everything(database)
    assert PERSON not in left
    assert PERSON.removeprefix("+46") not in left
    assert "tack snälla" not in left
    assert FRIEND in left


def test_the_books_agree_and_every_document_that_is_left_fits_its_commitment(
    inbox: Inbox, database: Database, erased: Callable[..., Plan | None]
) -> None:
    inbox.receive([inbound("JA"), inbound("JAZZ"), inbound("JA", sender=FRIEND)])
    erased()
    with database.read() as connection:
        assert folded(connection) == projected(connection)
        rows = connection.execute(
            select(t.ledger_events).add_columns(t.ledger_evidence).join(t.ledger_evidence)
        ).all()
    assert [row.kind for row in rows] == ["OptedIn", "EvidenceErased"]
    assert all(row.commitment == commitment(row.salt, row.document) for row in rows)


def test_the_evidence_of_an_erasure_says_who_why_and_how_much_and_not_whom(
    inbox: Inbox, database: Database, erased: Callable[..., Plan | None]
) -> None:
    inbox.receive([inbound("JA")])
    erased()
    with database.read() as connection:
        document = json.loads(connection.execute(select(t.ledger_evidence.c.document)).scalar_one())
    source = document["source"]
    assert (source["actor"], source["reason"], source["gone"]["evidence"]) == ("Kim", "letter", 1)
    assert document["subject"] == {"address": None, "country": None, "language": None}


def test_the_same_message_delivered_again_brings_nobody_back(
    inbox: Inbox, database: Database, erased: Callable[..., Plan | None]
) -> None:
    message = inbound("JA")
    inbox.receive([message])
    erased()
    before = everything(database)
    (answer,) = inbox.receive([message])
    assert (answer.repeated, answer.replies) == (True, ())  # type: ignore[union-attr]
    assert everything(database) == before


def test_a_new_message_of_the_erased_is_that_of_a_stranger(
    inbox: Inbox, database: Database, erased: Callable[..., Plan | None]
) -> None:
    old = inbound("STOPP")
    inbox.receive([inbound("JA"), old])
    erased()
    repeated, fresh = inbox.receive([old, inbound("JA")])
    assert (repeated.replies, fresh.outcome) == ((), Outcome.OPTED_IN)  # type: ignore[union-attr]
    with database.read() as connection:
        assert folded(connection)[PERSON].active == ("klubben",)


def test_the_erased_stop_stays_on_the_suppression_list(
    inbox: Inbox, database: Database, erased: Callable[..., Plan | None]
) -> None:
    inbox.receive([inbound("STOPP")])
    erased()
    with database.read() as connection:
        assert suppressed(connection, KEYS, [PERSON, FRIEND]) == {PERSON}


def test_what_is_planned_is_what_is_done_and_only_once(
    inbox: Inbox, database: Database, clock: Clock, erased: Callable[..., Plan | None]
) -> None:
    inbox.receive([inbound("JA"), inbound("radera mina uppgifter")])
    with database.read() as connection:
        contact = connection.execute(select(t.contacts.c.id)).scalar_one()
        planned = plan(connection, contact, clock())
    assert (planned.goes["messages"], planned.goes["evidence"]) == (2, 2)
    assert erased() == planned
    assert erased(f"erased:{contact}") is None


def test_a_duty_keeps_the_proof_of_consent_and_nothing_else(
    inbox: Inbox, database: Database, erased: Callable[..., Plan | None]
) -> None:
    inbox.receive([inbound("JA", sender=AMERICAN)])
    with database.write() as connection:  # this house serves Sweden only, so nobody joined by text
        from responder.core.consent import OptedIn
        from responder.store.changes import record
        from responder.store.ledger import lock_contacts

        contact = connection.execute(select(t.contacts.c.id)).scalar_one()
        person = lock_contacts(connection, [contact], Clock().now)[contact]
        record(connection, person, [OptedIn(Clock().now, "klubben")], ['{"proof": 1}'])
    done = erased(AMERICAN)
    assert done
    assert done.stays == 1
    assert done.duty
    assert "310.5" in done.duty.source
    assert '{"proof": 1}' in everything(database)
    assert AMERICAN not in everything(database)


def say_yes(inbox: Inbox, clock: Clock) -> list[Inbound]:
    """Somebody asks to be erased, and confirms."""
    request = inbound("radera mina uppgifter", at=clock())
    inbox.receive([request])
    clock.forward(minutes=1)
    confirmed = inbound("JA", at=clock())
    (answer,) = inbox.receive([confirmed])
    assert answer.outcome is Outcome.ERASURE_CONFIRMED  # type: ignore[union-attr]
    return [request, confirmed]


def test_who_said_yes_is_erased_once_the_answer_has_left(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    said = say_yes(inbox, clock)
    with database.write() as connection:
        assert erase_confirmed(connection, KEYS, house(), clock()) == 0
    settle(database)
    with database.write() as connection:
        assert erase_confirmed(connection, KEYS, house(), clock()) == 1
        assert erase_confirmed(connection, KEYS, house(), clock()) == 0
    assert PERSON not in everything(database)
    assert [a.replies for a in inbox.receive(said)] == [(), ()]  # type: ignore[union-attr]


def test_nobody_is_erased_who_only_asked(inbox: Inbox, database: Database, clock: Clock) -> None:
    inbox.receive([inbound("radera mina uppgifter")])
    settle(database)
    with database.write() as connection:
        assert erase_confirmed(connection, KEYS, house(), clock()) == 0


def test_a_batch_of_a_request_and_its_yes_is_a_confirmation(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    answers = inbox.receive([inbound("radera mina uppgifter"), inbound("JA")])
    outcomes = [answer.outcome for answer in answers]  # type: ignore[union-attr]
    assert outcomes == [Outcome.ERASURE_REQUESTED, Outcome.ERASURE_CONFIRMED]
    with database.read() as connection:
        kinds = set(connection.execute(select(t.cases.c.kind)).scalars())
    assert kinds == {"erase", "erase_confirmed"}
