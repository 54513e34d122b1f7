"""`responder contacts show` and `responder db upgrade`, on a base made by texting."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import STATED, Run, Tell
from tests.factories import NUMBER, PERSON


@pytest.mark.parametrize("address", [PERSON, "070-174 06 05", "0046701740605", "-"])
def test_a_person_is_shown_with_what_was_said_and_why(run: Run, tell: Tell, address: str) -> None:
    tell((PERSON, "JA"), (PERSON, "avsluta tack"))
    shown = run("contacts", "show", address, stdin=f"{PERSON}\n").stdout
    for part in (
        f"{PERSON}  (SE, phone)",
        "klubben: ended, joined 2026-11-21 12:00:00 UTC, with JA",
        "'avsluta tack'",
        "understood as opt_out by word.sv.avsluta",
        "answered (answered in the same second): Nordbageriet: ",
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
    assert len(run("contacts", "export").stdout.splitlines()) == 2


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


def test_an_unknown_person_who_is_suppressed_is_said_to_be(
    run: Run, tell: Tell, here: Path
) -> None:
    (here / "list.csv").write_text("phone\n+46701740608\n")
    assert run("contacts", "import", "list.csv").exit_code == 0
    result = run("contacts", "show", "070-174 06 08")
    assert "nothing is stored about this address; it is suppressed since" in result.stderr


def test_an_imported_person_is_shown_with_file_and_words(run: Run, tell: Tell, here: Path) -> None:
    (here / "a.csv").write_text(f"phone,name,tags\n{PERSON},Åsa,vip\n", encoding="utf-8")
    (here / "a.toml").write_text(STATED, encoding="utf-8")
    assert run("contacts", "import", "a.csv", "--provenance", "a.toml").exit_code == 0
    shown = run("contacts", "show", PERSON).stdout
    for part in (
        "name = 'Åsa'",
        "tags: vip",
        "imported from line 2 of a.csv (consent of 2026-10-03",
    ):
        assert part in shown
