"""`responder ledger`: what an authority, a lawyer or a third party is given."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from responder.core.heads import signing_key
from responder.core.proofs import check_proof
from responder.inbox import Inbox
from responder.live import open_catalog
from responder.settings import load_settings
from responder.store.database import Database
from tests.cli.conftest import Run
from tests.docs.test_verify_proof import MAIN
from tests.factories import PERSON, inbound
from tests.store.sealing import roll_back, roll_projection_back, seal_all, tamper

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Ledger:
    """A house in this folder, to which people text."""

    def __init__(self) -> None:
        self.settings = load_settings({})
        self.database = Database(self.settings.database_url)

    def text(self, *words: str, sealed: bool = True) -> None:
        """One person's words, each under a head of its own."""
        catalog = open_catalog(self.settings, self.database, NOW)
        for word in words:
            Inbox(self.database, lambda: catalog, lambda: NOW).receive([inbound(word)])
            if sealed:
                seal_all(self.database, NOW, signing_key(self.settings.secret_key))


@pytest.fixture
def house_ledger(run: Run, config: Path) -> Any:
    assert run("db", "upgrade").exit_code == 0
    made = Ledger()
    yield made
    made.database.dispose()


def test_a_ledger_that_holds_says_so(run: Run, house_ledger: Ledger) -> None:
    house_ledger.text("JA", "STOPP")
    house_ledger.text("JA", sealed=False)
    result = run("ledger", "verify")
    assert (result.exit_code, result.stdout) == (
        0,
        "2 events under 2 heads; 1 not sealed yet\n"
        "1 contacts compared with their events\nThe ledger holds.\n",
    )


def test_a_ledger_that_was_tampered_with_ends_with_1_and_the_event(
    run: Run, house_ledger: Ledger
) -> None:
    house_ledger.text("JA", "STOPP")
    tamper(house_ledger.database, "UPDATE ledger_events SET programme = 'x' WHERE sequence = 2")
    result = run("ledger", "verify")
    assert result.exit_code == 1
    assert result.stdout.startswith("changed: position 1 (OptedOut, event 2 of contact ")
    finding, *_ = json.loads(run("ledger", "verify", "--json").stdout)["findings"]
    assert (finding["fault"], finding["position"]) == ("changed", 1)


def test_a_subscription_that_the_ledger_does_not_know_of_ends_with_1(
    run: Run, house_ledger: Ledger
) -> None:
    house_ledger.text("JA", "STOPP")
    tamper(house_ledger.database, "UPDATE subscriptions SET state = 'active', ended = NULL")
    result = run("ledger", "verify")
    assert result.exit_code == 1
    assert result.stdout.startswith("differs: the subscription of contact ")
    assert result.stdout.endswith("but a table that is read does not say the same.\n")
    said = json.loads(run("ledger", "verify", "--json").stdout)
    assert (said["holds"], said["contacts"], len(said["findings"])) == (False, 1, 1)
    assert PERSON not in result.stdout


def test_a_rollback_shows_by_the_head_that_was_kept(
    run: Run, house_ledger: Ledger, here: Path
) -> None:
    house_ledger.text("JA", "STOPP")
    assert run("ledger", "head", "--out", "kept.json").exit_code == 0
    assert run("ledger", "verify", "--head", "kept.json").exit_code == 0
    roll_back(house_ledger.database, 1)
    assert "differs" in run("ledger", "verify").stdout
    roll_projection_back(house_ledger.database)
    assert run("ledger", "verify").exit_code == 0
    result = run("ledger", "verify", "--head", "kept.json")
    assert (result.exit_code, "rolled back" in result.stdout) == (1, True)


def test_a_head_is_one_line_that_holds_nothing_of_a_person(run: Run, house_ledger: Ledger) -> None:
    house_ledger.text("JA")
    (line,) = run("ledger", "head").stdout.splitlines()
    assert json.loads(line)["head"]["size"] == 1
    assert PERSON not in line


@pytest.mark.parametrize("address", [PERSON, "070-174 06 05", "-"])
def test_a_proof_convinces_a_stranger(
    run: Run, house_ledger: Ledger, here: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    house_ledger.text("JA", "STOPP")
    stdin = f"{PERSON}\n" if address == "-" else ""
    assert run("ledger", "proof", address, "--out", "proof.json", stdin=stdin).exit_code == 0
    assert run("ledger", "head", "--out", "head.json").exit_code == 0
    key = json.loads((here / "head.json").read_text())["public_key"]
    MAIN([str(here / "proof.json"), "--head", str(here / "head.json"), "--key", key])
    told = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in told[:2]] == [
        "opted in (klubben) JA",
        "opted out (everything) STOPP",
    ]
    assert told[2] == "The proof holds."


def test_a_proof_goes_to_standard_output_and_names_what_is_too_new(
    run: Run, house_ledger: Ledger
) -> None:
    house_ledger.text("JA")
    house_ledger.text("STOPP", sealed=False)
    result = run("ledger", "proof", PERSON)
    document = json.loads(result.stdout)
    assert (check_proof(document), len(document["events"])) == ([], 1)
    assert result.stderr == "1 events are not sealed yet, and not in it\n"


@pytest.mark.parametrize("address", ["+46701740699", "nobody"])
def test_nobody_has_no_proof(run: Run, house_ledger: Ledger, address: str) -> None:
    house_ledger.text("JA")
    result = run("ledger", "proof", address)
    assert (result.exit_code, result.stderr) == (2, "Error: there is no event of this address\n")


@pytest.mark.parametrize("command", [("head",), ("proof", PERSON)])
def test_before_the_first_run_of_the_sealer_there_is_nothing_to_show(
    run: Run, house_ledger: Ledger, command: tuple[str, ...]
) -> None:
    house_ledger.text("JA", sealed=False)
    result = run("ledger", *command)
    assert (result.exit_code, "nothing is sealed yet" in result.stderr) == (2, True)


@pytest.mark.parametrize("content", ["", "{}", '{"head": 1}', '{"head": {"at": "x"}}'])
def test_what_is_no_head_is_refused(
    run: Run, house_ledger: Ledger, here: Path, content: str
) -> None:
    (here / "kept.json").write_text(content)
    result = run("ledger", "verify", "--head", "kept.json")
    assert (result.exit_code, "is no head" in result.stderr) == (2, True)


def test_a_head_that_another_house_signed_is_refused(
    run: Run, house_ledger: Ledger, here: Path
) -> None:
    house_ledger.text("JA")
    kept = json.loads(run("ledger", "head").stdout)
    kept["head"]["size"] = 7
    (here / "kept.json").write_text(json.dumps(kept))
    result = run("ledger", "verify", "--head", "kept.json")
    assert (result.exit_code, "not signed by this house" in result.stderr) == (2, True)
