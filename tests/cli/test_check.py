"""`responder check`: marketers are told what is wrong before it is live."""

import json
from pathlib import Path

import pytest

from tests.authoring.house import PROGRAMME
from tests.cli.conftest import Run
from tests.factories import HOUSE, write_config

BROKEN = PROGRAMME.replace("JAZZ", "STOPP") + 'cap = "x"'


def test_a_good_config_exits_0(run: Run, config: Path) -> None:
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "config: no problems.\n")


def test_each_problem_has_a_line_and_the_last_counts_them(run: Run, here: Path) -> None:
    write_config(here / "config", jazz=PROGRAMME + "cap = 1", swing="name = 1")
    result = run("check")
    *lines, summary = result.stdout.splitlines()
    assert result.exit_code == 1
    assert summary == f"config: {len(lines)} problems; nothing starts on this config."
    assert len(lines) == 6
    assert all(line.startswith("config/programmes/") for line in lines)


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_the_folder_is_an_argument_or_the_environment_s(run: Run, here: Path, how: str) -> None:
    write_config(here / "other", jazz=PROGRAMME + "cap = 1")
    environ = {"RESPONDER_CONFIG": "other"} if how == "environment" else {}
    result = run("check", *([] if environ else ["other"]), **environ)
    assert result.exit_code == 1
    assert result.stdout.startswith("other/programmes/jazz.toml: cap: ")
    assert result.stdout.endswith("other: 1 problem; nothing starts on this config.\n")


def test_an_address_in_a_problem_is_shown_as_it_was_written(run: Run, here: Path) -> None:
    write_config(here / "config", HOUSE.replace("https://", "htp://"), jazz=PROGRAMME)
    assert '"htp://nordbageriet.example/sms" is no web address' in run("check").stdout


def test_machines_get_one_object_with_every_problem(run: Run, here: Path) -> None:
    write_config(here / "config", jazz=PROGRAMME + "cap = 1")
    result = run("check", "--json")
    (problem,) = json.loads(result.stdout)["problems"]
    assert result.exit_code == 1
    assert set(problem) == {"file", "key", "fault", "remedy"}
    assert (problem["file"], problem["key"]) == ("programmes/jazz.toml", "cap")


def test_machines_get_an_empty_list_where_all_is_well(run: Run, config: Path) -> None:
    result = run("check", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"problems": []})


def test_a_folder_that_is_not_there_is_a_finding(run: Run) -> None:
    result = run("check", "nowhere")
    assert result.exit_code == 1
    assert result.stdout.startswith("nowhere/responder.toml: There is no such file in nowhere")


def test_a_file_instead_of_a_folder_is_wrong_usage(run: Run, config: Path) -> None:
    assert run("check", "config/responder.toml").exit_code == 2


def test_checking_needs_no_environment_and_leaves_nothing_behind(run: Run, config: Path) -> None:
    before = sorted(path for path in Path().rglob("*"))
    assert run("check", TWILIO_ACCOUNT_SID="AC1", PORT="x").exit_code == 0
    assert sorted(path for path in Path().rglob("*")) == before
