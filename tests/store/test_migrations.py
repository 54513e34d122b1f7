"""Migrations go up and down and keep data; the ledger defends itself."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from responder.errors import MigrationNeeded
from responder.inbox import Inbox
from responder.store import migrate
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import house, inbound


def execute(database: Database, statement: str) -> None:
    with database.write() as connection:
        connection.execute(text(statement))


@pytest.fixture
def filled(database: Database, clock: Clock) -> Database:
    Inbox(database, house, clock).receive([inbound("JA"), inbound("STOPP")])
    return database


def test_an_empty_database_comes_up_goes_down_and_comes_up_again(
    empty_database: Database,
) -> None:
    migrate.upgrade(empty_database)
    migrate.check(empty_database)
    migrate.downgrade(empty_database, "base")
    migrate.upgrade(empty_database)
    migrate.check(empty_database)


def test_upgrading_what_is_up_to_date_keeps_the_data(
    filled: Database, count: Callable[[str], int]
) -> None:
    migrate.upgrade(filled)
    assert (count("messages"), count("ledger_events"), count("ledger_evidence")) == (2, 2, 2)


def test_a_database_with_data_goes_down_and_comes_up_empty(filled: Database) -> None:
    migrate.downgrade(filled, "base")
    migrate.upgrade(filled)
    with filled.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM messages")).scalar_one() == 0


def test_an_unmigrated_database_is_named_with_the_command_that_mends_it(
    empty_database: Database,
) -> None:
    with empty_database.read() as connection, pytest.raises(MigrationNeeded, match="db upgrade"):
        migrate.require_current(connection)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_events SET kind = 'OptedIn'",
        "UPDATE ledger_events SET commitment = ''",
        "DELETE FROM ledger_events",
        "UPDATE ledger_evidence SET document = '{}'",
        "DELETE FROM ledger_evidence",
    ],
)
def test_the_ledger_refuses_to_be_rewritten_in_the_database_itself(
    filled: Database, statement: str, count: Callable[[str], int]
) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        execute(filled, statement)
    assert (count("ledger_events"), count("ledger_evidence")) == (2, 2)


def test_postgresql_refuses_to_truncate_the_ledger(filled: Database) -> None:
    if filled.is_sqlite:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"):
        execute(filled, "TRUNCATE ledger_events CASCADE")


def test_evidence_goes_only_once_an_event_says_so(
    filled: Database, count: Callable[[str], int]
) -> None:
    execute(
        filled,
        "INSERT INTO ledger_events (id, contact_id, sequence, kind, at, commitment)"
        " SELECT 'e', contact_id, 99, 'EvidenceErased', at, '' FROM ledger_events LIMIT 1",
    )
    execute(filled, "DELETE FROM ledger_evidence")
    assert (count("ledger_events"), count("ledger_evidence")) == (3, 0)


def test_foreign_keys_are_on(database: Database) -> None:
    with pytest.raises(DBAPIError):
        execute(
            database,
            "INSERT INTO ledger_evidence (event_id, salt, document) VALUES ('no', '', '')",
        )


def test_the_tables_named_ledger_hold_no_address_and_no_text(filled: Database) -> None:
    with filled.read() as connection:
        rows = connection.execute(text("SELECT * FROM ledger_events")).all()
    assert "4670174" not in str(rows).replace("+46701740699", "")
