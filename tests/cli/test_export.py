"""`responder contacts export`: filters, forms, and nothing that a spreadsheet would run."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from responder.export.cells import cell_as_meant, safe_cell
from tests.cli.conftest import STATED, Run, Tell
from tests.factories import NUMBER, PERSON

FRIEND = "+46701740606"


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
            "basis": "consent",
            "licence": "owned",
            "reachable": True,
            "tags": [],
            "answers": {},
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


def test_an_unknown_programme_is_an_error_that_names_those_known(run: Run, tell: Tell) -> None:
    tell((PERSON, "JA"))
    result = run("contacts", "export", "--programme", "jaz")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == 'Error: there is no programme "jaz"; known are: klubben\n'


def test_the_programme_needs_no_config_that_can_be_read(run: Run, tell: Tell, here: Path) -> None:
    tell((PERSON, "JA"))
    (here / "config" / "responder.toml").unlink()
    assert [row["address"] for row in exported(run, "--programme", "klubben")] == [PERSON]


@pytest.fixture
def imported(run: Run, tell: Tell, here: Path) -> None:
    """Two who were imported, with answers and tags that would like to be formulas."""
    lines = ("phone,tags,answer_size,since", f"{PERSON},vip,-5,2026-09-01", f"{FRIEND},,=1+1,")
    (here / "a.csv").write_text("\n".join(lines))
    (here / "a.toml").write_text(STATED, encoding="utf-8")
    assert run("contacts", "import", "a.csv", "--provenance", "a.toml").exit_code == 0


@pytest.mark.usefixtures("imported")
def test_answers_are_columns_where_one_programme_is_named(run: Run) -> None:
    shown = run("contacts", "export", "--programme", "klubben").stdout
    rows = {row["address"]: row for row in csv.DictReader(io.StringIO(shown))}
    assert (rows[PERSON]["answer_size"], rows[FRIEND]["answer_size"]) == ("-5", "'=1+1")
    assert rows[PERSON]["tags"] == "vip"


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("options", "people"),
    [
        (["--tag", "vip"], {PERSON}),
        (["--answer", "size=-5"], {PERSON}),
        (["--until", "2026-09-01"], {PERSON}),
        (["--since", "2026-09-02"], {FRIEND}),
        (["--country", "se", "--language", "SV"], {PERSON, FRIEND}),
        (["--source", "STAND-A"], set()),
    ],
)
def test_filters_pick(run: Run, options: list[str], people: set[str]) -> None:
    assert {row["address"] for row in exported(run, *options)} == people


@pytest.mark.usefixtures("imported")
def test_a_workbook_has_text_cells_that_keep_numbers_whole(run: Run, here: Path) -> None:
    options = ("--programme", "klubben", "--format", "xlsx", "--out", "base.xlsx")
    assert run("contacts", "export", *options).exit_code == 0
    heading, *rows = (
        CalamineWorkbook.from_path(here / "base.xlsx").get_sheet_by_index(0).to_python()
    )
    found = {row[0]: dict(zip(heading, row, strict=True)) for row in rows}
    assert set(found) == {PERSON, FRIEND}
    assert found[FRIEND]["answer_size"] == "=1+1"
    assert "<f>" not in ZipFile(here / "base.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert (here / "base.xlsx").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("imported")
def test_a_file_that_cannot_be_finished_leaves_nothing(run: Run, here: Path) -> None:
    assert run("contacts", "export", "--out", "none/base.csv").exit_code == 2
    assert [path.name for path in here.iterdir() if "base" in path.name] == []


@pytest.mark.parametrize(
    "options", [["--since", "soon"], ["--answer", "size"], ["--format", "ods"]]
)
def test_what_cannot_be_meant_is_refused(run: Run, tell: Tell, options: list[str]) -> None:
    assert run("contacts", "export", *options).exit_code == 2


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "-cmd|' /C calc'!A0", "+JA", " =1+1", "＝1+1"]
)
def test_a_formula_becomes_text(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"
    assert cell_as_meant(safe_cell(cell)) == cell.strip()


@pytest.mark.parametrize("cell", ["+46701740605", "-5", "+1 234,5", "JA", "a-b", "", None, True])
def test_numbers_and_words_stay_as_they_are(cell: object) -> None:
    assert safe_cell(cell) == cell


def test_a_cell_that_another_separator_would_make_is_harmless() -> None:
    assert safe_cell("x;=1+1") == "x;'=1+1"


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
