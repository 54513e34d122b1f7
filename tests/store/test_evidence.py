"""No consent without evidence: complete at the moment it happens, and committed to."""

import hashlib
import json
from datetime import timedelta
from typing import Any, get_args

import jsonschema_rs
import pytest
from sqlalchemy import Connection, select, text

from responder.core.acts import Act
from responder.core.addresses import parse_address
from responder.core.consent import (
    ConsentEvent,
    EvidenceErased,
    OptedIn,
    OptedOut,
    OptInExpired,
    ProviderBlocked,
)
from responder.core.consent_record import sha256
from responder.core.evidence import (
    Source,
    commitment,
    evidence_of_act,
    evidence_of_notice,
    evidence_of_refusal,
    evidence_of_silence,
)
from responder.core.messages import Receipt
from responder.inbox import Inbox
from responder.store import acts, pending
from responder.store import tables as t
from responder.store.database import Database
from responder.store.reported import note_report
from tests.conftest import Clock
from tests.docs.pages import ROOT
from tests.factories import KLUBBEN, NOON, NUMBER, PERSON, house, inbound

SCHEMA = json.loads((ROOT / "docs" / "evidence.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, house, clock)


def documents(connection: Connection) -> list[dict[str, Any]]:
    query = select(t.ledger_evidence.c.document).join(t.ledger_events)
    rows = connection.execute(query.order_by(t.ledger_events.c.sequence)).scalars()
    return [json.loads(row) for row in rows]


def stored(database: Database) -> list[dict[str, Any]]:
    with database.read() as connection:
        return documents(connection)


def test_an_opt_in_keeps_who_when_which_words_which_offer_and_which_config(
    inbox: Inbox, database: Database
) -> None:
    message = inbound("Bulle, tack!")
    inbox.receive([message])
    (proof,) = stored(database)
    assert proof["subject"] == {"address": PERSON, "country": "SE", "language": "sv"}
    assert proof["controller"]["brand"] == "Nordbageriet"
    assert (proof["event"]["kind"], proof["event"]["programme"]) == ("OptedIn", "klubben")
    source = proof["source"]
    assert (source["method"], source["channel"], source["number"]) == ("message", "sms", NUMBER)
    assert source["message"]["text"] == "Bulle, tack!"
    assert source["message"]["id"] == message.provider_message_id
    assert source["message"]["signature"] == "verified"
    assert source["keyword"]["source"] == "STAND-A"
    assert source["understanding"]["vocabulary"] == house().vocabulary.version


def test_an_opt_in_keeps_what_was_promised_and_shown(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("JA")])
    (proof,) = stored(database)
    offer = house().programmes["klubben"].offer
    version = hashlib.sha256(offer.encode()).hexdigest()
    assert proof["notice"] == {"offer": offer, "version": version, "catalog": house().hash}
    assert proof["processing"] == {
        "programme": "klubben",
        "name": "Nordbageriets klubb",
        "purpose": "marketing",
        "messages": "erbjudanden och nyheter",
        "frequency": "högst 2 sms i månaden",
        "basis": "consent",
    }


PLACED = KLUBBEN.replace("Sms:a JA", "Sms:a {keyword}")
ASKS_TWICE = f'opt_in = "double"\n{PLACED}'


@pytest.mark.parametrize(
    ("klubben", "texted", "printed"),
    [
        (PLACED, ["JA"], ["JA"]),
        (PLACED, ["klubb!"], ["JA"]),
        (PLACED, ["BULLE"], ["BULLE"]),
        (PLACED, ["BULLE", "STOPP BULLE"], ["BULLE", "BULLE"]),
        (PLACED, ["BULLE", "STOPP KLUBB", "JA"], ["BULLE", "BULLE", "JA"]),
        (ASKS_TWICE, ["BULLE", "JA"], ["BULLE", "BULLE"]),
        (ASKS_TWICE, ["BULLE", "NEJ"], ["BULLE", "BULLE"]),
        (ASKS_TWICE, ["JA", "BULLE"], ["JA", "JA"]),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
def test_the_offer_that_is_kept_is_that_of_the_poster_that_was_read(
    database: Database,
    clock: Clock,
    klubben: str,
    texted: list[str],
    printed: list[str],
    at_once: bool,
) -> None:
    inbox = Inbox(database, lambda: house(klubben=klubben), clock)
    messages = [inbound(text) for text in texted]
    for batch in [messages] if at_once else [[message] for message in messages]:
        inbox.receive(batch)
    notices = [proof["notice"] for proof in stored(database)]
    offers = [house().programmes["klubben"].offer.replace("JA", word) for word in printed]
    assert [notice["offer"] for notice in notices] == offers
    assert [notice["version"] for notice in notices] == [sha256(offer) for offer in offers]


def test_what_happens_without_a_text_keeps_the_offer_that_was_read(
    database: Database, clock: Clock
) -> None:
    catalog, colleague = house(klubben=ASKS_TWICE), Act("Kim", "asked by phone")
    inbox = Inbox(database, lambda: catalog, clock)
    inbox.receive([inbound("BULLE"), inbound("BULLE", sender="+46701740606")])
    leaver, programme = parse_address(PERSON), catalog.programmes["klubben"]
    with database.write() as connection:
        acts.opt_out(connection, leaver, programme, colleague, catalog, NOON)
        pending.expire(connection, catalog, NOON + timedelta(days=3))
    proofs = {proof["event"]["kind"]: proof["notice"]["offer"] for proof in stored(database)}
    assert sorted(proofs) == ["OptInExpired", "OptInRequested", "OptedOut"]
    assert all(offer.startswith("Sms:a BULLE till") for offer in proofs.values())


def test_the_confirmation_is_kept_as_it_was_sent(inbox: Inbox, database: Database) -> None:
    (answer,) = inbox.receive([inbound("JA")])
    (reply,) = stored(database)[0]["source"]["replies"]
    assert (reply["purpose"], reply["text"]) == ("confirmation", answer.replies[0][1])  # type: ignore[union-attr]


def test_a_person_has_one_address_over_every_way_of_texting(
    inbox: Inbox, database: Database
) -> None:
    inbox.receive([inbound("JA", sender=f"rcs:{PERSON}"), inbound("STOPP")])
    joined, left = stored(database)
    assert joined["subject"]["address"] == left["subject"]["address"] == PERSON
    assert (joined["source"]["channel"], left["source"]["channel"]) == ("rcs", "sms")


def test_every_event_commits_to_its_evidence(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("JA"), inbound("STOP"), inbound("START")])
    query = select(t.ledger_events, t.ledger_evidence).join(t.ledger_evidence)
    with database.read() as connection:
        rows = connection.execute(query).all()
    assert len(rows) >= 4
    assert all(row.commitment == commitment(row.salt, row.document) for row in rows)


def test_a_message_that_changes_nothing_leaves_no_event(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("hej hej"), inbound("hjälp")])
    assert stored(database) == []


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


def receipt(outbox_id: str, status: str, at: Any = NOON) -> Receipt:
    return Receipt("twilio", "SM" + "d" * 32, status, None, outbox_id, at)


def report(database: Database, *receipts: Receipt) -> None:
    for one in receipts:
        with database.write() as connection:
            note_report(connection, one, one.received_at, house())


def confirmed(inbox: Inbox, text: str = "JA") -> str:
    """The outbox id of the answer to one text."""
    (answer,) = inbox.receive([inbound(text)])
    return answer.replies[0][0]  # type: ignore[union-attr]


def test_what_became_of_a_confirmation_is_a_later_event_with_the_text_as_sent(
    inbox: Inbox, database: Database
) -> None:
    outbox_id = confirmed(inbox)
    report(database, receipt(outbox_id, "delivered", NOON + timedelta(seconds=4)))
    joined, reported = stored(database)
    assert reported["event"]["kind"] == "ConfirmationReported"
    source = reported["source"]
    assert source["confirmation"]["outbox_id"] == outbox_id
    assert source["confirmation"]["text"] == joined["source"]["replies"][0]["text"]
    assert source["confirmation"]["answers"]["id"] == joined["source"]["message"]["id"]
    assert (source["receipt"]["status"], source["receipt"]["id"]) == ("delivered", "SM" + "d" * 32)


def test_a_final_receipt_is_noted_once_however_often_it_comes(
    inbox: Inbox, database: Database
) -> None:
    outbox_id = confirmed(inbox)
    statuses = ("queued", "sent", "delivered", "delivered", "read", "delivered", "read")
    report(database, *(receipt(outbox_id, status) for status in statuses))
    told = [document["source"]["receipt"]["status"] for document in stored(database)[1:]]
    assert told == ["delivered", "read"]


def test_only_confirmations_are_reported(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("JA")])
    help_id = confirmed(inbox, "HJÄLP")
    report(database, receipt(help_id, "delivered"), receipt("0" * 32, "delivered"))
    assert len(stored(database)) == 1


