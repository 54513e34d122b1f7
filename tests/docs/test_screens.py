"""The pictures of the documentation are what the commands print, and the page tells their story."""

import re
import tomllib
from xml.etree import ElementTree

import pytest

from tests.docs import pages, write_screens
from tests.docs.pages import ROOT
from tests.docs.write_screens import LACKING, MENDED, SCREENS, STORY

PAGE = ROOT / "docs" / "first-keyword.md"
PICTURES = sorted(path.name for path in SCREENS.iterdir())
_PICTURE = re.compile(r"^!\[(.+)\]\(screens/(.+)\)$", re.MULTILINE)


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return write_screens.draw()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_command_prints_today(drawn: dict[str, str], name: str) -> None:
    same = drawn.get(name) == (SCREENS / name).read_text(encoding="utf-8")
    assert same, "look what has changed, and run: python -m tests.docs.write_screens"


def test_every_command_has_its_picture(drawn: dict[str, str]) -> None:
    assert sorted(drawn) == PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_loads_nothing_from_elsewhere(name: str) -> None:
    svg = (SCREENS / name).read_text(encoding="utf-8")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert not re.search(r"""(?:url\(|href=)["']?https?:""", svg)


def test_the_page_for_beginners_shows_every_picture_and_says_what_is_on_it() -> None:
    shown = _PICTURE.findall(PAGE.read_text(encoding="utf-8"))
    assert sorted(name for _, name in shown) == PICTURES
    assert all(len(said) > 40 for said, _ in shown)


def test_the_commands_of_the_page_are_those_of_the_pictures_in_their_order() -> None:
    lines = "".join(block.text for block in pages.blocks("console") if block.page == PAGE)
    typed = re.findall(r"^\$ \.venv/bin/responder (.+)$", lines, re.MULTILINE)
    assert typed == [commands[0] for commands in STORY.values()]


def test_the_page_shows_what_was_added_to_the_file() -> None:
    shown = [block.text for block in pages.blocks("toml") if block.page == PAGE]
    assert [tomllib.loads(text) for text in shown[1:]] == list(
        map(tomllib.loads, (LACKING, MENDED))
    )
