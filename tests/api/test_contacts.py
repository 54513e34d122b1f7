"""The contact base over HTTP: who is in it, and how a page is followed by the next."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import update

from responder.store import tables as t
from responder.store.database import Database
from tests.api.conftest import Client, Says
from tests.factories import NUMBER, PERSON

FRIEND = "+46701740606"
PEOPLE = [f"+467017406{number:02}" for number in range(10, 20)]


def pages(client: Client, **query: object) -> Iterator[list[str]]:
    """The addresses of every page."""
    cursor: dict[str, object] = {}
    while True:
        page = client.get("/contacts", **query, **cursor)
        yield [contact["address"] for contact in page["contacts"]]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def test_a_contact_is_shown_with_its_subscriptions(client: Client, says: Says) -> None:
    says("BULLE")
    (contact,) = client.get("/contacts")["contacts"]
    (subscription,) = contact["subscriptions"]
    assert (contact["address"], contact["country"], contact["out_since"]) == (PERSON, "SE", None)
    assert (subscription["programme"], subscription["state"]) == ("klubben", "active")
    assert (subscription["number"], subscription["source"]) == (NUMBER, "STAND-A")
    assert (subscription["basis"], subscription["licence"]) == ("consent", "owned")


def test_one_contact_is_found_by_id(client: Client, says: Says) -> None:
    says("JA")
    (contact,) = client.get("/contacts")["contacts"]
    assert client.get(f"/contacts/{contact['id']}") == contact


@pytest.mark.parametrize("contact_id", ["0" * 32, "x", "%00", PERSON])
def test_who_is_not_there_is_not_found(client: Client, contact_id: str) -> None:
    response = client.response("GET", f"/contacts/{contact_id}")
    assert response.status_code == 404
    assert response.json["error"]["code"] == "not_found"


def test_pages_hold_everybody_once(client: Client, says: Says) -> None:
    for person in PEOPLE:
        says("JA", sender=person)
    found = list(pages(client, limit=3))
    assert [len(page) for page in found] == [3, 3, 3, 1]
    assert sorted(address for page in found for address in page) == PEOPLE


def test_who_comes_and_goes_between_two_pages_moves_nobody(client: Client, says: Says) -> None:
    for person in PEOPLE:
        says("JA", sender=person)
    following = pages(client, limit=4)
    found = next(following)
    says("STOPP", sender=PEOPLE[0])
    says("JA", sender=FRIEND)
    for page in following:
        found += page
    assert sorted(found) == sorted([*PEOPLE, FRIEND])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [PERSON, FRIEND]),
        ({"programme": "klubben"}, [PERSON]),
        ({"programme": "jazz"}, [FRIEND]),
        ({"state": "active"}, [FRIEND]),
        ({"programme": "klubben", "state": "ended"}, [PERSON]),
        ({"programme": "nothing"}, []),
    ],
)
def test_contacts_are_asked_for_by_programme_and_state(
    client: Client, says: Says, query: dict[str, Any], found: list[str]
) -> None:
    says("JA", "STOPP")
    says("JAZZ", sender=FRIEND)
    assert next(pages(client, **query)) == found


def test_who_was_erased_has_no_address_and_is_not_listed(
    client: Client, says: Says, database: Database
) -> None:
    says("JA")
    (contact,) = client.get("/contacts")["contacts"]
    with database.write() as connection:
        connection.execute(update(t.contacts).values(address=f"erased:{contact['id']}"))
    assert client.get("/contacts")["contacts"] == []
    assert client.get(f"/contacts/{contact['id']}")["address"] is None


def test_the_changes_after_a_list_begin_where_its_first_page_says(
    client: Client, says: Says
) -> None:
    says("JA")
    since = client.get("/contacts")["changes_since"]
    says("STOPP")
    changes = client.get("/changes", since=since)["changes"]
    assert "subscription.ended" in [change["type"] for change in changes]
    assert "subscription.started" not in [change["type"] for change in changes]


def test_programmes_are_those_of_the_files(client: Client, clock: Callable[..., Any]) -> None:
    klubben, jazz = sorted(client.get("/programmes")["programmes"], key=lambda p: -len(p["id"]))
    assert (klubben["name"], klubben["purpose"]) == ("Nordbageriets klubb", "marketing")
    assert klubben["open"] is jazz["open"] is True
    assert "JAZZ" in jazz["keywords"]
