"""Files as editors, word processors and operating systems leave them."""

from pathlib import Path

import pytest

from responder.authoring import examine, load_catalog
from responder.errors import ConfigError
from tests.authoring.house import PROGRAMME, faults
from tests.factories import HOUSE, write_config


def config_with(folder: Path, name: str, content: bytes) -> Path:
    config = write_config(folder / "config", jazz=PROGRAMME)
    path = config / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return config


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_marks_are_of_no_account(
    tmp_path: Path, newline: str, mark: bytes
) -> None:
    plain = config_with(tmp_path / "a", "programmes/jazz.toml", PROGRAMME.encode())
    other = mark + PROGRAMME.replace("\n", newline).encode()
    edited = config_with(tmp_path / "b", "programmes/jazz.toml", other)
    assert load_catalog(edited)[0].hash == load_catalog(plain)[0].hash


@pytest.mark.parametrize(("encoding", "line"), [("cp1252", 2), ("latin-1", 2), ("utf-16", 1)])
def test_a_file_in_another_encoding_is_named_with_its_line(
    tmp_path: Path, encoding: str, line: int
) -> None:
    config = config_with(tmp_path, "programmes/jazz.toml", PROGRAMME.encode(encoding))
    (problem,) = examine(config).problems
    assert (problem.file, problem.line) == ("programmes/jazz.toml", line)
    assert problem.remedy == "Save the file with the encoding UTF-8"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("offer = “Sms:a JAZZ”", "curly quotation marks"),
        ('offer = "Sms:a JAZZ”', "curly quotation marks"),
        ('offer = "Sms:a JAZZ', "A text is not closed"),
        ('sources = { A = ["X" "Y"] }', "lacks a comma"),
        ('name = "twice"', "This key is written twice"),
        ("[sources]\n[sources]", "This table is written twice"),
        ("active = { from = 2026-02-30 }", "There is no such date"),
        ("offer", "A key lacks its ="),
        ("offer = Sms:a JAZZ", "This cannot be read"),
        ('offer = "a" purpose = "service"', "Something stands after the value"),
        (r'offer = "C:\x"', r"A \ stands in a text"),
    ],
)
def test_what_is_not_toml_is_explained_with_the_line_itself(
    tmp_path: Path, line: str, fault: str
) -> None:
    (found,) = faults(tmp_path, line)
    number = PROGRAMME.count("\n") + 1 + line.count("\n")
    assert found.startswith(f"programmes/jazz.toml: line {number}: ")
    assert fault in found
    assert line.rsplit("\n", maxsplit=1)[-1] in found


def test_curly_quotation_marks_inside_a_text_are_welcome(tmp_path: Path) -> None:
    assert faults(tmp_path, 'offer = "Sms:a “JAZZ” så är du med"') == []


@pytest.mark.parametrize("text", ["name = " + "[" * 5000, "name = " + "1" * 5000])
def test_what_would_exhaust_the_parser_is_a_problem_and_no_crash(tmp_path: Path, text: str) -> None:
    (found,) = examine(config_with(tmp_path, "programmes/x.toml", text.encode())).problems
    assert "nested too deep, or holds a number that is too long" in found.fault


@pytest.mark.parametrize("name", ["min klubb", "Klubben", "klübben", "-klubben", "k" * 65])
def test_a_file_name_that_cannot_be_an_id_is_refused(tmp_path: Path, name: str) -> None:
    content = PROGRAMME.replace("JAZZ", "SWING").encode()
    (problem,) = examine(config_with(tmp_path, f"programmes/{name}.toml", content)).problems
    assert problem.file == f"programmes/{name}.toml"
    assert problem.remedy == "Rename the file, for example to klubben.toml"


