"""`responder contacts opt-out|suppress|record|erase`, `cases` and `retention`, as a shell runs them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from responder.app import create_app
from responder.clock import utc_now
from responder.settings import load_settings
from responder.store.database import Database
from tests.cli.conftest import Run
from tests.factories import ACCOUNT, KLUBBEN, PERSON, TOKEN, Texter, write_config

WHO = ("--actor", "Kim", "--reason", "a letter")
PAPER = """
at = 2025-10-03
text = "Ja, Nordbageriet får sms:a mig erbjudanden. Avsluta med STOPP."
form = "F7"
scan = "slips/114.pdf"
"""
Tell = Callable[..., None]


@pytest.fixture
def tell(run: Run, here: Path) -> Tell:
    """The person texts, one after the other, to a house whose database the commands find."""
    write_config(here / "config", klubben=KLUBBEN)
    assert run("db", "upgrade").exit_code == 0
    settings = load_settings({})

    def text(*words: str) -> None:
        database = Database(settings.database_url)
        signed = replace(settings, account_sid=ACCOUNT, auth_tokens=(TOKEN,))
        texter = Texter(create_app(signed, database, utc_now).test_client(), settings.public_url)
        assert [texter(word).status for word in words] == [200] * len(words)
        database.dispose()

    return text


def stranger(run: Run) -> bool:
    return run("contacts", "show", PERSON).exit_code == 2


def test_a_phone_call_ends_everything_and_one_text_says_so(run: Run, tell: Tell) -> None:
    tell("JA")
    result = run("contacts", "opt-out", PERSON, "--channel", "phone", *WHO)
    assert result.exit_code == 0
    assert result.stdout == "+46…05 has left everything; one text tells them\n"
    assert "klubben: ended" in run("contacts", "show", PERSON).stdout


def test_an_unknown_programme_names_those_there_are(run: Run, tell: Tell) -> None:
    tell("JA")
    result = run("contacts", "opt-out", PERSON, "--channel", "phone", "--programme", "jaz", *WHO)
    assert (result.exit_code, result.stderr) == (
        2,
        'Error: there is no programme "jaz". Use one of: klubben\n',
    )


def test_nobody_to_opt_out_is_a_finding_and_suppression_serves_them(run: Run, tell: Tell) -> None:
    tell()
    assert run("contacts", "opt-out", PERSON, "--channel", "email", *WHO).exit_code == 1
    assert run("contacts", "suppress", "-", *WHO, stdin="070-174 06 05\n").exit_code == 0
    again = run("contacts", "suppress", PERSON, *WHO)
    assert (again.exit_code, "already" in again.stdout) == (0, True)


@pytest.mark.parametrize("without", ["--actor", "--reason"])
def test_an_act_without_name_or_reason_is_refused(run: Run, tell: Tell, without: str) -> None:
    tell("JA")
    given = ["--actor", "Kim", "--reason", "why"]
    given[given.index(without) + 1] = " "
    assert run("contacts", "suppress", PERSON, *given).exit_code == 2


def test_a_slip_of_paper_joins_and_a_stop_cannot_be_reopened(
    run: Run, tell: Tell, here: Path
) -> None:
    (here / "slip.toml").write_text(PAPER, encoding="utf-8")
    joins = ("contacts", "record", PERSON, "--programme", "klubben", "--kind", "paper")
    tell()
    assert run(*joins, "--evidence", "slip.toml", *WHO).exit_code == 0
    tell("STOPP")
    refused = run(*joins, "--evidence", "slip.toml", *WHO)
    assert (refused.exit_code, "only they can come back" in refused.stderr) == (1, True)


def test_evidence_of_another_kind_is_refused_with_every_problem(
    run: Run, tell: Tell, here: Path
) -> None:
    (here / "slip.toml").write_text(PAPER, encoding="utf-8")
    tell()
    joins = ("contacts", "record", PERSON, "--programme", "klubben", "--kind", "spoken")
    result = run(*joins, "--evidence", "slip.toml", *WHO)
    assert result.exit_code == 2
    for key in ("form", "scan", "recording", "agent"):
        assert f"slip.toml: {key}: " in result.stderr


def test_a_dry_run_tells_what_goes_and_what_stays_and_changes_nothing(run: Run, tell: Tell) -> None:
    tell("JA")
    result = run("contacts", "erase", PERSON, *WHO, "--dry-run")
    assert result.exit_code == 0
    assert "goes   messages: 1\n" in result.stdout
    assert "stays  a keyed hash of the number" in result.stdout
    machine = json.loads(run("contacts", "erase", PERSON, *WHO, "--dry-run", "--json").stdout)
    assert machine["goes"]["evidence"] == 1
    assert "klubben: active" in run("contacts", "show", PERSON).stdout


def test_erasing_in_silence_deletes_at_once(run: Run, tell: Tell) -> None:
    tell("JA")
    result = run("contacts", "erase", PERSON, *WHO, "--yes", "--silent", "they died")
    assert (result.exit_code, stranger(run)) == (0, True)


def test_erasing_asks_first_and_no_is_no(run: Run, tell: Tell) -> None:
    tell("JA")
    assert run("contacts", "erase", PERSON, *WHO, stdin="n\n").exit_code == 1
    assert "klubben: active" in run("contacts", "show", PERSON).stdout


def test_erasing_ends_everything_and_waits_for_the_text_that_says_so(run: Run, tell: Tell) -> None:
    tell("JA")
    result = run("contacts", "erase", PERSON, *WHO, stdin="y\n")
    assert (result.exit_code, "One text tells them" in result.stdout) == (0, True)
    assert "klubben: ended" in run("contacts", "show", PERSON).stdout
    kinds = [
        json.loads(line)["kind"] for line in run("cases", "list", "--json").stdout.splitlines()
    ]
    assert sorted(kinds) == ["erase", "erase_confirmed"]


def test_a_stranger_has_nothing_to_erase(run: Run, tell: Tell) -> None:
    tell()
    result = run("contacts", "erase", PERSON, *WHO, "--yes")
    assert (result.exit_code, "nothing is stored" in result.stderr) == (2, True)


def test_a_case_is_listed_with_its_day_and_closed_by_its_id(run: Run, tell: Tell) -> None:
    tell("visa mina uppgifter")
    listed = run("cases", "list").stdout
    assert "access  +46…05" in listed
    case = listed.split()[0]
    assert run("cases", "close", case, "--actor", "Kim").exit_code == 0
    assert run("cases", "list").stdout == ""
    assert case in run("cases", "list", "--all").stdout
    assert run("cases", "close", case, "--actor", "Kim").exit_code == 1


def test_a_request_that_a_colleague_closed_is_confirmed_by_no_yes(run: Run, tell: Tell) -> None:
    tell("radera mina uppgifter")
    case = run("cases", "list").stdout.split()[0]
    run("cases", "close", case, "--actor", "Kim")
    tell("JA")
    assert run("cases", "list").stdout == ""


def test_retention_counts_by_rule(run: Run, tell: Tell) -> None:
    tell("JA")
    counts = json.loads(run("retention", "--dry-run", "--json").stdout)
    assert set(counts.values()) == {0}
    assert "evidence" in run("retention", "--dry-run").stdout
