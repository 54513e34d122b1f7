"""`changes`: every change of standing, in order, missed by nobody and told to nobody twice."""

import pytest
from sqlalchemy import update

from responder.core.consent import EvidenceErased, Unreachable
from responder.store import tables as t
from responder.store.changes import record
from responder.store.database import Database
from responder.store.ledger import lock_contacts
from tests.api.conftest import Client, Says, seal_all
from tests.conftest import Clock
from tests.factories import PERSON

STARTED, ENDED = "subscription.started", "subscription.ended"


def told(client: Client) -> list[tuple[str, str | None, str | None, bool]]:
    changes = client.get("/changes")["changes"]
    return [(c["type"], c["programme"], c["state"], c["out"]) for c in changes]


def note(database: Database, clock: Clock, event: Unreachable | EvidenceErased) -> None:
    """An event of the only contact, that no text makes."""
    with database.write() as connection:
        contact_id = connection.execute(t.contacts.select()).one().id
        person = lock_contacts(connection, [contact_id], clock())[contact_id]
        record(connection, person, [event], ["{}"])
    seal_all(database, clock)


def test_joining_and_leaving_are_told_in_order(client: Client, says: Says) -> None:
    says("JA", "AVSLUTA", "JA")
    assert told(client) == [
        (STARTED, "klubben", "active", False),
        (ENDED, "klubben", "ended", True),
        (STARTED, "klubben", "active", False),
    ]


def test_a_change_names_the_person_and_when(client: Client, says: Says, clock: Clock) -> None:
    says("JA")
    (change,) = client.get("/changes")["changes"]
    assert change["address"] == PERSON
    assert change["position"] == 0
    assert change["at"] == clock().isoformat().replace("+00:00", "Z")
    assert client.get(f"/contacts/{change['contact']}")["address"] == PERSON


def test_ending_everything_is_told_for_each_programme(client: Client, says: Says) -> None:
    says("JA", "JAZZ", "AVSLUTA")
    assert told(client)[2:] == [(ENDED, "klubben", "ended", True), (ENDED, "jazz", "ended", True)]


def test_a_strangers_stop_is_told(client: Client, says: Says) -> None:
    says("AVSLUTA")
    assert told(client) == [(ENDED, None, None, True)]


def test_the_providers_blocks_are_told(client: Client, says: Says) -> None:
    says("JA", "STOP", "START")
    types = [change[0] for change in told(client)]
    assert "provider.blocked" in types
    assert "provider.unblocked" in types


def test_a_state_is_that_after_its_own_change_not_the_newest(client: Client, says: Says) -> None:
    says("JA", "AVSLUTA", "JA")
    states = [client.get("/changes", since=n, limit=1)["changes"][0]["state"] for n in range(3)]
    assert states == ["active", "ended", "active"]


def test_an_unreachable_number_is_told(
    client: Client, says: Says, database: Database, clock: Clock
) -> None:
    says("JA")
    note(database, clock, Unreachable(clock()))
    assert told(client)[1:] == [("contact.unreachable", None, None, False)]


def test_an_erasure_is_told_without_an_address_and_takes_it_from_all_before(
    client: Client, says: Says, database: Database, clock: Clock
) -> None:
    says("JA")
    note(database, clock, EvidenceErased(clock()))
    with database.write() as connection:
        connection.execute(update(t.contacts).values(address="erased:1"))
    assert told(client)[1:] == [
        (ENDED, "klubben", "ended", True),
        ("contact.erased", None, None, True),
    ]
    assert {c["address"] for c in client.get("/changes")["changes"]} == {None}


def test_what_is_not_sealed_is_not_told_yet(client: Client, says: Says) -> None:
    says("JA", sealed=False)
    page = client.get("/changes")
    assert (page["changes"], page["next"], page["more"]) == ([], "0", False)
    says("AVSLUTA")
    assert [c["position"] for c in client.get("/changes", since=page["next"])["changes"]] == [0, 1]


@pytest.mark.parametrize("since", ["-1", "x", "1.5", str(2**31), "9" * 30, ""])
def test_what_is_no_cursor_is_refused(client: Client, since: str) -> None:
    assert client.response("GET", "/changes", query_string={"since": since}).status_code == 422