STAFF = {"actor": "Sam", "reason": "asked on the phone"}
GIVEN = STAFF | {"given": {"at": NOON.isoformat(), "text": "Yes, text me", "recording": "R-1"}}
FILE = {"file": {"name": "kunder.csv", "sha256": "0" * 64}, "line": 2}
STATED = {"source": "Brödmässan", "date": "2026-11-01", "basis": "consent", "licence": "owned"}
JOINED, LEFT = OptedIn(NOON, "klubben"), OptedOut(NOON)
REFUSAL = {"provider": "twilio", "outbox": "0" * 32, "code": "21610"}
ACTS = {
    "no_answer": evidence_of_silence(OptInExpired(NOON, "klubben"), PERSON, NOON, house()),
    "a programme that is gone": evidence_of_silence(OptInExpired(NOON, "x"), PERSON, NOON, house()),
    "provider_refusal": evidence_of_refusal(LEFT, PERSON, REFUSAL, house()),
    "provider_told": evidence_of_notice(ProviderBlocked(NOON, NUMBER), PERSON, house()),
} | {
    source.method: evidence_of_act(event, address, source, house())
    for event, address, source in (
        (JOINED, PERSON, Source("spoken", "phone", GIVEN, "sv", "Yes, text me")),
        (JOINED, PERSON, Source("paper", "paper", GIVEN, "sv", "Yes, text me")),
        (JOINED, PERSON, Source("form", "web", GIVEN, "sv", "Yes, text me")),
        (JOINED, PERSON, Source("import", "file", FILE | {"provenance": STATED}, "sv", "Ja")),
        (LEFT, PERSON, Source("import_suppression", "file", FILE)),
        (LEFT, PERSON, Source("staff", "phone", STAFF)),
        (LEFT, PERSON, Source("taken_elsewhere", "email", {"reference": "4711"})),
        (EvidenceErased(NOON), None, Source("erasure", "staff", STAFF)),
    )
}


