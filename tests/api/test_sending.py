"""What a campaign tool asks before it sends, and tells when somebody left there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from responder.api import create_blueprint
from responder.core.catalog import Catalog
from responder.core.gate_cap import Cap, Period
from responder.core.gate_hours import hours, permitted
from responder.core.gate_house import House
from responder.store import tables as t
from responder.store.database import Database
from responder.store.suppressions import suppress
from responder.store.tokens import Scope
from tests.api.conftest import KEYS, Client, Says, make_token
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import NUMBER, PERSON

FRIEND = "+46701740606"
TEXT = "Nordbageriet: kanelbullar. Svara STOPP för att avsluta."
OPT_OUT = {"address": PERSON, "channel": "email", "reference": "case-1"}


def verdicts(client: Client, *addresses: str, **more: Any) -> list[tuple[str, str | None]]:
    body = {"programme": "klubben", "text": TEXT, "addresses": addresses or [PERSON]}
    answer = client.post("/may-send", **(body | more))
    return [(one["verdict"], one["why"]) for one in answer["verdicts"]]


def test_who_joined_may_be_sent_to_and_who_did_not_never(client: Client, says: Says) -> None:
    says("JA")
    says("JAZZ", sender=FRIEND)
    assert verdicts(client, PERSON, FRIEND, "+46701740607", "Nordbageriet") == [
        ("allowed", None),
        ("never", "not_active"),
        ("never", "not_active"),
        ("never", "not_a_person"),
    ]


def test_who_left_is_never_sent_to(client: Client, says: Says) -> None:
    says("JA", "AVSLUTA")
    assert verdicts(client) == [("never", "not_active")]


def test_who_is_on_the_suppression_list_is_never_sent_to(
    client: Client, says: Says, database: Database, clock: Clock
) -> None:
    says("JA")
    with database.write() as connection:
        suppress(connection, KEYS, [PERSON], "asked", clock())
    assert verdicts(client) == [("never", "suppressed")]


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (House(hours=permitted(hours(6, 12), "test")), "house_hours"),
        (House(slots=permitted(hours(18, 19), "test")), "slots"),
        (House(cap=Cap(1, Period.WEEK)), "frequency_cap"),
    ],
)
def test_the_limits_of_the_house_are_kept(
    database: Database, catalog: Catalog, clock: Clock, says: Says, limits: House, why: str
) -> None:
    says("JA")
    with database.write() as connection:
        connection.execute(update(t.outbox).values(purpose="promotional", programme="klubben"))
    app = Flask("strict")
    strict = replace(catalog, sending=limits)
    app.register_blueprint(create_blueprint(database, lambda: strict, KEYS, clock))
    client = Client(app.test_client(), make_token(database, clock, Scope))
    assert verdicts(client) == [("not_now", why)]


def test_a_reload_in_the_middle_of_a_question_does_not_divide_its_answer(
    database: Database, catalog: Catalog, clock: Clock, says: Says
) -> None:
    says("JA")
    served = iter([catalog])
    emptied = replace(catalog, numbers={}, programmes={})
    app = Flask("reloading")
    app.register_blueprint(create_blueprint(database, lambda: next(served, emptied), KEYS, clock))
    assert verdicts(Client(app.test_client(), make_token(database, clock, Scope))) == [
        ("allowed", None)
    ]


def test_the_cap_of_a_programme_is_kept(client: Client, says: Says, database: Database) -> None:
    says("JA", "HJÄLP")
    assert verdicts(client) == [("allowed", None)]
    with database.write() as connection:
        connection.execute(update(t.outbox).values(purpose="promotional", programme="klubben"))
    assert verdicts(client) == [("not_now", "frequency_cap")]


def test_a_blocked_sender_is_told(client: Client, says: Says, database: Database) -> None:
    says("JA")
    with database.write() as connection:
        block = {"contact_id": select(t.contacts.c.id).scalar_subquery(), "sender": NUMBER}
        connection.execute(t.provider_blocks.insert().values(block | {"blocked": True, "since": text("CURRENT_TIMESTAMP")}))  # fmt: skip
    assert verdicts(client) == [("never", "provider_blocked")]


def test_an_unreachable_number_is_told(
    client: Client, says: Says, database: Database, clock: Clock
) -> None:
    says("JA")
    with database.write() as connection:
        connection.execute(update(t.contacts).values(unreachable_since=clock()))
    assert verdicts(client) == [("never", "unreachable")]


def test_a_rented_contact_that_was_used_is_used_up(
    client: Client, says: Says, database: Database
) -> None:
    says("JA")
    with database.write() as connection:
        connection.execute(update(t.subscriptions).values(licence="rented", used=1))
    assert verdicts(client) == [("never", "rented_used_up")]


def test_a_soft_opt_in_that_lapsed_is_told(
    client: Client, says: Says, database: Database, clock: Clock
) -> None:
    says("JA")
    sold = {"basis": "soft_opt_in", "basis_at": clock() - timedelta(days=400)}
    with database.write() as connection:
        connection.execute(update(t.subscriptions).values(sold))
    assert verdicts(client) == [("never", "soft_opt_in_lapsed")]


def test_a_text_that_shows_no_way_out_is_refused(client: Client, says: Says) -> None:
    says("JA")
    assert verdicts(client, text="Nordbageriet: kanelbullar!") == [("never", "no_way_out")]


def test_at_night_the_answer_is_when_the_morning_begins(client: Client, says: Says) -> None:
    says("JA")
    body = {"programme": "klubben", "text": TEXT, "addresses": [PERSON]}
    night = client.post("/may-send", **body, at="2026-11-24T02:00:00+01:00")["verdicts"][0]
    assert (night["verdict"], night["why"]) == ("not_now", "permitted_hours")
    assert (
        client.post("/may-send", **body, at=night["until"])["verdicts"][0]["verdict"] == "allowed"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"programme": "nothing"},
        {"at": "2026-11-24T12:00:00"},
        {"at": "2099-01-01T12:00:00Z"},
        {"addresses": []},
        {"addresses": [PERSON] * 10_001},
        {"text": ""},
        {"purpose": "fun"},
        {"more": 1},
    ],
    ids=str,
)
def test_what_cannot_be_answered_is_refused(client: Client, change: dict[str, Any]) -> None:
    body = {"programme": "klubben", "text": TEXT, "addresses": [PERSON]}
    assert client.response("POST", "/may-send", json=body | change).status_code == 422


def test_ten_thousand_addresses_are_answered_in_their_order(client: Client, says: Says) -> None:
    says("JA", sender="+46701740699")
    addresses = [f"+4670174{number:04}" for number in range(10_000)]
    answer = verdicts(client, *addresses)
    assert [place for place, verdict in enumerate(answer) if verdict[0] == "allowed"] == [699]


def test_a_check_tells_who_is_suppressed_and_who_ended_everything(
    client: Client, says: Says, database: Database, clock: Clock
) -> None:
    says("JA")
    says("JA", "AVSLUTA", sender=FRIEND)
    with database.write() as connection:
        suppress(connection, KEYS, ["+46701740607"], "asked", clock())
    asked = [PERSON, FRIEND, "+46 70 174 06 07"]
    results = client.post("/suppressions/check", addresses=asked)["results"]
    assert [one["why"] for one in results] == [None, "opted_out", "suppressed"]
    assert [one["suppressed"] for one in results] == [False, True, True]


def test_an_opt_out_taken_elsewhere_ends_everything_and_is_confirmed_once(
    client: Client, says: Says, database: Database
) -> None:
    says("JA", "JAZZ")
    assert client.post("/opt-outs", **OPT_OUT) == {"recorded": True}
    with database.read() as connection:
        assert projected(connection)[PERSON].is_out
        assert folded(connection) == projected(connection)
        due = connection.execute(select(t.outbox).where(t.outbox.c.state == "due")).all()
        events = connection.execute(select(t.ledger_evidence.c.document)).scalars().all()
    assert [(row.purpose, row.wording, row.sender) for row in due] == [
        ("confirmation", "opt_out", NUMBER)
    ]
    assert sum("taken_elsewhere" in document for document in events) == 1


def test_the_same_opt_out_told_again_changes_nothing_even_after_a_return(
    client: Client, says: Says, database: Database
) -> None:
    says("JA")
    client.post("/opt-outs", **OPT_OUT)
    says("JA")
    assert client.post("/opt-outs", **OPT_OUT) == {"recorded": False}
    with database.read() as connection:
        assert projected(connection)[PERSON].active == ("klubben",)


def test_a_reference_used_twice_swallows_nobodys_opt_out(client: Client, says: Says) -> None:
    says("JA")
    says("JA", sender=FRIEND)
    assert client.post("/opt-outs", **OPT_OUT) == {"recorded": True}
    assert client.post("/opt-outs", **(OPT_OUT | {"address": FRIEND})) == {"recorded": True}


def test_one_programme_is_left_and_the_other_stays(
    client: Client, says: Says, database: Database
) -> None:
    says("JA", "JAZZ")
    assert client.post("/opt-outs", **OPT_OUT, programme="jazz") == {"recorded": True}
    with database.read() as connection:
        assert projected(connection)[PERSON].active == ("klubben",)


def test_a_late_opt_out_ends_nothing_that_was_begun_after_it(
    client: Client, says: Says, clock: Clock, database: Database
) -> None:
    before = clock().isoformat()
    says("JA")
    client.post("/opt-outs", **OPT_OUT, at=before)
    with database.read() as connection:
        assert projected(connection)[PERSON].active == ("klubben",)


def test_a_strangers_opt_out_is_kept_and_nobody_writes_to_them(
    client: Client, database: Database
) -> None:
    assert client.post("/opt-outs", **OPT_OUT) == {"recorded": True}
    with database.read() as connection:
        assert projected(connection)[PERSON].is_out
        assert connection.execute(select(t.outbox)).all() == []


@pytest.mark.parametrize(
    "change",
    [
        {"address": "Nordbageriet"},
        {"programme": "nothing"},
        {"at": "2027-01-01T00:00:00Z"},
        {"reference": ""},
        {"reference": "a\u0000b"},
        {"channel": "E-mail"},
        {"programm": "jazz"},
    ],
    ids=str,
)
def test_an_opt_out_that_is_not_understood_is_refused(
    client: Client, change: dict[str, Any]
) -> None:
    response = client.response("POST", "/opt-outs", json=OPT_OUT | change)
    assert response.status_code == 422


def test_nothing_of_the_person_is_kept_with_the_reference(
    client: Client, database: Database
) -> None:
    client.post("/opt-outs", **(OPT_OUT | {"reference": f"mail from {PERSON}"}))
    with database.read() as connection:
        row = connection.execute(select(t.messages)).one()
    assert PERSON not in str(row)
