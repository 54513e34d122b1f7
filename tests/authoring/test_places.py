"""Where keys stand in a TOML text."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.authoring.places import find_places
from tests.docs import pages

TEXT = '''# a comment
name = "a # b"                 # another
keywords = [
    "JA",  # a third
    "KLUBB",
]
sources = { "STAND-A" = "X", b = [ "Y",
  "Z" ] }

[wording.sv]
"opt_in" = """
two
lines"""
closed = 'c'

[[ask]]
name = "x"
[[ask]]
name = "y"
choices = [{ a = 1 },
  { a = 2 }]
[ask.more]
deep.er = 1
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("name", 2),
        ("keywords", 3),
        ("keywords[0]", 4),
        ("keywords[1]", 5),
        ("sources.STAND-A", 7),
        ("sources.b[0]", 7),
        ("sources.b[1]", 8),
        ("wording", 10),
        ("wording.sv", 10),
        ("wording.sv.opt_in", 11),
        ("wording.sv.closed", 14),
        ("ask", 16),
        ("ask[0].name", 17),
        ("ask[1]", 18),
        ("ask[1].name", 19),
        ("ask[1].choices[1].a", 21),
        ("ask[1].more.deep.er", 23),
    ],
)
def test_a_key_stands_where_it_is_written(key: str, line: int) -> None:
    assert find_places(TEXT).line_of(key) == line


@pytest.mark.parametrize(
    ("key", "line"),
    [("ask[1].kind", 18), ("wording.sv.help", 10), ("sources.STAND-A[3]", 7), ("x", 1), ("", 1)],
)
def test_what_is_not_there_is_told_by_what_it_would_be_in(key: str, line: int) -> None:
    assert find_places(TEXT).line_of(key) == line


def test_comments_are_told_from_texts() -> None:
    assert find_places(TEXT).comments == {1: "# a comment", 2: "# another", 4: "# a third"}


@given(st.text() | st.text("[]{}=,.#\"'\n ab", max_size=40))
def test_no_text_whatsoever_makes_looking_raise(text: str) -> None:
    places = find_places(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in places.lines.values())


def paths(value: Any, path: str = "") -> set[str]:
    """Every dotted path of a parsed document."""
    if isinstance(value, dict):
        below = {f"{path}.{key}" if path else key: inner for key, inner in value.items()}
    elif isinstance(value, list):
        below = {f"{path}[{index}]": inner for index, inner in enumerate(value)}
    else:
        return {path}
    return {path, *(one for key, inner in below.items() for one in paths(inner, key))} - {""}


@pytest.mark.parametrize("block", list(pages.blocks("toml")), ids=str)
def test_every_key_of_every_example_is_found(block: pages.Block) -> None:
    assert paths(tomllib.loads(block.text)) <= set(find_places(block.text).lines)
