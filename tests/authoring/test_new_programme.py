"""A marketer's answers become a file that the check has nothing against."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.authoring import load_catalog
from responder.authoring.files import read_files
from responder.authoring.findings import Severity
from responder.authoring.new_programme import (
    Draft,
    propose_id,
    propose_offer,
    render,
    trial,
)
from responder.authoring.poster import make_poster
from responder.vocabulary import load_vocabulary
from tests.authoring.seeds import HOUSE
from tests.factories import KLUBBEN, NUMBER, write_config

JAZZ = Draft("Jazzkvällar", (NUMBER,), ("JAZZ", "SWING"), "konserttips", "högst 2 sms i månaden")
ANYTHING = st.text(st.characters(codec="utf-8"))


def codes(config: Path, draft: Draft) -> set[str]:
    """The rules that a draft breaks, less advice."""
    with trial(config) as found:
        return {f.code for f in found(draft) if f.severity is not Severity.ADVICE}


def in_country(folder: Path, country: str, language: str, number: str = NUMBER) -> Path:
    house = HOUSE.replace('"SE"', f'"{country}"').replace('"sv"', f'"{language}"')
    house = house.replace(NUMBER, number).replace(
        "\n[[", 'terms_url = "https://nordbageriet.example/sms"\n[[', 1
    )
    return write_config(folder / "config", house, klubben=KLUBBEN.replace(NUMBER, number))


def test_the_file_says_what_was_answered_and_explains_each_key() -> None:
    text = render(replace(JAZZ, opens="2027-06-01", closes="20270831", opt_in="double", offer="x"))
    read = tomllib.loads(text)
    assert (read["name"], read["keywords"], read["opt_in"]) == (
        JAZZ.name,
        ["JAZZ", "SWING"],
        "double",
    )
    assert {key: day.isoformat() for key, day in read["active"].items()} == {
        "from": "2027-06-01",
        "until": "2027-08-31",
    }
    above = {
        after: line for line, after in zip(text.splitlines(), text.splitlines()[1:], strict=False)
    }
    assert all(above[line].startswith("# ") for line in above if " = " in line)


@pytest.mark.parametrize(
    ("frequency", "cap"),
    [("högst 2 sms i månaden", "2 per month"), ("once a week", "1 per week"), ("då och då", None)],
)
def test_a_plain_promise_becomes_the_cap(frequency: str, cap: str | None) -> None:
    assert tomllib.loads(render(replace(JAZZ, frequency=frequency))).get("cap") == cap


@given(ANYTHING, ANYTHING)
def test_whatever_is_typed_stays_one_text(name: str, keyword: str) -> None:
    typed = replace(JAZZ, name=name.replace("\x7f", ""), keywords=(keyword.replace("\x7f", ""),))
    read = tomllib.loads(render(typed))
    assert (read["name"], tuple(read["keywords"])) == (typed.name, typed.keywords)
    assert read["frequency"] == JAZZ.frequency


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jazzkvällar", "jazzkvallar"),
        ("  Rødgrød & 7 ", "rodgrod-7"),
        ("a_b-c", "a_b-c"),
        ("音", ""),
    ],
)
def test_a_name_suggests_an_id(name: str, expected: str) -> None:
    assert propose_id(name) == expected


@given(ANYTHING)
def test_an_id_suggests_itself_and_leads_to_no_other_folder(name: str) -> None:
    proposed = propose_id(name)
    assert propose_id(proposed) == proposed
    assert set(proposed) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")


@pytest.mark.parametrize("language", sorted(load_vocabulary().languages))
def test_the_proposed_offer_is_lawful_in_every_language(tmp_path: Path, language: str) -> None:
    config = in_country(tmp_path, "SE", language)
    house = read_files(config).house
    assert house
    offer = propose_offer(JAZZ, house)
    assert load_vocabulary().languages[language].stop in offer
    assert "070-174 06 99" in offer
    assert codes(config, replace(JAZZ, offer=offer)) == set()


@pytest.mark.parametrize(
    ("country", "language", "number"),
    [("DK", "da", NUMBER), ("US", "en", "+12025550143"), ("CA", "fr", "+16135550143")],
)
def test_the_proposed_offer_has_what_a_country_wants_in_it(
    tmp_path: Path, country: str, language: str, number: str
) -> None:
    config = in_country(tmp_path, country, language, number)
    house = read_files(config).house
    assert house
    draft = replace(JAZZ, numbers=(number,))
    assert codes(config, draft) == {"R501"}
    assert codes(config, replace(draft, offer=propose_offer(draft, house))) == set()


@pytest.mark.parametrize("language", sorted(load_vocabulary().languages))
def test_a_poster_has_nothing_to_add_to_the_proposed_offer(tmp_path: Path, language: str) -> None:
    config = in_country(tmp_path, "SE", language)
    house = read_files(config).house
    assert house
    draft = replace(JAZZ, offer=propose_offer(JAZZ, house))
    (config / "programmes" / "klubben.toml").write_text(render(draft), encoding="utf-8")
    catalog, _ = load_catalog(config)
    made = make_poster(catalog.programmes["klubben"], catalog.numbers[NUMBER], None, catalog)
    assert (made.template, made.legal) == (draft.offer, "")


def test_a_draft_is_told_what_it_clashes_with(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config")
    with trial(config) as found:
        (clash,) = (f for f in found(replace(JAZZ, keywords=("ja",))) if f.code == "R308")
    assert "programmes/klubben.toml" in clash.fault


def test_a_trial_leaves_the_config_as_it_is(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config")
    before = read_files(config).texts
    with trial(config) as found:
        assert {f.code for f in found(replace(JAZZ, keywords=("STOPP",)))} == {"R301"}
    assert read_files(config).texts == before
