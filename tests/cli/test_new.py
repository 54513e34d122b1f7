"""`responder new programme` and `responder schema`: a start for marketers and their editors."""

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from responder.authoring import examine
from responder.authoring.json_schema import FILES, json_schema
from tests.cli.conftest import Run
from tests.docs import pages
from tests.docs.pages import ROOT
from tests.docs.write_screens import TYPED
from tests.factories import HOUSE, KLUBBEN, OFF_NUMBER, SHORT_CODE, write_config

PAGE = "docs/first-keyword.md"
ANSWERS = ("--keyword", "JAZZ", "--messages", "konserttips", "--frequency", "1 sms i veckan")


def typed(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


@pytest.fixture
def example(here: Path) -> Path:
    """The example config."""
    return shutil.copytree(ROOT / "config", here / "config")


def test_the_page_for_beginners_shows_the_file_that_was_written(run: Run, example: Path) -> None:
    assert run("new", "programme", stdin=typed(*TYPED)).exit_code == 0
    shown, *_ = (b.text for b in pages.blocks("toml") if b.page == ROOT / PAGE)
    written = (example / "programmes" / "jazzkvallar.toml").read_text(encoding="utf-8")
    assert shown == f"# config/programmes/jazzkvallar.toml\n{written}"
    assert examine(example).findings == ()


def test_scripts_are_asked_nothing(run: Run, example: Path) -> None:
    result = run("new", "programme", "Jazz", *ANSWERS, "--yes", "--until", "2027-06-30")
    assert (result.exit_code, result.stdout.splitlines()[:2]) == (
        0,
        ["Wrote config/programmes/jazz.toml.", "config: no problems."],
    )
    written = tomllib.loads((example / "programmes" / "jazz.toml").read_text(encoding="utf-8"))
    assert written["active"]["until"].isoformat() == "2027-06-30"


def test_only_what_is_not_given_is_asked(run: Run, example: Path) -> None:
    result = run("new", "programme", "Jazz", *ANSWERS, stdin=typed("swing", "", "", "", "", "x"))
    asked = re.findall(r"^(What|On|Which|How|First|Last|Does) ", result.output, re.MULTILINE)
    assert asked == ["What", "On", "First", "Last", "Does", "What", "What"]
    assert "R508: The offer names no keyword of this programme." in result.output
    assert not (example / "programmes" / "swing.toml").exists()


@pytest.mark.parametrize(
    ("option", "answer", "told"),
    [
        ("--keyword", "STOPP", 'R301: "STOPP" is an opt-out word and always ends messages.'),
        ("--keyword", "HELP", "R302: "),
        ("--keyword", "JA", "R308: "),
        ("--keyword", "STOPA", "R312: "),
        ("--keyword", ",", "R104: This list is empty."),
        ("--number", "+46701740605", "R206: "),
        ("--messages", "{x}", "R107: "),
        ("--from", "soon", "R112: "),
        ("--offer", "Sms:a JA", "R508: "),
        ("--id", "../jazz", 'R012: "../jazz" cannot be the name of a file.'),
        ("--id", "klubben", "config/programmes/klubben.toml is there already."),
    ],
)
def test_an_answer_that_breaks_a_rule_is_refused_and_nothing_is_written(
    run: Run, example: Path, option: str, answer: str, told: str
) -> None:
    before = sorted(example.parent.rglob("*"))
    given = {"--keyword": "JAZZ", "--messages": "tips", "--frequency": "1 sms i veckan"}
    options = [part for pair in (given | {option: answer}).items() for part in pair]
    result = run("new", "programme", "Jazz", *options, "--yes")
    assert result.exit_code == 2
    assert told in result.stderr
    assert sorted(example.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "missing"), [(("Jazz",), "--keyword"), ((), "NAME"), (("音", *ANSWERS), "--id")]
)
def test_what_cannot_be_proposed_must_be_given(
    run: Run, example: Path, arguments: tuple[str, ...], missing: str
) -> None:
    result = run("new", "programme", *arguments, "--yes")
    assert result.exit_code == 2
    assert f"{missing} is needed with --yes." in result.stderr


@pytest.mark.parametrize(
    ("country", "expected"), [("SE", "single"), ("DE", "double"), ("AT", "double")]
)
def test_two_yes_are_proposed_where_they_are_advised(
    run: Run, here: Path, country: str, expected: str
) -> None:
    write_config(here / "config", HOUSE.replace('"SE"', f'"{country}"'), klubben=KLUBBEN)
    run("new", "programme", "Jazz", *ANSWERS, "--yes")
    written = (here / "config" / "programmes" / "jazz.toml").read_text(encoding="utf-8")
    assert tomllib.loads(written)["opt_in"] == expected


def test_numbers_are_chosen_by_place_or_as_they_are_written(run: Run, config: Path) -> None:
    numbers = ("--number", "2", "--number", SHORT_CODE)
    result = run("new", "programme", "Jazz", *ANSWERS, *numbers, "--yes", "--config", "config")
    written = tomllib.loads((config / "programmes" / "jazz.toml").read_text(encoding="utf-8"))
    assert written["numbers"] == [OFF_NUMBER, SHORT_CODE]
    hint = f"responder simulate JAZZ --config config --to {OFF_NUMBER}"
    assert f"Try it: {hint}\n" in result.stdout
    assert run(*shlex.split(hint)[1:]).stdout.startswith("> JAZZ\n< Nordbageriet: ")


def test_where_others_files_are_broken_the_check_says_so_at_the_end(run: Run, config: Path) -> None:
    (config / "programmes" / "old.toml").write_text("name = 1", encoding="utf-8")
    result = run("new", "programme", "Jazz", *ANSWERS, "--yes")
    assert result.exit_code == 1
    assert "Wrote config/programmes/jazz.toml.\nconfig/programmes/old.toml:1: " in result.stdout
    assert "programmes/jazz.toml:" not in result.stdout


def test_without_a_house_there_is_no_programme(run: Run) -> None:
    result = run("new", "programme", "Jazz", *ANSWERS, "--yes")
    assert result.exit_code == 2
    assert "A programme needs a house first" in result.stderr


def test_the_schemas_are_written_for_an_editor(run: Run, here: Path) -> None:
    result = run("schema", "--out", "config")
    console = next(b.text for b in pages.blocks("console") if b.page.name == "editor.md")
    assert console == f"$ .venv/bin/responder schema --out config\n{result.stdout}"
    for name, file in (("house", "responder"), ("programme", "programme")):
        text = (here / "config" / f"{file}.schema.json").read_text(encoding="utf-8")
        assert json.loads(text) == json_schema(FILES[name])
        assert run("schema", name).stdout == text


def test_a_schema_must_be_named_or_written(run: Run) -> None:
    result = run("schema")
    assert result.exit_code == 2
    assert "Name one of house and programme, or write both with --out DIR." in result.stderr


def test_a_folder_that_cannot_be_made_is_told(run: Run, here: Path) -> None:
    (here / "file").write_text("")
    result = run("schema", "--out", "file/config")
    assert result.exit_code == 2
    assert "responder.schema.json cannot be written" in result.stderr


def test_the_schemas_beside_the_files_are_no_problem_for_the_check(run: Run, config: Path) -> None:
    assert run("schema", "--out", "config").exit_code == 0
    assert run("check").stdout == "config: no problems.\n"
