"""Whoever changes what is read, and not the ledger, is found: each table against the events."""

import pytest
from sqlalchemy import text

from responder.core.tampering import Fault
from responder.inbox import Inbox
from responder.store import projection
from responder.store.database import Database
from responder.store.projection import Comparison, compare
from tests.conftest import Clock
from tests.factories import house, inbound
from tests.store.sealing import people_text, tamper

WHO = "(SELECT id FROM contacts WHERE address = '{0}')"
IN = WHO.format("+46701740611")
OUT = WHO.format("+46701740610")


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, house, clock)


@pytest.fixture
def base(inbox: Inbox, database: Database, clock: Clock) -> Database:
    """Three people who joined and left; one ended everything, and is blocked by the provider."""
    people_text(inbox, database, clock.now)
    inbox.receive([inbound("STOP", sender="+46701740610"), inbound("JA", sender="+46701740611")])
    return database


def compared(database: Database) -> Comparison:
    with database.read_long() as connection:
        return compare(connection)


def said(database: Database) -> str:
    """The one finding's text; it holds no address."""
    (found,) = compared(database).findings
    assert (found.fault, found.position) == (Fault.DIFFERS, None)
    assert "+4670174061" not in found.text
    return found.text


def test_an_untouched_base_is_what_its_events_say(base: Database) -> None:
    assert compared(base) == Comparison(contacts=3)


def test_an_empty_base_holds(database: Database) -> None:
    assert compared(database) == Comparison()


def test_a_subscription_that_was_revived_is_told(base: Database) -> None:
    tamper(
        base,
        "UPDATE subscriptions SET state = 'active', ended = NULL"
        f" WHERE contact_id = {OUT} AND programme = 'klubben'",
    )
    told = said(base)
    assert " in klubben is active since 2026-" in told
    assert ", but the ledger says ended since 2026-" in told


@pytest.mark.parametrize("column", ["since", "ended", "requested"])
def test_a_changed_time_of_a_subscription_is_told(base: Database, column: str) -> None:
    tamper(
        base,
        f"UPDATE subscriptions SET {column} = '2001-01-01 00:00:00.000000'"
        f" WHERE contact_id = {OUT} AND programme = 'klubben'",
    )
    assert f"{column} 2001-01-01 00:00:00+00:00" in said(base)


def test_a_state_that_is_none_is_told(base: Database) -> None:
    tamper(base, f"UPDATE subscriptions SET state = 'x' WHERE contact_id = {IN}")
    assert all(" is x since " in one.text for one in compared(base).findings)
    assert compared(base).findings


def test_a_subscription_that_is_gone_is_missed(base: Database) -> None:
    tamper(base, f"DELETE FROM subscriptions WHERE contact_id = {OUT} AND programme = 'klubben'")
    assert " in klubben is none, but the ledger says ended " in said(base)


def test_a_subscription_without_any_event_is_found(base: Database, clock: Clock) -> None:
    with base.write() as connection:
        connection.execute(
            text(
                "INSERT INTO contacts (id, address, kind, created_at, last_inbound_at)"
                " VALUES ('new', '+46701740620', 'phone', :at, :at)"
            ),
            {"at": "2026-11-21 12:00:00.000000"},
        )
    tamper(
        base,
        "INSERT INTO subscriptions (contact_id, programme, state) VALUES ('new', 'j', 'active')",
    )
    assert said(base) == (
        "the subscription of contact new in j is active, but the ledger says none"
    )


def test_a_person_who_was_let_in_again_is_told(base: Database) -> None:
    tamper(base, f"UPDATE standings SET out_since = NULL WHERE contact_id = {OUT}")
    assert "is not out of everything, but the ledger says out of everything since" in said(base)


def test_a_block_that_was_lifted_is_told(base: Database) -> None:
    tamper(base, f"UPDATE provider_blocks SET blocked = NOT blocked WHERE contact_id = {OUT}")
    assert "is not blocked for +46701740699, but the ledger says blocked" in said(base)


def test_an_event_that_cannot_be_read_is_told(base: Database) -> None:
    tamper(base, f"UPDATE ledger_events SET kind = 'x' WHERE sequence = 1 AND contact_id = {IN}")
    assert "cannot be read" in said(base)


def test_a_base_that_was_spoilt_everywhere_gives_a_page_of_findings(
    base: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "_AT_MOST", 2)
    tamper(base, "UPDATE subscriptions SET state = 'x'")
    found = compared(base)
    assert (found.contacts, len(found.findings)) == (3, 2)


def test_progress_is_told(base: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(projection, "PAGE", 2)
    with base.read_long() as connection:
        compare(connection, lambda *seen: told.append(seen))
    assert told == [(2, 3)]


def test_what_is_written_meanwhile_is_no_difference(base: Database, inbox: Inbox) -> None:
    with base.read_long() as connection:
        reading = projection.books(connection)
        first = next(reading)
        inbox.receive(
            [inbound(word, sender=f"+4670174061{n}") for n in range(3) for word in ("JA", "STOPP")]
        )
        assert not any(any(projection.differences(one)) for one in (first, *reading))
