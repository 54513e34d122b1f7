"""The rows of an export, on both databases."""

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from responder.core.consent import OptedIn, ProviderBlocked
from responder.keys import Keys
from responder.store import intake
from responder.store.database import Database
from responder.store.dossier import dossier
from responder.store.reports import ALL_FIELDS, Filters, programmes, questions, subscriptions
from responder.store.suppressions import suppress
from tests.factories import NOON, NUMBER, PERSON
from tests.store.test_imports import CONSENT, KEYS, candidate, importing, lived

NORWEGIAN = "+4741000001"


@pytest.fixture
def filled(database: Database) -> Database:
    """A member who is blocked, and two who were imported."""
    lived(database, OptedIn(NOON, "klubben"), ProviderBlocked(NOON, NUMBER), address="+46701740609")
    people = (
        candidate(tags=("vip", "stamkund"), answers={"name": "Åsa", "size": "M"}),
        candidate(NORWEGIAN, "jazz", language="nb", source="Oslo", at=CONSENT - timedelta(days=9)),
    )
    with database.write() as connection:
        intake.take_in(connection, importing(), people, NOON)
    return database


def exported(database: Database, *where: Any, **filters: Any) -> dict[str, dict[str, Any]]:
    with database.read_long() as connection:
        pages = list(subscriptions(connection, *where, filters=Filters(**filters)))
    rows = (dict(zip(ALL_FIELDS, row, strict=True)) for row in chain.from_iterable(pages))
    return {row["address"]: row for row in rows}


def test_a_row_has_all_fields_and_answers(filled: Database) -> None:
    row = exported(filled)[PERSON]
    assert row["since"] == CONSENT.isoformat(timespec="seconds")
    assert (row["basis"], row["licence"], row["reachable"]) == ("consent", "owned", True)
    assert (row["tags"], row["answers"]) == (["stamkund", "vip"], {"name": "Åsa", "size": "M"})


def test_who_is_blocked_at_the_provider_is_not_reachable(filled: Database) -> None:
    reachable = {address: row["reachable"] for address, row in exported(filled).items()}
    assert reachable == {PERSON: True, NORWEGIAN: True, "+46701740609": False}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"sources": ["Oslo", "Rom"]}, {NORWEGIAN}),
        ({"countries": ["NO"]}, {NORWEGIAN}),
        ({"languages": ["nb"]}, {NORWEGIAN}),
        ({"tags": ["vip", "ny"]}, {PERSON}),
        ({"tags": ["ny"]}, set()),
        ({"answers": {"size": "M", "name": "Åsa"}}, {PERSON}),
        ({"answers": {"size": "M", "name": "Bo"}}, set()),
        ({"since": CONSENT}, {PERSON, "+46701740609"}),
        ({"until": CONSENT}, {NORWEGIAN}),
        ({"since": CONSENT, "until": NOON, "countries": ["SE"]}, {PERSON}),
    ],
)
def test_filters_pick(filled: Database, filters: dict[str, Any], found: set[str]) -> None:
    assert set(exported(filled, **filters)) == found


def test_programme_and_state_pick(filled: Database) -> None:
    assert set(exported(filled, "jazz", "active")) == {NORWEGIAN}
    assert exported(filled, "jazz", "ended") == {}


def test_programmes_and_questions_are_those_of_the_base(filled: Database) -> None:
    with filled.read() as connection:
        assert programmes(connection) == ["jazz", "klubben"]
        assert questions(connection, "klubben") == ["name", "size"]
        assert questions(connection, "jazz") == []


def test_a_dossier_tells_tags_answers_and_the_line_of_the_file(filled: Database) -> None:
    with filled.write() as connection:
        suppress(connection, KEYS, [PERSON], "import", NOON)
        found = dossier(connection, PERSON, KEYS.suppression_hashes(PERSON))
    assert found is not None
    assert (found.tags, len(found.answers)) == (["stamkund", "vip"], 2)
    assert [(one["method"], one["line"]) for one in found.imports] == [("import", 2)]
    assert [(one["reason"], one["since"]) for one in found.suppressions] == [("import", NOON)]


def test_a_dossier_without_the_right_key_finds_no_suppression(filled: Database) -> None:
    with filled.write() as connection:
        suppress(connection, KEYS, [PERSON], "import", NOON)
        other = Keys("2" * 64).suppression_hashes(PERSON)
        found = dossier(connection, PERSON, other)
    assert found is not None
    assert found.suppressions == []
