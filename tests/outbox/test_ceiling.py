"""The house's ceiling: past it an opt-in is not applied, and an opt-out always is."""

from pathlib import Path

import pytest

from responder.core.catalog import Catalog
from responder.store import ceiling
from responder.store.database import Database
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import HOUSE, Texter, write_config

PEOPLE = [f"+467017406{number}" for number in range(10, 15)]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", f"{HOUSE}\n[replies]\nhouse_per_hour = 3\n")


def watch(database: Database, catalog: Catalog, clock: Clock) -> int:
    with database.write() as connection:
        return ceiling.watch(connection, catalog.replies_per_house, clock())


def members(database: Database) -> list[str]:
    with database.read() as connection:
        assert folded(connection) == projected(connection)
        return [person for person, standing in folded(connection).items() if standing.active]


@pytest.fixture
def full(database: Database, catalog: Catalog, texter: Texter, clock: Clock) -> None:
    """The house has answered all that it may in this hour."""
    for person in PEOPLE[:3]:
        texter("JA", sender=person)
    assert watch(database, catalog, clock) == 3


def test_below_the_ceiling_everybody_is_answered(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock
) -> None:
    for person in PEOPLE[:2]:
        texter("JA", sender=person)
    assert watch(database, catalog, clock) == 2
    assert len(texter("JA", sender=PEOPLE[2]).replies) == 1


def test_at_the_ceiling_nobody_joins_and_nobody_is_answered(
    database: Database, texter: Texter, full: None, count
) -> None:
    assert texter("JA", sender=PEOPLE[3]).replies == []
    assert texter("HJÄLP", sender=PEOPLE[4]).replies == []
    assert members(database) == PEOPLE[:3]
    assert count("messages") == 5


def test_at_the_ceiling_an_opt_out_is_applied_and_confirmed(
    database: Database, texter: Texter, full: None
) -> None:
    assert len(texter("STOPP", sender=PEOPLE[0]).replies) == 1
    assert members(database) == PEOPLE[1:3]


def test_while_the_hour_stays_full_the_house_stays_closed(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock, full: None
) -> None:
    for _ in range(5):
        clock.forward(seconds=50)
        watch(database, catalog, clock)
        assert texter("JA", sender=PEOPLE[3]).replies == []


def test_an_hour_later_the_house_answers_again(
    database: Database, catalog: Catalog, texter: Texter, clock: Clock, full: None
) -> None:
    clock.forward(minutes=61)
    assert watch(database, catalog, clock) == 0
    assert len(texter("JA", sender=PEOPLE[3]).replies) == 1
