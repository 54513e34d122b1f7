"""`responder check`: marketers are told what is wrong before it is live."""

import json
from pathlib import Path

import pytest

from responder.authoring import Examined
from responder.authoring.findings import load_rules
from responder.cli.check import keep_checking
from tests.authoring.house import PROGRAMME
from tests.authoring.seeds import write_example
from tests.cli.conftest import Run
from tests.factories import HOUSE, write_config


def write_rule(folder: Path, code: str) -> Path:
    """A config folder with one fault."""
    return write_example(folder, load_rules()[code].bad)


def test_a_good_config_exits_0(run: Run, config: Path) -> None:
    result = run("check")
    assert (result.exit_code, result.stdout) == (0, "config: no problems.\n")


def test_each_finding_has_a_line_and_the_last_counts_them(run: Run, here: Path) -> None:
    house = HOUSE.split("[[numbers]]")
    write_config(
        here / "config", "[[numbers]]".join(house[:2]), jazz=PROGRAMME + "cap = 1", swing="name = 1"
    )
    result = run("check")
    *lines, summary = result.stdout.splitlines()
    assert result.exit_code == 1
    assert summary == "config: 6 errors; nothing starts on this config."
    assert len(lines) == 6
    assert lines[0].startswith(
        "config/programmes/jazz.toml:7: R115 error cap: 1 is no frequency cap."
    )


@pytest.mark.parametrize(
    ("code", "status", "summary"),
    [
        ("R301", 1, "config: 1 error; nothing starts on this config."),
        ("R312", 1, "config: 1 warning."),
        ("R604", 0, "config: 1 piece of advice."),
    ],
)
def test_errors_and_warnings_exit_1_and_advice_exits_0(
    run: Run, here: Path, code: str, status: int, summary: str
) -> None:
    write_rule(here / "config", code)
    result = run("check")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (status, summary)


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_the_folder_is_an_argument_or_the_environment_s(run: Run, here: Path, how: str) -> None:
    write_rule(here / "other", "R115")
    environ = {"RESPONDER_CONFIG": "other"} if how == "environment" else {}
    result = run("check", *([] if environ else ["other"]), **environ)
    assert result.exit_code == 1
    assert result.stdout.startswith("other/programmes/klubben.toml:1: R115 error cap: ")
    assert result.stdout.endswith("other: 1 error; nothing starts on this config.\n")


def test_machines_get_one_object_a_line(run: Run, here: Path) -> None:
    write_rule(here / "config", "R312")
    result = run("check", "--json")
    (found,) = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 1
    assert set(found) == {"code", "severity", "file", "line", "key", "fault", "remedy"}
    assert (found["code"], found["severity"], found["line"]) == ("R312", "warning", 1)


def test_machines_get_nothing_where_all_is_well(run: Run, config: Path) -> None:
    result = run("check", "--json")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize(("code", "level"), [("R301", "error"), ("R312", "warning"), ("R604", "note")])  # fmt: skip
def test_code_hosts_get_sarif(run: Run, here: Path, code: str, level: str) -> None:
    write_rule(here / "my config", code)
    log = json.loads(run("check", "--sarif", "my config").stdout)
    (ran,) = log["runs"]
    (result,) = ran["results"]
    assert (log["version"], result["ruleId"], result["level"]) == ("2.1.0", code, level)
    assert ran["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == code
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "my%20config/programmes/klubben.toml"
    assert place["region"]["startLine"] == 1


def test_sarif_without_a_finding_lists_the_rules(run: Run, config: Path) -> None:
    result = run("check", "--sarif")
    (ran,) = json.loads(result.stdout)["runs"]
    assert (result.exit_code, ran["results"]) == (0, [])
    assert [rule["id"] for rule in ran["tool"]["driver"]["rules"]] == list(load_rules())


@pytest.mark.parametrize("code", ["R312", "r312"])
def test_a_finding_is_explained_with_why_source_and_both_examples(run: Run, code: str) -> None:
    result = run("check", "--explain", code)
    rule = load_rules()["R312"]
    assert result.exit_code == 0
    assert result.stdout.startswith(f"R312 (warning): {rule.title}.\n\n{rule.why}\n")
    assert rule.source in result.stdout
    assert '    keywords = ["SHOP"]\n\nGood:\n' in result.stdout


@pytest.mark.parametrize("code", ["R3O1", "R31", "", "STOPP"])
def test_a_code_that_is_none_is_answered_with_near_ones(run: Run, code: str) -> None:
    result = run("check", "--explain", code)
    assert result.exit_code == 2
    assert f"There is no {code}. Near it: R" in result.stderr


def test_a_folder_that_is_not_there_is_a_finding(run: Run) -> None:
    result = run("check", "nowhere")
    assert result.exit_code == 1
    assert result.stdout.startswith("nowhere/responder.toml:1: R001 error: There is no such file")


def test_a_file_instead_of_a_folder_is_wrong_usage(run: Run, config: Path) -> None:
    assert run("check", "config/responder.toml").exit_code == 2


def test_checking_needs_no_environment_and_leaves_nothing_behind(run: Run, config: Path) -> None:
    before = sorted(path for path in Path().rglob("*"))
    assert run("check", TWILIO_ACCOUNT_SID="AC1", PORT="x").exit_code == 0
    assert sorted(path for path in Path().rglob("*")) == before


def test_watching_checks_again_after_each_change_until_ctrl_c(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config / "programmes" / "klubben.toml"
    right = path.read_text(encoding="utf-8")
    edits = iter([right.replace('"KLUBB"', '"STOPP"'), None, right])
    seen: list[int] = []

    def edit(seconds: float) -> None:
        text = next(edits, "the end")
        if text == "the end":
            raise KeyboardInterrupt
        if text:
            path.write_text(text, encoding="utf-8")

    def show(folder: Path, examined: Examined) -> None:
        seen.append(len(examined.errors))

    keep_checking(config, show, edit)
    assert seen == [0, 1, 0]


@pytest.mark.parametrize(
    ("written", "encoding", "told"),
    [
        ('frequenzy = "x"', "utf-8", "Did you mean frequency? Rename it."),
        ('sources = { A = ["X" "Y"] }', "utf-8", "A list is not closed, or lacks a comma"),
        ("active = { until = 2027-02-30 }", "utf-8", "Write a day that exists, as 2026-06-01."),
        ('[wording.sv]\nclosed = "🎉 Slut!"', "utf-8", "(party popper) cut a segment"),
        ("offer = “Sms:a JAZZ”", "utf-8", "Use the straight ones"),
        ('offer = "Så här"', "cp1252", "Save the file with the encoding UTF-8."),
    ],
)
def test_a_marketer_is_told_what_to_do(
    run: Run, here: Path, written: str, encoding: str, told: str
) -> None:
    config = write_config(here / "config", jazz=PROGRAMME)
    file = config / "programmes" / "jazz.toml"
    file.write_bytes((PROGRAMME + written).replace("\n", "\r\n").encode(encoding))
    said = run("check").stdout
    assert told in said
    assert "Traceback" not in said
