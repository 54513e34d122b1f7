"""What a file may do to the base: new people only, and never one who closed the door."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from responder.core.addresses import parse_address
from responder.core.consent import (
    ConsentEvent,
    OptedIn,
    OptedOut,
    OptInRequested,
    ProviderBlocked,
    Standing,
    fold,
)
from responder.core.evidence import commitment
from responder.core.import_evidence import Papers
from responder.core.provenance import Candidate, FileMark, Provenance, Verdict
from responder.keys import Keys
from responder.store import bulk, imports, intake, shutting_out
from responder.store import tables as t
from responder.store.changes import record
from responder.store.database import Database
from responder.store.imports import Importing, Tally
from responder.store.ledger import lock_contacts
from responder.store.suppressions import suppress, suppressed
from tests.factories import NOON, PERSON, house

FRIEND = "+46701740606"
CONSENT = NOON - timedelta(days=30)
KEYS = Keys("1" * 64)
STATED = Provenance("Mässan", CONSENT, "consent", "Ja, Nordbageriet får sms:a", "owned", "pärm 12")
FILE = FileMark("leads.csv", "f" * 64)


def importing(stated: Provenance | None = STATED) -> Importing:
    return Importing("0" * 32, KEYS, Papers(house(), FILE, stated))


def candidate(address: str = PERSON, programme: str = "klubben", **more: Any) -> Candidate:
    told: dict[str, Any] = {"line": 2, "language": "sv", "source": "Mässan", "at": CONSENT} | more
    return Candidate(address=parse_address(address), programme=programme, **told)


def take_in(database: Database, *candidates: Candidate) -> Tally:
    """The tally, which the preview must have told beforehand."""
    with database.read() as connection:
        previewed = intake.preview(connection, KEYS, candidates, NOON)
    with database.write() as connection:
        tally = intake.take_in(connection, importing(), candidates, NOON)
    assert tally == previewed
    return tally


def lived(database: Database, *events: ConsentEvent, address: str = PERSON) -> str:
    """A contact with a history; gives its id."""
    with database.write() as connection:
        contact = {"id": "1" * 32, "address": address, "kind": "phone", "country": "SE"}
        contact |= {"created_at": NOON, "last_inbound_at": NOON}
        bulk.write(connection, bulk.insert(t.contacts, [contact]))
        person = lock_contacts(connection, ["1" * 32], NOON)["1" * 32]
        record(connection, person, events, ["{}"] * len(events))
    return "1" * 32


def rows(database: Database, table: Any) -> Sequence[Any]:
    with database.read() as connection:
        return connection.execute(select(table)).all()


def test_a_stranger_comes_in_with_the_evidence_of_it(database: Database) -> None:
    assert take_in(database, candidate()).new == {("SE", "klubben"): 1}
    (event,), (proof,) = rows(database, t.ledger_events), rows(database, t.ledger_evidence)
    told = json.loads(proof.document)
    assert (event.kind, event.at, event.sequence) == ("OptedIn", CONSENT, 1)
    assert event.commitment == commitment(proof.salt, proof.document)
    assert told["subject"]["address"] == PERSON
    assert told["notice"]["offer"] == STATED.consent_text
    assert told["notice"]["catalog"] == house().hash
    assert told["source"]["file"] == {"name": "leads.csv", "sha256": "f" * 64}
    assert (told["source"]["line"], told["source"]["provenance"]["licence"]) == (2, "owned")


def test_the_short_way_of_strangers_writes_what_the_general_one_does(database: Database) -> None:
    lived(database)  # a contact who never did anything goes the general way, as a second one does
    both = [candidate(FRIEND), candidate(FRIEND, "jazz")]
    take_in(database, candidate("+46701740607"), *both)
    found = {tuple(row)[1:] for row in rows(database, t.subscriptions) if row.programme != "jazz"}
    assert len(found) == 1
    events = [row for row in rows(database, t.ledger_events) if row.programme == "klubben"]
    assert len({(row.sequence, row.kind, row.sender, row.at) for row in events}) == 1


def test_the_projection_is_the_fold_of_the_events(database: Database) -> None:
    take_in(database, candidate())
    contact_id = rows(database, t.contacts)[0].id
    with database.write() as connection:
        person = lock_contacts(connection, [contact_id], NOON)[contact_id]
    assert person.standing == fold([OptedIn(CONSENT, "klubben")], Standing())
    assert person.sequence == 1


def test_tags_and_answers_come_along(database: Database) -> None:
    take_in(database, candidate(tags=("vip", "ny"), answers={"name": "Åsa"}))
    assert {row.tag for row in rows(database, t.contact_tags)} == {"vip", "ny"}
    assert [(row.question, row.value) for row in rows(database, t.answers)] == [("name", "Åsa")]


def test_basis_and_licence_are_kept_for_the_gate(database: Database) -> None:
    take_in(database, candidate())
    row = rows(database, t.subscriptions)[0]
    assert (row.basis, row.basis_at, row.licence, row.source) == (
        *("consent", CONSENT, "owned", "Mässan"),
    )


EARLIER, LATER = CONSENT - timedelta(days=9), CONSENT + timedelta(days=9)


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        ([OptedIn(EARLIER, "klubben")], Verdict.ALREADY_IN),
        ([OptInRequested(EARLIER, "klubben")], Verdict.WAITING),
        ([OptedIn(EARLIER, "klubben"), OptedOut(EARLIER, "klubben")], Verdict.ENDED),
        ([OptInRequested(EARLIER, "klubben"), OptedOut(EARLIER, "klubben")], Verdict.ENDED),
        ([OptedOut(EARLIER)], Verdict.ENDED_EVERYTHING),
        ([OptedOut(LATER), OptedIn(LATER, "jazz")], Verdict.ENDED_EVERYTHING),
        ([ProviderBlocked(EARLIER, "+46701740699")], Verdict.BLOCKED),
    ],
)
def test_who_closed_the_door_stays_out(
    database: Database, events: list[ConsentEvent], verdict: Verdict
) -> None:
    lived(database, *events)
    before = rows(database, t.subscriptions)
    assert take_in(database, candidate()).verdicts == {verdict: 1}
    assert rows(database, t.subscriptions) == before
    assert len(rows(database, t.ledger_events)) == len(events)


def test_a_member_of_another_programme_may_come_into_this_one(database: Database) -> None:
    lived(database, OptedOut(EARLIER), OptedIn(EARLIER, "jazz"))
    assert take_in(database, candidate()).verdicts == {Verdict.NEW: 1}
    states = {row.programme: row.state for row in rows(database, t.subscriptions)}
    assert states == {"jazz": "active", "klubben": "active"}


def test_who_is_suppressed_does_not_even_become_a_contact(database: Database) -> None:
    with database.write() as connection:
        suppress(connection, KEYS, [PERSON], "erased", NOON)
    assert take_in(database, candidate()).verdicts == {Verdict.SUPPRESSED: 1}
    assert rows(database, t.contacts) == []


def test_whom_the_file_itself_calls_ended_stays_out(database: Database) -> None:
    assert take_in(database, candidate(state="ended")).verdicts == {Verdict.ENDED_ELSEWHERE: 1}
    assert rows(database, t.contacts) == []


def test_a_stop_from_between_consent_and_import_ends_it(database: Database) -> None:
    take_in(database, candidate())
    contact_id = rows(database, t.contacts)[0].id
    with database.write() as connection:
        person = lock_contacts(connection, [contact_id], NOON)[contact_id]
        record(connection, person, [OptedOut(NOON - timedelta(hours=1))], ["{}"])
    assert [row.state for row in rows(database, t.subscriptions)] == ["ended"]


def test_the_same_people_again_change_nothing(database: Database) -> None:
    take_in(database, candidate(), candidate(FRIEND))
    assert take_in(database, candidate(), candidate(FRIEND)).verdicts == {Verdict.ALREADY_IN: 2}
    assert len(rows(database, t.ledger_events)) == 2


def test_without_provenance_everybody_is_suppressed_and_members_are_out(database: Database) -> None:
    lived(database, OptedIn(EARLIER, "klubben"))
    both = [candidate(), candidate(FRIEND)]
    with database.write() as connection:
        tally = shutting_out.shut_out(connection, importing(None), both, NOON)
        assert suppressed(connection, KEYS, [PERSON, FRIEND]) == {PERSON, FRIEND}
    assert tally.verdicts == {Verdict.NEW: 2}
    assert [row.state for row in rows(database, t.subscriptions)] == ["ended"]
    assert [row.kind for row in rows(database, t.ledger_events)] == ["OptedIn", "OptedOut"]
    methods = [json.loads(row.document).get("source") for row in rows(database, t.ledger_evidence)]
    assert [one["method"] for one in methods if one] == ["import_suppression"]


def test_a_list_to_suppress_may_come_twice(database: Database) -> None:
    lived(database, OptedIn(EARLIER, "klubben"))
    for expected in (Verdict.NEW, Verdict.SUPPRESSED):
        with database.read() as connection:
            previewed = shutting_out.preview(connection, KEYS, [candidate()])
        with database.write() as connection:
            tally = shutting_out.shut_out(connection, importing(None), [candidate()], NOON)
        assert tally == previewed
        assert tally.verdicts == {expected: 1}
    assert len(rows(database, t.ledger_events)) == 2


def begin(database: Database, told: str = "as told", now: datetime = NOON) -> tuple[str, int]:
    with database.write() as connection:
        return imports.begin(connection, "f" * 64, told, now)


def test_an_import_goes_on_where_it_stopped(database: Database) -> None:
    import_id, done = begin(database)
    assert done == 0
    with database.write() as connection:
        imports.advance(connection, import_id, 5000)
    assert begin(database) == (import_id, 5000)


@pytest.mark.parametrize(("told", "ended"), [("otherwise", False), ("as told", True)])
def test_told_otherwise_or_finished_it_begins_anew(
    database: Database, told: str, ended: bool
) -> None:
    import_id, _ = begin(database)
    with database.write() as connection:
        imports.advance(connection, import_id, 5000)
        if ended:
            imports.end(connection, import_id, NOON)
    assert begin(database, told) == (import_id, 0)