@pytest.mark.parametrize("name", ["x.TOML", "x.toml.txt", "2026/x.toml", "2026/05/x.toml"])
def test_a_file_that_would_be_silently_passed_over_is_a_problem(tmp_path: Path, name: str) -> None:
    (problem,) = examine(config_with(tmp_path, f"programmes/{name}", b"")).problems
    assert problem.file == f"programmes/{name}"
    assert problem.fault.startswith("This file is not read")


@pytest.mark.parametrize("name", [".jazz.toml", "._jazz.toml", "README.md", "jazz.toml~"])
def test_what_systems_and_editors_leave_behind_is_no_programme(tmp_path: Path, name: str) -> None:
    examined = examine(config_with(tmp_path, f"programmes/{name}", b"\xff"))
    assert examined.problems == ()
    assert examined.catalog
    assert list(examined.catalog.programmes) == ["jazz"]


def test_a_link_that_leads_nowhere_is_a_problem(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", jazz=PROGRAMME)
    (config / "programmes" / "klubben.toml").symlink_to(tmp_path / "gone.toml")
    (problem,) = examine(config).problems
    assert problem.file == "programmes/klubben.toml"


def test_a_name_in_another_encoding_can_still_be_printed(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", jazz=PROGRAMME)
    (config / "programmes" / "k\udcf6ket.toml").write_text(PROGRAMME)
    assert [str(problem).encode() for problem in examine(config).problems]


def test_a_folder_in_place_of_a_programme_is_a_problem(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", jazz=PROGRAMME)
    (config / "programmes" / "klubben.toml").mkdir()
    assert [p.file for p in examine(config).problems] == ["programmes/klubben.toml"]


def test_a_file_in_place_of_the_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "responder.toml").write_text(HOUSE, encoding="utf-8")
    (tmp_path / "programmes").write_text("")
    assert [p.file for p in examine(tmp_path).problems] == ["programmes"]


def test_a_house_without_programmes_still_serves_opt_outs(tmp_path: Path) -> None:
    (tmp_path / "programmes").mkdir()
    (tmp_path / "responder.toml").write_text(HOUSE, encoding="utf-8")
    assert examine(tmp_path).problems == ()


@pytest.mark.parametrize("folder", ["empty", "missing"])
def test_a_missing_house_file_is_the_only_problem_of_an_empty_folder(
    tmp_path: Path, folder: str
) -> None:
    (tmp_path / "empty").mkdir()
    (problem,) = examine(tmp_path / folder).problems
    assert problem.file == "responder.toml"
    assert "no such file" in problem.fault


def test_the_problems_of_programmes_are_told_even_without_a_house(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", house="[brand", jazz=PROGRAMME + "cap = 1")
    assert {p.file for p in examine(config).problems} == {"responder.toml", "programmes/jazz.toml"}


def test_five_hundred_programmes_are_read_in_one_go(tmp_path: Path) -> None:
    many = {f"p{i}": PROGRAMME.replace("JAZZ", f"JAZZ{i}") for i in range(500)}
    examined = examine(write_config(tmp_path / "config", **many))
    assert examined.catalog
    assert len(examined.catalog.programmes) == 500


def test_a_config_error_lists_every_problem_on_a_line_of_its_own(tmp_path: Path) -> None:
    broken = {"jazz": PROGRAMME + "cap = 1\nx = 2", "swing": "name ="}
    config = write_config(tmp_path / "config", **broken)
    with pytest.raises(ConfigError) as raised:
        load_catalog(config)
    heading, *lines = str(raised.value).splitlines()
    assert str(config) in heading
    assert lines == [f"  {problem}" for problem in examine(config).errors]
    assert len(lines) == 3


def test_the_hash_changes_with_the_files_and_only_with_them(tmp_path: Path) -> None:
    same = [load_catalog(write_config(tmp_path / x, jazz=PROGRAMME))[0].hash for x in "ab"]
    changed = load_catalog(write_config(tmp_path / "c", jazz=PROGRAMME + "# a note"))[0].hash
    assert len({*same, changed}) == 2
    assert same[0] == same[1]
