"""What must hold between the files: numbers, keywords, dates."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.authoring import examine
from responder.vocabulary import load_vocabulary
from tests.authoring.house import PROGRAMME, faults, house_faults, problems
from tests.factories import (
    HOUSE,
    KLUBBEN,
    NUMBER,
    OFF_NUMBER,
    SHORT_CODE,
    decided,
    house,
    write_config,
)


def with_keyword(keyword: str) -> str:
    return PROGRAMME.replace("JAZZ", keyword)


@pytest.mark.parametrize(
    ("keyword", "reason"),
    [
        *((word, "is an opt-out word") for word in ("STOPP", "AVSLUTA", "Stopp!!", "STÖP", "🛑")),
        *((word, "is an opt-out word") for word in ("S T O P", "STOPP TACK", "stop jazz")),
        *((word, "is a help word") for word in ("HJÄLP", "HJALP", "INFO", "help!", "?")),
        *((word, "asks for one's data") for word in ("radera mig", "RADERA MINA UPPGIFTER")),
        *((word, "has no letter or digit") for word in ("!!!", "…", "👍", "- -")),
        *((word, "asks a question") for word in ("VINN?", "JAZZ?", "¿JAZZ")),
    ],
)
def test_a_keyword_that_would_not_join_is_refused(
    tmp_path: Path, keyword: str, reason: str
) -> None:
    (found,) = problems(tmp_path, jazz=with_keyword(keyword))
    assert (found.file, found.key) == ("programmes/jazz.toml", "keywords[0]")
    assert found.fault.startswith(f'"{keyword}" {reason}')


def test_no_opt_out_word_of_any_language_can_be_a_keyword(tmp_path: Path) -> None:
    words = {
        entry.text
        for entries in load_vocabulary().entries.values()
        for entry in entries
        if entry.section == "opt_out" and not entry.local
    }
    taken = [f'"{word}"' for word in sorted(words)]
    programme = PROGRAMME.replace('"JAZZ"', ", ".join(taken))
    found = {problem.fault for problem in problems(tmp_path, jazz=programme)}
    assert len(words) > 200
    assert {word for word in taken if not any(f.startswith(f"{word} is") for f in found)} == set()


def test_the_faults_of_sources_are_those_of_keywords(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, '[sources]\n"STAND-A" = ["BULLE", "STOPP"]')
    assert found.startswith('programmes/jazz.toml: sources.STAND-A: "STOPP" is an opt-out word')


@pytest.mark.parametrize("keyword", ["JA", "ja!", "Já", "  jA ", "ja."])
def test_two_programmes_cannot_share_a_keyword_in_any_spelling(
    tmp_path: Path, keyword: str
) -> None:
    (found,) = problems(tmp_path, klubben=KLUBBEN, jazz=with_keyword(keyword))
    assert f"is taken on {NUMBER} by programmes/jazz.toml (keywords[0])" in found.fault


def test_a_keyword_with_two_spellings_is_taken_by_either(tmp_path: Path) -> None:
    found = problems(tmp_path, a=with_keyword("KÖP"), b=with_keyword("KOEP"))
    assert [problem.file for problem in found] == ["programmes/b.toml"]


@pytest.mark.parametrize("keyword", ["BULLE", "bulle!"])
def test_a_keyword_taken_by_a_source_is_refused(tmp_path: Path, keyword: str) -> None:
    (found,) = problems(tmp_path, klubben=KLUBBEN, jazz=with_keyword(keyword))
    assert found.key == "sources.STAND-A"


@pytest.mark.parametrize("more", ['"ja"', '"JA"', '"JÁ"'])
def test_a_programme_cannot_list_a_keyword_twice(tmp_path: Path, more: str) -> None:
    (found,) = problems(tmp_path, klubben=KLUBBEN.replace('"KLUBB"', more))
    assert found.key == "keywords[1]"


def test_the_same_keyword_is_free_on_another_number(tmp_path: Path) -> None:
    other = with_keyword("JA").replace(NUMBER, OFF_NUMBER)
    assert problems(tmp_path, jazz=with_keyword("JA"), swing=other) == ()


def test_one_fault_on_four_numbers_is_told_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, klubben=KLUBBEN.replace('"KLUBB"', '"STOPP"'))) == 1


@pytest.mark.parametrize("keyword", ["TEST", "Test!"])
def test_swedish_operators_keep_their_test_word_on_short_codes(
    tmp_path: Path, keyword: str
) -> None:
    on_short = with_keyword(keyword).replace(NUMBER, SHORT_CODE)
    (found,) = problems(tmp_path / "short", jazz=on_short)
    assert "operators test" in found.fault
    assert problems(tmp_path / "long", jazz=with_keyword(keyword)) == ()


def test_a_local_opt_out_word_is_free_where_its_language_is_not_spoken(tmp_path: Path) -> None:
    english = HOUSE.replace('language = "sv"', 'language = "en"')
    (found,) = problems(tmp_path / "sv", jazz=with_keyword("SLUT"))
    assert "is an opt-out word" in found.fault
    assert problems(tmp_path / "en", english, jazz=with_keyword("SLUT")) == ()


def test_every_keyword_that_is_let_through_joins_when_it_is_texted() -> None:
    catalog = house()
    for programme in catalog.programmes.values():
        for keyword in programme.keywords:
            decision = decided(keyword.text, catalog=catalog)
            assert [event.programme for event in decision.events] == [programme.id]  # type: ignore[union-attr]


@settings(deadline=None)
@given(st.text(min_size=1, max_size=20))
def test_whatever_keyword_is_let_through_joins_when_it_is_texted(
    tmp_path_factory: pytest.TempPathFactory, keyword: str
) -> None:
    escaped = "".join(f"\\U{ord(c):08X}" for c in keyword if not "\ud800" <= c <= "\udfff")
    config = write_config(tmp_path_factory.mktemp("k") / "config", jazz=with_keyword(escaped))
    catalog = examine(config).catalog
    if catalog:
        texted = catalog.programmes["jazz"].keywords[0].text
        assert decided(texted, catalog=catalog).outcome == "opted_in"


def test_a_number_that_the_house_does_not_have_is_refused(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, "+46701740600", NUMBER)
    assert found.startswith(
        'programmes/jazz.toml: numbers[0]: "+46701740600" is not among the numbers of responder.toml'
    )
    assert NUMBER in found


def test_a_number_cannot_be_listed_twice(tmp_path: Path) -> None:
    found = problems(tmp_path, HOUSE.replace(OFF_NUMBER, NUMBER), jazz=PROGRAMME)
    assert [(p.key, p.fault) for p in found] == [("numbers[1].number", f"{NUMBER} is listed twice")]


@pytest.mark.parametrize("written", ["070-174 06 99", "+46 70 174 06 99", "0701740699"])
def test_a_number_in_another_form_is_told_the_right_one_and_nothing_more(
    tmp_path: Path, written: str
) -> None:
    (found,) = house_faults(tmp_path, written, NUMBER)
    assert "numbers[0].number" in found
    assert f"Write {NUMBER}." in found


@pytest.mark.parametrize("written", ["12", "123456789", "7170O", "+46717"])
def test_a_short_code_is_three_to_eight_digits(tmp_path: Path, written: str) -> None:
    house_file = HOUSE.replace(SHORT_CODE, written)
    (found,) = problems(tmp_path, house_file, jazz=PROGRAMME)
    assert "a short code is written as its 3 to 8 digits" in found.fault


@pytest.mark.parametrize("language", ["xx", "SV", "swedish", "se"])
def test_an_unknown_language_is_refused_with_the_known_ones(tmp_path: Path, language: str) -> None:
    (found,) = house_faults(tmp_path, f'"{language}"', '"sv"')
    assert f'numbers[0].language: "{language}" is no language of the vocabulary' in found
    assert "nb, nl, pl, pt, sv" in found


@pytest.mark.parametrize("url", ["htp://x.example", "x.example", "www.x.example"])
def test_a_terms_address_begins_like_one(tmp_path: Path, url: str) -> None:
    (found,) = house_faults(tmp_path, url, "https://nordbageriet.example/sms")
    assert f'brand.terms_url: "{url}" is no web address' in found


def test_no_problem_hides_another(tmp_path: Path) -> None:
    house_file = HOUSE.replace('language = "sv"', 'language = "xx"', 1)
    found = problems(
        tmp_path,
        house_file,
        jazz=with_keyword("STOPP") + "active = { from = 2026-02-01, until = 2026-01-01 }",
        klubben=with_keyword("JA").replace(NUMBER, "+46701740600"),
        swing=with_keyword("SWING") + '[wording.sv]\nopt_in = "Hej!"',
        tango=with_keyword("TANGO") + "cap = 1",
        vals="name =",
    )
    assert [(p.file, p.line, p.key) for p in found] == [
        ("responder.toml", 11, "numbers[0].language"),
        ("programmes/jazz.toml", 4, "keywords[0]"),
        ("programmes/jazz.toml", 7, "active"),
        ("programmes/klubben.toml", 3, "numbers[0]"),
        ("programmes/swing.toml", 8, "wording.sv.opt_in"),
        ("programmes/tango.toml", 7, "cap"),
        ("programmes/vals.toml", 1, ""),
    ]
