"""Requests that wait for a second yes: reminded once by day, and ended in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from responder.authoring import load_catalog
from responder.core.catalog import Catalog
from responder.store import pending
from responder.store import tables as t
from responder.store.database import Database
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import HOUSE, JAZZ, KLUBBEN, NUMBER, OFF_NUMBER, PERSON, Texter, write_config
from tests.outbox.conftest import FRIEND, at_once, rows, until

ASKS_TWICE = 'opt_in = "double"\nconfirm_within = "48 hours"\nremind_after = "3 hours"\n' + KLUBBEN


@pytest.fixture
def clock() -> Clock:
    """Saturday 2026-11-21, one in the afternoon in Sweden."""
    return Clock()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", klubben=ASKS_TWICE, jazz=JAZZ)


def expire(database: Database, catalog: Catalog, clock: Clock) -> int:
    with database.write() as connection:
        return pending.expire(connection, catalog, clock())


def remind(database: Database, catalog: Catalog, clock: Clock) -> int:
    with database.write() as connection:
        return pending.remind(connection, catalog, clock())


def state(database: Database, person: str = PERSON) -> str | None:
    with database.read() as connection:
        assert folded(connection) == projected(connection)
        return folded(connection)[person].state("klubben")


BEGINS = {
    "an ordinary day": "2026-11-21T12:00Z",
    "the night the clocks go forward": "2026-03-28T20:00Z",
    "the night the clocks go back": "2026-10-24T20:00Z",
    "the end of a month": "2027-01-30T12:00Z",
    "the end of February": "2028-02-28T12:00Z",
    "the end of a year": "2026-12-31T22:30Z",
}


@pytest.mark.parametrize("begin", BEGINS.values(), ids=BEGINS)
def test_a_request_ends_after_its_hours_of_silence_and_not_before(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock, begin: str
) -> None:
    clock.now = datetime.fromisoformat(begin)
    texter("JA")
    clock.forward(hours=48)
    assert (expire(database, catalog, clock), state(database)) == (0, "pending")
    clock.forward(seconds=1)
    assert (expire(database, catalog, clock), state(database)) == (1, "ended")
    assert expire(database, catalog, clock) == 0


def test_an_expiry_has_its_evidence(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock
) -> None:
    texter("JA")
    clock.forward(hours=49)
    expire(database, catalog, clock)
    with database.read() as connection:
        both = t.ledger_events.join(t.ledger_evidence)
        query = select(t.ledger_evidence.c.document).select_from(both)
        found = connection.execute(query.where(t.ledger_events.c.kind == "OptInExpired"))
        assert PERSON in found.scalar_one()


@pytest.mark.parametrize(("word", "ends"), [("JA", "active"), ("STOPP", "ended"), ("NEJ", "ended")])
def test_what_was_answered_does_not_expire(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock, word: str, ends: str
) -> None:
    texter("JA")
    clock.forward(minutes=1)
    texter(word)
    clock.forward(hours=49)
    assert (expire(database, catalog, clock), state(database)) == (0, ends)


def test_four_workers_at_once_end_each_request_once(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock, count
) -> None:
    for person in (PERSON, FRIEND):
        texter("JA", sender=person)
    clock.forward(hours=49)
    assert sum(at_once(4, lambda _: expire(database, catalog, clock))) == 2
    assert count("ledger_events") == 4


@pytest.mark.parametrize("programmes", [{"jazz": JAZZ}, {"klubben": KLUBBEN}])
def test_a_request_to_a_programme_that_asks_no_second_yes_any_more_ends(
    database: Database,
    texter: Texter,
    clock: Clock,
    tmp_path: Path,
    programmes: dict[str, str],
) -> None:
    texter("JA")
    changed, _ = load_catalog(write_config(tmp_path / "changed", **programmes))
    assert (expire(database, changed, clock), state(database)) == (1, "ended")


def test_a_request_is_repeated_once_from_the_number_that_was_texted(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock
) -> None:
    texter("JA", to=OFF_NUMBER)
    clock.forward(hours=2.9)
    assert remind(database, catalog, clock) == 0
    clock.forward(hours=0.1)
    assert [remind(database, catalog, clock) for _ in range(3)] == [1, 0, 0]
    reminder = rows(database)[-1]
    assert (reminder.sender, reminder.purpose, reminder.state) == (OFF_NUMBER, "promotional", "due")
    assert "Vill du gå med i Nordbageriets klubb?" in reminder.text


def test_workers_that_waited_for_the_same_person_remind_once(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock
) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's row locks")
    texter("JA")
    clock.forward(hours=4)
    with ThreadPoolExecutor(2) as threads:
        with database.write() as connection:
            connection.execute(select(t.contacts.c.id).with_for_update())
            reminded = [threads.submit(remind, database, catalog, clock) for _ in range(2)]
            until(lambda: waiting(database) == 2)
        assert sum(one.result() for one in reminded) == 1


def waiting(database: Database) -> int:
    """How many transactions wait for a lock."""
    here = "datname = current_database() AND wait_event_type = 'Lock'"
    with database.read() as connection:
        query = text(f"SELECT count(*) FROM pg_stat_activity WHERE {here}")
        return int(connection.execute(query).scalar_one())


def test_who_asks_anew_is_reminded_anew(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock
) -> None:
    for day in (0, 3):
        clock.now += timedelta(days=day)
        texter("JA")
        clock.forward(hours=4)
        assert remind(database, catalog, clock) == 1
        clock.forward(hours=60)
        expire(database, catalog, clock)


@pytest.mark.parametrize("word", ["JA", "STOPP", "STOP"])
def test_who_has_answered_or_blocked_us_is_not_reminded(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock, word: str
) -> None:
    texter("JA")
    clock.forward(minutes=1)
    texter(word)
    clock.forward(hours=4)
    assert remind(database, catalog, clock) == 0


def test_a_clock_that_jumps_back_reminds_nobody_twice(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock
) -> None:
    texter("JA")
    clock.forward(hours=3)
    assert remind(database, catalog, clock) == 1
    clock.forward(hours=-1)
    for _ in range(4):
        assert remind(database, catalog, clock) == 0
        clock.forward(hours=1)


@pytest.mark.parametrize(
    ("now", "reminded"),
    [
        ("2026-11-20T07:59Z", 0),  # a Friday, one minute to nine
        ("2026-11-20T08:00Z", 1),
        ("2026-11-20T18:59Z", 1),
        ("2026-11-20T19:00Z", 0),  # eight in the evening
        ("2026-11-22T12:00Z", 0),  # a Sunday
        ("2026-03-27T07:59Z", 0),  # winter time
        ("2026-03-30T06:59Z", 0),
        ("2026-03-30T07:00Z", 1),  # summer time since the day before
        ("2026-10-23T07:00Z", 1),
        ("2026-10-26T07:59Z", 0),  # winter time since the day before
        ("2026-10-26T08:00Z", 1),
    ],
)
def test_people_are_reminded_in_their_daytime_and_not_on_a_sunday(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock, now: str, reminded: int
) -> None:
    clock.now = datetime.fromisoformat(now) - timedelta(hours=40)
    texter("JA")
    clock.now = datetime.fromisoformat(now)
    assert remind(database, catalog, clock) == reminded


def test_a_reminder_that_cannot_leave_by_day_does_not_leave(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock
) -> None:
    clock.now = datetime.fromisoformat("2026-11-20T15:00Z")
    texter("JA", to=NUMBER)
    clock.now = datetime.fromisoformat("2026-11-20T18:30Z")
    remind(database, catalog, clock)
    assert rows(database)[-1].expires_at == datetime.fromisoformat("2026-11-20T19:00Z")


@pytest.mark.parametrize(("now", "reminded"), [("2026-11-20T12:59Z", 0), ("2026-11-20T13:00Z", 1)])
def test_the_hours_of_the_house_hold_for_reminders(
    database: Database, texter: Texter, clock: Clock, tmp_path: Path, now: str, reminded: int
) -> None:
    limits = '[sending]\nhours = "14:00-16:00"\n' + HOUSE
    strict, _ = load_catalog(write_config(tmp_path / "strict", limits, klubben=ASKS_TWICE))
    clock.now = datetime.fromisoformat(now) - timedelta(hours=40)
    texter("JA")
    clock.now = datetime.fromisoformat(now)
    assert remind(database, strict, clock) == reminded
