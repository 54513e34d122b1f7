"""`responder contacts import`, as people have their files."""

import json
import sqlite3
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import Result

from responder.cli import importing
from tests.cli.conftest import STATED, Run, Tell
from tests.factories import NUMBER, PERSON

FRIEND = "+46701740606"
OTHER = "+46701740607"


@pytest.fixture(autouse=True)
def house(tell: Tell, here: Path) -> None:
    (here / "p.toml").write_text(STATED, encoding="utf-8")


def bring(run: Run, file: str, *options: str) -> Result:
    return run("contacts", "import", file, "--provenance", "p.toml", *options)


def states(run: Run) -> dict[str, str]:
    shown = run("contacts", "export", "--state", "all", "--format", "jsonl").stdout
    return {row["address"]: row["state"] for row in map(json.loads, shown.splitlines())}


def bare(address: str) -> str:
    return "0" + address.removeprefix("+46")


@pytest.mark.parametrize(
    "content",
    [
        "phone\n+46701740605\n",
        "Namn;Mobil\nÅsa;070-174 06 05\n".encode("cp1252"),
        "\ufeffMobil\tNamn\r\n0701740605\tÅsa\r\n",
        "Mobil\tNamn\n46701740605\tÅsa\n".encode("utf-16"),
        'name,"phone number"\n"Åsa, ""A""","0046 70 174 06 05"\n',
        "Telefon|x\n701740605|\n",
        "handy\n'+46701740605\n",
    ],
)
def test_a_csv_file_is_read_however_it_was_saved(
    run: Run, here: Path, content: str | bytes
) -> None:
    (here / "a.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert bring(run, "a.csv").exit_code == 0
    assert states(run) == {PERSON: "active"}


def test_a_workbook_is_read_with_numbers_that_lost_their_zero(run: Run, here: Path) -> None:
    with xlsxwriter.Workbook(here / "a.xlsx") as book:
        book.add_worksheet("Info").write_row(0, 0, ["phone"])
        book.add_worksheet("Leads").write_column(0, 0, ["Mobil", 701740605, 46701740606])
    assert bring(run, "a.xlsx", "--sheet", "Leads").exit_code == 0
    assert states(run) == {PERSON: "active", FRIEND: "active"}
    assert "it has Info, Leads" in bring(run, "a.xlsx", "--sheet", "None").stderr


def test_an_export_can_be_read_back(run: Run, tell: Tell, here: Path) -> None:
    tell((PERSON, "JA"), (FRIEND, "JA"), (FRIEND, "AVSLUTA"))
    shown = run("contacts", "export", "--state", "all", "--format", "jsonl").stdout
    (here / "base.jsonl").write_text(shown.replace("0605", "0608").replace("0606", "0609"))
    assert json.loads(bring(run, "base.jsonl", "--json").stdout)["new"] == 1
    found = {PERSON: "active", FRIEND: "ended", "+46701740608": "active"}
    assert states(run) == found


def test_columns_can_be_mapped(run: Run, here: Path) -> None:
    (here / "a.csv").write_text("Kontakt,Kategori\n0701740605,vip\n")
    refused = bring(run, "a.csv")
    assert (refused.exit_code, "--map Kontakt=address" in refused.stderr) == (2, True)
    options = ("--map", "Kontakt=address", "--map", "Kategori=tags")
    assert bring(run, "a.csv", *options).exit_code == 0
    assert run("contacts", "export", "--tag", "vip").stdout.count(PERSON) == 1


def test_every_bad_row_is_reported_and_good_ones_are_kept(run: Run, here: Path) -> None:
    lines = (
        "phone,programme,since",
        "0701740605,,",
        "abc,,",
        "0701740606,jaz,",
        "0701740607,,2199-01-01",
    )
    (here / "a.csv").write_text("\n".join((*lines, NUMBER, '"')))
    result = bring(run, "a.csv")
    assert result.exit_code == 1
    assert states(run) == {PERSON: "active"}
    rejected = (here / "a.csv.rejected.csv").read_text(encoding="utf-8").splitlines()
    places = [line.split(",")[:3] for line in rejected[1:]]
    assert places[:4] == [
        ["3", "address", "abc"],
        ["4", "programme", "jaz"],
        ["5", "since", "2199-01-01"],
        ["6", "address", NUMBER],
    ]
    assert "line 3: address 'abc': no telephone number" in result.stdout


def test_a_dry_run_tells_the_difference_and_writes_nothing(run: Run, here: Path) -> None:
    (here / "a.csv").write_text("phone\n0701740605\n070-1740605\n+4741000001\nabc\n")
    before = {path: path.stat().st_size for path in here.rglob("*") if "var" not in path.parts}
    shown = bring(run, "a.csv", "--dry-run").stdout
    for part in (
        "4 rows",
        "2 new (SE 1, NO 1; klubben 2)",
        "1 stand in the file twice",
        "1 bad rows",
    ):
        assert part in shown
    assert states(run) == {}
    assert before == {
        path: path.stat().st_size for path in here.rglob("*") if "var" not in path.parts
    }
    assert json.loads(bring(run, "a.csv", "--json").stdout)["new"] == 2


def test_who_left_by_text_stays_out_whatever_the_file_says(
    run: Run, tell: Tell, here: Path
) -> None:
    tell((PERSON, "JA"), (PERSON, "AVSLUTA"))
    (here / "a.csv").write_text(f"phone\n{PERSON}\n{FRIEND}\n")
    told = json.loads(bring(run, "a.csv", "--json").stdout)
    assert (told["new"], told["stays_out"]) == (1, {"ended": 1})
    assert states(run) == {PERSON: "ended", FRIEND: "active"}


def test_without_provenance_nobody_joins_and_members_are_out(
    run: Run, tell: Tell, here: Path
) -> None:
    tell((PERSON, "JA"))
    (here / "a.csv").write_text(f"phone\n{PERSON}\n{FRIEND}\n")
    assert "2 newly suppressed" in run("contacts", "import", "a.csv").stdout
    (here / "b.csv").write_text(f"phone\n{FRIEND}\n")
    assert json.loads(bring(run, "b.csv", "--json").stdout)["stays_out"] == {"suppressed": 1}
    assert states(run) == {PERSON: "ended"}


def test_a_killed_import_goes_on_where_it_stopped(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "a.csv").write_text("phone\n0701740605\nabc\n0701740606\nx\n0701740607\n")
    monkeypatch.setattr(importing, "CHUNK", 2)
    with sqlite3.connect("var/responder.db") as database:
        database.execute(
            "CREATE TRIGGER power_cut BEFORE INSERT ON contacts WHEN NEW.address = '+46701740606'"
            " BEGIN SELECT RAISE(ABORT, 'power cut'); END"
        )
    with pytest.raises(sqlite3.IntegrityError):
        bring(run, "a.csv")
    with sqlite3.connect("var/responder.db") as database:
        database.execute("DROP TRIGGER power_cut")
    result = bring(run, "a.csv")
    assert "Went on after row 2" in result.stdout
    assert states(run) == {PERSON: "active", FRIEND: "active", OTHER: "active"}
    rejected = (here / "a.csv.rejected.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in rejected] == ["line", "3", "5"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (('basis = "consent"', 'basis = "opt_out"'), "People of an opt-out base cannot be"),
        (("Nordbageriet", "Konditoriet"), 'does not name "Nordbageriet"'),
        (("klubben", "jaz"), 'there is no programme "jaz"; known are: klubben'),
    ],
)
def test_a_provenance_that_cannot_stand_imports_nobody(
    run: Run, here: Path, changed: tuple[str, str], expected: str
) -> None:
    (here / "p.toml").write_text(STATED.replace(*changed), encoding="utf-8")
    (here / "a.csv").write_text(f"phone\n{PERSON}\n")
    result = bring(run, "a.csv")
    assert (result.exit_code, expected in result.stderr) == (2, True)
    assert states(run) == {}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("+46701740605,2026-10-01", None),
        ("+46701740605,2024-10-01", "older than 12 months, which is the limit in SE"),
        ("+393399123456,2026-10-01", "IT knows no soft opt-in for SMS"),
    ],
)
def test_a_soft_opt_in_is_for_customers_of_late_where_the_law_knows_it(
    run: Run, here: Path, row: str, fault: str | None
) -> None:
    soft = STATED.replace('"consent"', '"soft_opt_in"')
    (here / "p.toml").write_text(soft, encoding="utf-8")
    (here / "a.csv").write_text(f"phone,sale_date\n{row}\n")
    result = bring(run, "a.csv")
    assert result.exit_code == (1 if fault else 0)
    assert (fault or "1 new (SE 1; klubben 1)") in result.stdout


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_an_empty_or_broken_file_is_said_to_be(run: Run, here: Path, name: str) -> None:
    (here / name).write_bytes(b"")
    result = bring(run, name)
    assert result.exit_code == 2
    assert name in result.stderr