@pytest.mark.parametrize("document", ACTS.values(), ids=ACTS)
def test_the_evidence_of_every_act_fits_the_published_schema(document: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors(document)) == []


def test_the_evidence_of_every_text_fits_the_published_schema(
    inbox: Inbox, database: Database
) -> None:
    for word in ("JA", "STOPP JAZZ", "JAZZ", "STOP", "START", "radera mina uppgifter"):
        inbox.receive([inbound(word)])
    report(database, receipt(confirmed(inbox, "JA"), "undelivered"))
    faults = [error for document in stored(database) for error in VALIDATOR.iter_errors(document)]
    assert faults == []


@pytest.mark.parametrize("section", SCHEMA["required"])
def test_evidence_that_lacks_a_section_does_not_fit(section: str) -> None:
    lacking = {name: part for name, part in ACTS["staff"].items() if name != section}
    assert not VALIDATOR.is_valid(lacking)


@pytest.mark.parametrize("method", ["message", "receipt", "import", "spoken", "staff"])
def test_a_method_without_its_own_fields_does_not_fit(method: str) -> None:
    bare = evidence_of_act(JOINED, PERSON, Source(method, "somewhere"), house())
    assert not VALIDATOR.is_valid(bare)


def test_the_schema_knows_every_kind_of_event() -> None:
    kinds = SCHEMA["properties"]["event"]["properties"]["kind"]["enum"]
    assert sorted(kinds) == sorted(event.__name__ for event in get_args(ConsentEvent))


def test_what_a_person_agreed_to_elsewhere_is_the_offer_they_saw() -> None:
    assert ACTS["spoken"]["notice"]["offer"] == "Yes, text me"
    assert ACTS["erasure"]["subject"] == {"address": None, "country": None, "language": None}


@pytest.mark.parametrize(
    ("klubben", "texted", "came_by"),
    [
        (PLACED, ["BULLE", "STOPP", "JA"], ("JA", None)),
        (PLACED, ["BULLE", "STOPP", "START"], ("BULLE", "STAND-A")),
        (ASKS_TWICE, ["BULLE", "JA"], ("BULLE", "STAND-A")),
    ],
)
def test_the_base_says_where_somebody_came_from_the_last_time(
    database: Database, clock: Clock, klubben: str, texted: list[str], came_by: tuple[str, str]
) -> None:
    inbox = Inbox(database, lambda: house(klubben=klubben), clock)
    for word in texted:
        inbox.receive([inbound(word)])
    with database.read() as connection:
        row = connection.execute(text("SELECT keyword, source FROM subscriptions")).one()
    assert tuple(row) == came_by
