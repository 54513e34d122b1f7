"""The audit sees each promise broken, in books that were kept well until somebody broke it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from responder.core.catalog import Catalog
from responder.inbox import Inbox
from responder.store import tables as t
from responder.store.database import Database
from responder.store.identifiers import new_id
from tests.chaos.audit import Audit
from tests.conftest import Clock
from tests.factories import NOON, PERSON, inbound

Lines = list[dict[str, Any]]


def at(minutes: float) -> str:
    return (NOON + timedelta(minutes=minutes)).isoformat()


def accepted(row: Any, minutes: float) -> dict[str, Any]:
    """The journal's line of a message that the provider took for an outbox row."""
    callback = f"https://sms.example/webhooks/twilio/status?outbox={row.id}"
    about = {"sid": new_id(), "to": PERSON, "body": row.text, "status_callback": callback}
    return {"kind": "message", "at_request": at(minutes), **about}


@pytest.fixture
def lines(database: Database, catalog: Catalog, clock: Clock) -> Lines:
    """A person joins and leaves in two minutes, and both are confirmed."""
    inbox, lines = Inbox(database, lambda: catalog, clock), []
    for minutes, words in enumerate(("JA", "STOPP")):
        message = inbound(words, at=datetime.fromisoformat(at(minutes)))
        inbox.receive([message])
        heard = {"from": PERSON, "body": words, "at_begin": at(minutes), "at_end": at(minutes)}
        sid = message.provider_message_id
        lines.append({"kind": "webhook", "sid": sid, "status": 200, **heard})
    with database.read() as connection:
        rows = connection.execute(select(t.outbox).order_by(t.outbox.c.id)).all()
    return lines + [accepted(row, minutes) for minutes, row in enumerate(rows)]


def broken(database: Database, lines: Lines) -> list[str]:
    with database.read() as connection:
        return [one.promise for one in Audit(connection, lines).findings().broken]


def test_books_that_were_kept_well_show_nothing(database: Database, lines: Lines) -> None:
    assert broken(database, lines) == []


def test_a_late_opt_out_of_who_has_joined_since_owes_nothing(
    database: Database, lines: Lines, catalog: Catalog, clock: Clock
) -> None:
    inbox = Inbox(database, lambda: catalog, clock)
    inbox.receive([inbound("JA", at=datetime.fromisoformat(at(4)))])
    late = inbound("STOPP", at=datetime.fromisoformat(at(3)), delayed=True)
    (answer,) = inbox.receive([late])
    assert answer.reason == "late_news"  # type: ignore[union-attr]
    with database.read() as connection:
        events = connection.execute(select(t.ledger_events)).all()
        rows = connection.execute(select(t.outbox).order_by(t.outbox.c.id)).all()
    assert len(events) == 4
    assert broken(database, [*lines, accepted(rows[-1], 4)]) == []


def test_an_acknowledged_message_that_is_not_stored_is_lost(
    database: Database, lines: Lines
) -> None:
    assert broken(database, [*lines, lines[0] | {"sid": "SM" + "f" * 32}]) == ["lost"]


def test_a_lost_webhook_that_nobody_recovered_is_lost(database: Database, lines: Lines) -> None:
    fault = {"kind": "fault", "name": "lose_webhook", "sid": "SM" + "f" * 32, "at": at(0)}
    assert broken(database, [*lines, fault]) == ["lost"]


def test_a_confirmation_that_nobody_accepted_is_missing(database: Database, lines: Lines) -> None:
    assert broken(database, lines[:-1]) == ["confirmations_missing"]


def test_a_confirmation_that_was_accepted_twice_is_doubled(
    database: Database, lines: Lines
) -> None:
    assert broken(database, [*lines, lines[-1] | {"sid": "again"}]) == ["confirmations_doubled"]


def test_a_confirmation_that_failed_and_was_sent_again_is_one(
    database: Database, lines: Lines
) -> None:
    fault = {"kind": "fault", "name": "fail", "sid": lines[-1]["sid"]}
    assert broken(database, [*lines, fault, lines[-1] | {"sid": "again"}]) == []


def test_a_second_event_of_one_message_is_doubled(database: Database, lines: Lines) -> None:
    with database.write() as connection:
        event = connection.execute(select(t.ledger_events).limit(1)).one()._mapping
        again = {**event, "id": new_id(), "sequence": 9}
        connection.execute(insert(t.ledger_events).values(again))
        proof = select(t.ledger_evidence).where(t.ledger_evidence.c.event_id == event["id"])
        document = connection.execute(proof).one()._mapping
        connection.execute(insert(t.ledger_evidence).values({**document, "event_id": again["id"]}))
    assert "doubled" in broken(database, lines)


def test_a_projection_that_differs_is_unfolded(database: Database, lines: Lines) -> None:
    with database.write() as connection:
        connection.execute(update(t.subscriptions).values(state="active"))
    assert broken(database, lines) == ["unfolded"]


@pytest.mark.parametrize(("minutes", "seen"), [(0.5, []), (2, ["promotional_after_stop"])])
def test_what_nobody_asked_for_may_leave_before_a_stop_and_not_after(
    database: Database, lines: Lines, minutes: float, seen: list[str]
) -> None:
    with database.write() as connection:
        some = connection.execute(select(t.outbox).limit(1)).one()._mapping
        unasked = {"id": new_id(), "message_id": None, "purpose": "promotional"}
        connection.execute(insert(t.outbox).values({**some, **unasked}))
        row = connection.execute(select(t.outbox).where(t.outbox.c.id == unasked["id"])).one()
    assert broken(database, [*lines, accepted(row, minutes)]) == seen


def test_a_message_without_a_decision_is_lost(database: Database, lines: Lines) -> None:
    with database.write() as connection:
        last = select(t.decisions.c.message_id).order_by(t.decisions.c.message_id.desc()).limit(1)
        connection.execute(delete(t.decisions).where(t.decisions.c.message_id.in_(last)))
    assert broken(database, lines) == ["lost"]
