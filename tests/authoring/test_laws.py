"""Whatever stands in the files, examining them ends with a catalog or with plain words."""

import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.authoring import Examined, examine
from responder.authoring.schema import (
    ActiveTable,
    AskTable,
    BrandTable,
    HouseFile,
    IncentiveTable,
    NumberTable,
    ProgrammeFile,
    RepliesTable,
)
from tests.authoring.house import PROGRAMME
from tests.factories import HOUSE, KLUBBEN, NUMBER, write_config

JARGON = ("Input should", "valid dictionary", "_type", "Error", "format string", "NoneType")
MODELS = (ActiveTable, AskTable, BrandTable, HouseFile, IncentiveTable, NumberTable)
MODELS += (ProgrammeFile, RepliesTable)
KEYS = st.sampled_from(
    sorted({"from", "sv", "no", "cap"} | {key for m in MODELS for key in m.model_fields})
)  # fmt: skip
SCALARS = (
    st.sampled_from(["SE", "sv", "twilio", NUMBER, "JA", "STOPP", "{brand}", "{", "single", "MG"])
    | st.sampled_from(["double", "48 hours", "3 minutes", "choice", "email", "codes/x.txt", "../x"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.times()
)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=3), max_leaves=8
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=8)


def toml(value: Any) -> str:
    """A value as TOML, tables inline."""
    match value:
        case str():
            return '"' + "".join(f"\\U{ord(character):08X}" for character in value) + '"'
        case dict():
            return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case bool() | float():
            return str(value).lower()
        case int():
            return str(value)
    return str(value.isoformat())


def document(table: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {toml(value)}" for key, value in table.items())


def look(folder: pytest.TempPathFactory, house: str, programme: str) -> Examined:
    return examine(write_config(folder.mktemp("law") / "config", house, jazz=programme))


def is_told_plainly(examined: Examined) -> bool:
    """A catalog or an error, and findings that a marketer can read and the terminal can print."""
    told = [str(finding) for finding in examined.findings]
    assert (examined.catalog is None) == bool(examined.errors)
    assert all(finding.line > 0 for finding in examined.findings)
    for text in told:
        assert not any(word in text for word in JARGON), text
        assert text.encode()
    return True


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans())
def test_no_text_whatsoever_makes_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, text: str, as_house: bool
) -> None:
    files = (text, PROGRAMME) if as_house else (HOUSE, text)
    assert is_told_plainly(look(tmp_path_factory, *files))


@settings(deadline=None)
@given(st.text(string.printable, max_size=6), st.integers(0, len(KLUBBEN)), st.integers(0, 5))
def test_no_slip_of_the_keyboard_makes_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, typed: str, at: int, deleted: int
) -> None:
    slipped = KLUBBEN[:at] + typed + KLUBBEN[at + deleted :]
    assert is_told_plainly(look(tmp_path_factory, HOUSE, slipped))


@settings(deadline=None)
@given(st.binary())
def test_no_bytes_whatsoever_make_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    config = write_config(tmp_path_factory.mktemp("law") / "config", jazz=PROGRAMME)
    Path(config / "programmes" / "swing.toml").write_bytes(content)
    assert is_told_plainly(examine(config))


@settings(deadline=None)
@given(TABLES)
def test_no_house_of_plausible_keys_makes_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, table: dict[str, Any]
) -> None:
    assert is_told_plainly(look(tmp_path_factory, document(table), PROGRAMME))


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=3), TABLES)
def test_no_programme_of_plausible_keys_makes_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, changed: dict[str, Any], other: dict[str, Any]
) -> None:
    lawful = {"name": "Jazz", "numbers": [NUMBER], "keywords": ["JAZZ"]}
    lawful |= {"messages": "tips", "frequency": "ofta"}
    assert is_told_plainly(look(tmp_path_factory, HOUSE, document(lawful | changed)))
    assert is_told_plainly(look(tmp_path_factory, HOUSE, document(other)))


@settings(deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(sorted(AskTable.model_fields)), VALUES), max_size=3),
    st.dictionaries(st.sampled_from(sorted(IncentiveTable.model_fields)), VALUES),
    VALUES,
)
def test_no_question_or_incentive_makes_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, asks: list[Any], incentive: Any, within: Any
) -> None:
    lawful = {"name": "a", "kind": "choice", "question": "?", "choices": ["S", "M"]}
    more = {"ask": [lawful | ask for ask in asks], "confirm_within": within}
    more |= {"opt_in": "double", "incentive": {"codes": "x"} | incentive}
    assert is_told_plainly(look(tmp_path_factory, HOUSE, PROGRAMME + document(more)))


@settings(deadline=None)
@given(st.binary())
def test_no_file_of_codes_makes_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    programme = f'{PROGRAMME}[incentive]\ncodes = "codes.txt"'
    config = write_config(tmp_path_factory.mktemp("law") / "config", jazz=programme)
    (config / "codes.txt").write_bytes(content)
    assert is_told_plainly(examine(config))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_wording_makes_examining_raise(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    wording = f"{PROGRAMME}[wording.sv]\nopt_in = {toml(text)}\nclosed = {toml(text)}"
    assert is_told_plainly(look(tmp_path_factory, HOUSE, wording))
