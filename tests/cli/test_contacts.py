"""`responder contacts` and `responder db upgrade`, on a base that people made by texting."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from responder.app import create_app
from responder.settings import Settings, load_settings
from responder.store.database import Database
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.factories import ACCOUNT, KLUBBEN, NUMBER, PERSON, TOKEN, Texter, write_config

FRIEND = "+46701740606"
Tell = Callable[..., None]


@pytest.fixture
def tell(run: Run, here: Path) -> Tell:
    """People text, one after the other, to a house whose database the commands find."""
    formula = KLUBBEN.replace('"STAND-A"', '"=1+1"').replace('"KLUBB"', '"+KLUBB"')
    write_config(here / "config", klubben=formula)
    assert run("db", "upgrade").exit_code == 0
    settings = load_settings({})

    def text(*messages: tuple[str, str]) -> None:
        database = Database(settings.database_url)
        client = create_app(_as_tests_sign(settings), database, Clock()).test_client()
        texter = Texter(client, settings.public_url)
        assert [texter(body, sender=sender).status for sender, body in messages] == [200] * len(
            messages
        )
        database.dispose()

    return text


def _as_tests_sign(settings: Settings) -> Settings:
    return replace(settings, account_sid=ACCOUNT, auth_tokens=(TOKEN,))


def exported(run: Run, *options: str) -> list[dict[str, object]]:
    result = run("contacts", "export", "--format", "jsonl", *options)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert (result.exit_code, result.stderr) == (0, f"{len(rows)} subscriptions\n")
    return rows


def test_a_row_has_what_a_campaign_needs(run: Run, tell: Tell) -> None:
    tell((PERSON, "bulle!"))
    assert exported(run) == [
        {
            "address": PERSON,
            "programme": "klubben",
            "state": "active",
            "since": "2026-11-21T12:00:00+00:00",
            "ended": None,
            "keyword": "BULLE",
            "source": "=1+1",
            "language": "sv",
            "number": NUMBER,
            "country": "SE",
            "reachable": True,
        }
    ]


@pytest.mark.parametrize(
    ("state", "people"),
    [("active", {PERSON}), ("ended", {FRIEND}), ("all", {PERSON, FRIEND}), ("pending", set())],
)
def test_the_state_picks_and_active_is_the_default(
    run: Run, tell: Tell, state: str, people: set[str]
) -> None:
    tell((PERSON, "JA"), (FRIEND, "JA"), (FRIEND, "AVSLUTA"))
    assert {row["address"] for row in exported(run, "--state", state)} == people
    assert {row["address"] for row in exported(run)} == {PERSON}


@pytest.mark.parametrize(("programme", "rows"), [("klubben", 1), ("jazz", 0)])
def test_the_programme_picks(run: Run, tell: Tell, programme: str, rows: int) -> None:
    tell((PERSON, "JA"))
    assert len(exported(run, "--programme", programme)) == rows


def test_a_spreadsheet_gets_the_same_rows_and_runs_nothing(run: Run, tell: Tell) -> None:
    tell((PERSON, "BULLE"), (FRIEND, "KLUBB"))
    result = run("contacts", "export")
    rows = {row["address"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert set(rows) == {PERSON, FRIEND}
    assert rows[PERSON]["source"] == "'=1+1"
    assert rows[FRIEND]["keyword"] == "'+KLUBB"
    assert rows[PERSON]["since"] == "2026-11-21T12:00:00+00:00"


def test_an_empty_base_is_a_heading(run: Run, tell: Tell) -> None:
    assert run("contacts", "export").stdout.startswith("address,programme,state,since")
    assert exported(run) == []


@pytest.mark.parametrize("address", [PERSON, "070-174 06 05", "0046701740605", "-"])
def test_a_person_is_shown_with_what_was_said_and_why(run: Run, tell: Tell, address: str) -> None:
    tell((PERSON, "JA"), (PERSON, "avsluta tack"))
    shown = run("contacts", "show", address, stdin=f"{PERSON}\n").stdout
    for part in (
        f"{PERSON}  (SE, phone)",
        "klubben: ended, joined 2026-11-21 12:00:00 UTC, with JA",
        "'avsluta tack'",
        "understood as opt_out by word.sv.avsluta",
        "answered (inline): Nordbageriet: ",
        "OptedIn  klubben",
        "OptedOut  everything",
    ):
        assert part in shown


def test_machines_get_everything_about_a_person(run: Run, tell: Tell) -> None:
    tell((PERSON, "JA"), (PERSON, "STOP"))
    found = json.loads(run("contacts", "show", PERSON, "--json").stdout)
    assert [message["text"] for message in found["messages"]] == ["JA", "STOP"]
    assert [block["sender"] for block in found["blocks"]] == [NUMBER]
    assert {"OptedIn", "OptedOut"} <= {event["kind"] for event in found["events"]}


@pytest.mark.parametrize("address", ["+46701740607", "nobody", "", "+"])
def test_a_stranger_has_nothing_to_show(run: Run, tell: Tell, address: str) -> None:
    tell((PERSON, "JA"))
    result = run("contacts", "show", address)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Error: nothing is stored about this address\n"


@pytest.mark.parametrize("command", [["export"], ["show", PERSON]])
def test_a_database_that_is_not_migrated_says_what_to_do(run: Run, command: list[str]) -> None:
    result = run("contacts", *command)
    assert result.exit_code == 2
    assert "run responder db upgrade" in result.stderr


def test_a_database_may_be_upgraded_twice(run: Run, tell: Tell) -> None:
    tell((PERSON, "JA"))
    result = run("db", "upgrade")
    assert (result.exit_code, result.stdout) == (0, "The database is up to date.\n")
    assert len(exported(run)) == 1


def test_a_database_that_does_not_answer_is_no_traceback(run: Run) -> None:
    away = {
        "RESPONDER_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "RESPONDER_SECRET_KEY": "x",
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "x",
    }
    for command in (["db", "upgrade"], ["contacts", "export"]):
        result = run(*command, **away)
        assert result.exit_code == 2
        assert "Error: the database does not answer" in result.stderr
