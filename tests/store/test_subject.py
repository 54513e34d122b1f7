"""The copy of their data that a person may ask for."""

from responder.cli.subject import render
from responder.inbox import Inbox
from responder.store import tables as t
from responder.store.database import Database
from responder.store.subject import subject_copy
from tests.conftest import Clock
from tests.factories import PERSON, house, inbound

FRIEND = "+46701740606"


def test_the_copy_holds_every_table_that_names_the_person_and_nobody_else(
    database: Database, clock: Clock
) -> None:
    Inbox(database, house, clock).receive([inbound("JA"), inbound("JA", sender=FRIEND)])
    with database.read() as connection:
        copy = subject_copy(connection, PERSON, house())
    assert copy
    named = {table.name for table in t.metadata.sorted_tables if "contact_id" in table.c}
    assert named | {"contacts", "messages", "receipts", "ledger_evidence"} == set(copy["data"])
    assert [row["text"] for row in copy["data"]["messages"]] == ["JA"]
    assert FRIEND not in str(copy)


def test_the_copy_tells_what_article_15_wants_and_can_be_read(
    database: Database, clock: Clock
) -> None:
    Inbox(database, house, clock).receive([inbound("JA")])
    with database.read() as connection:
        copy = subject_copy(connection, PERSON, house())
    assert copy
    text = render(copy)
    for part in ("Nordbageriet", "erbjudanden", "365 days", "art. 17", "What you joined", PERSON):
        assert part in text


def test_a_stranger_has_no_copy(database: Database) -> None:
    with database.read() as connection:
        assert subject_copy(connection, PERSON, house()) is None
