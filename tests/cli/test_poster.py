"""`responder poster`: files to print, and what the programme's file must say."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.authoring.posters import codes_in, text_of_svg
from tests.cli.conftest import Run
from tests.factories import KLUBBEN, NUMBER, OFF_NUMBER, write_config

OFFER = re.search(r'^offer = ".*"$', KLUBBEN, re.MULTILINE)[0]  # type: ignore[index]


def test_three_files_are_written_and_named(run: Run, config: Path, here: Path) -> None:
    result = run("poster", "klubben", "--source", "STAND-A")
    names = [f"klubben-STAND-A-a4.{kind}" for kind in ("svg", "png", "pdf")]
    assert (result.exit_code, result.stdout.split()) == (0, names)
    assert codes_in((here / names[1]).read_bytes()) == [f"sms:{NUMBER}?&body=BULLE"]


def test_one_format_goes_to_the_file_that_is_named(run: Run, config: Path, here: Path) -> None:
    result = run("poster", "klubben", "--size", "sticker", "--out", "dekal.pdf")
    assert result.stdout == "dekal.pdf\n"
    assert (here / "dekal.pdf").read_bytes().startswith(b"%PDF-")
    assert len(list(here.iterdir())) == 2


def test_a_dash_writes_to_the_output_and_to_no_file(run: Run, config: Path, here: Path) -> None:
    result = run("poster", "klubben", "--format", "svg", "--out", "-")
    assert "070-174 06 99" in text_of_svg(result.stdout_bytes)
    assert list(here.iterdir()) == [config]


def test_an_output_without_a_format_is_refused(run: Run, config: Path) -> None:
    result = run("poster", "klubben", "--out", "-")
    assert result.exit_code == 2
    assert "Say which of svg, png, pdf it shall be" in result.stderr


def test_a_file_is_never_overwritten_unless_forced(run: Run, config: Path, here: Path) -> None:
    (here / "klubben-a4.png").write_text("mine")
    refused = run("poster", "klubben")
    assert refused.exit_code == 2
    assert "klubben-a4.png is there already: --force overwrites" in refused.stderr
    assert not (here / "klubben-a4.svg").exists()
    assert run("poster", "klubben", "--format", "png", "--force").exit_code == 0
    assert (here / "klubben-a4.png").read_bytes() != b"mine"


def test_a_programme_without_an_offer_is_told_the_line_to_write(run: Run, here: Path) -> None:
    config = write_config(here / "config", klubben=KLUBBEN.replace(OFFER, ""))
    told = run("poster", "klubben", "--format", "svg")
    line = told.stderr.splitlines()[-1]
    file = config / "programmes" / "klubben.toml"
    file.write_text(KLUBBEN.replace(OFFER, line), encoding="utf-8")
    result = run("poster", "klubben", "--format", "svg", "--force")
    assert (result.exit_code, result.stderr) == (0, "")
    offer = tomllib.loads(line)["offer"].replace("{keyword}", "JA")
    assert offer in text_of_svg((here / "klubben-a4.svg").read_bytes())


def test_an_offer_for_another_keyword_is_pointed_out(run: Run, config: Path) -> None:
    result = run("poster", "klubben", "--source", "STAND-A", "--format", "svg")
    assert "does not name the keyword of STAND-A" in result.stderr


def test_a_number_is_known_however_it_is_written(run: Run, config: Path) -> None:
    result = run("poster", "klubben", "--number", "070-174 06 98", "--format", "png", "--out", "-")
    assert codes_in(result.stdout_bytes) == [f"sms:{OFF_NUMBER}?&body=JA"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("jaz",), 'there is no programme "jaz". Use one of: klubben'),
        (("klubben", "--source", "X"), 'klubben has no source "X". Its sources: STAND-A'),
        (("klubben", "--number", "1"), "1 is no number of klubben. Use one of: "),
        (("klubben", "--out", "no/x.pdf"), "no/x.pdf cannot be written"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    run: Run, config: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = run("poster", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_source_with_odd_characters_still_names_a_file(run: Run, here: Path) -> None:
    write_config(here / "config", klubben=KLUBBEN.replace('"STAND-A"', '"../Hall 1/B"'))
    result = run("poster", "klubben", "--source", "../Hall 1/B", "--format", "svg")
    assert result.stdout == "klubben-..-Hall-1-B-a4.svg\n"
