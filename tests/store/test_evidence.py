"""No consent without evidence: complete at the moment it happens, and committed to."""

import json

import pytest
from sqlalchemy import Connection, select

from responder.core.evidence import commitment
from responder.inbox import Inbox
from responder.store import tables as t
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import PERSON, house, inbound


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, house(), clock)


def documents(connection: Connection) -> list[dict[str, object]]:
    query = select(t.ledger_evidence.c.document).join(t.ledger_events)
    rows = connection.execute(query.order_by(t.ledger_events.c.sequence)).scalars()
    return [json.loads(row) for row in rows]


def test_an_opt_in_keeps_who_when_which_words_which_offer_and_which_config(
    inbox: Inbox, database: Database
) -> None:
    inbox.receive([inbound("Bulle, tack!")])
    with database.read() as connection:
        (proof,) = documents(connection)
    assert proof["person"] == {"address": PERSON}
    assert proof["message"]["text"] == "Bulle, tack!"  # type: ignore[index]
    assert proof["keyword"]["source"] == "STAND-A"  # type: ignore[index]
    assert "Sms:a JA" in proof["promise"]["offer"]  # type: ignore[index]
    assert proof["catalog"] == house().hash
    assert "STOPP" in proof["confirmation"][0]  # type: ignore[index]


def test_every_event_commits_to_its_evidence(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("JA"), inbound("STOP"), inbound("START")])
    query = select(t.ledger_events, t.ledger_evidence).join(t.ledger_evidence)
    with database.read() as connection:
        rows = connection.execute(query).all()
    assert len(rows) >= 4
    assert all(row.commitment == commitment(row.salt, row.document) for row in rows)


def test_a_message_that_changes_nothing_leaves_no_event(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("hej hej"), inbound("hjälp")])
    with database.read() as connection:
        assert documents(connection) == []


def test_a_lead_keeps_its_source_when_it_leaves(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("BULLE"), inbound("STOPP")])
    with database.read() as connection:
        row = connection.execute(select(t.subscriptions)).one()
    assert (row.state, row.keyword, row.source, row.language) == ("ended", "BULLE", "STAND-A", "sv")


def test_every_message_keeps_the_trace_of_its_understanding(
    inbox: Inbox, database: Database
) -> None:
    inbox.receive([inbound("Stopp!\nSkickat från min iPhone")])
    with database.read() as connection:
        trace = json.loads(connection.execute(select(t.decisions.c.trace)).scalar_one())
    assert trace["rule"] == "word.sv.stopp"
    assert trace["stripped"] == [["signature", "Skickat från min iPhone"]]
