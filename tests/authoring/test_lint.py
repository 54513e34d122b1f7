"""The rules beyond their examples: what they must also see, and what they must not."""

from pathlib import Path

import pytest

from responder.authoring.air_rules import plain
from responder.authoring.promises import promised, says_how_often
from responder.authoring.tongues import tongue_of
from responder.core.gate_cap import Cap, Period
from responder.core.segments import count
from responder.vocabulary import load_vocabulary
from responder.wordings import load_wordings
from tests.authoring.house import PROGRAMME, findings
from tests.factories import HOUSE, NUMBER, OFF_NUMBER


def codes(folder: Path, house: str = HOUSE, **programmes: str) -> list[str]:
    """The codes that are found, but for numbers that no programme uses."""
    return [f.code for f in findings(folder, house, **programmes) if f.code != "R210"]


def with_keywords(*keywords: str) -> str:
    return PROGRAMME.replace('"JAZZ"', ", ".join(f'"{keyword}"' for keyword in keywords))


@pytest.mark.parametrize(
    ("frequency", "count", "period"),
    [
        ("högst 2 sms i månaden", 2, Period.MONTH),
        ("1 sms i veckan", 1, Period.WEEK),
        ("en gång i veckan", 1, Period.WEEK),
        ("højst 4 sms om måneden", 4, Period.MONTH),
        ("maks 1 SMS i uken", 1, Period.WEEK),
        ("enintään 2 viestiä kuukaudessa", 2, Period.MONTH),
        ("at most 1 text a day", 1, Period.DAY),
        ("twice a year", 2, Period.YEAR),
        ("höchstens 2 SMS im Monat", 2, Period.MONTH),
        ("maximaal 2 sms per maand", 2, Period.MONTH),
        ("2 SMS par mois au plus", 2, Period.MONTH),
        ("máximo 3 SMS al mes", 3, Period.MONTH),
        ("al massimo 2 SMS al mese", 2, Period.MONTH),
        ("2 a 4 SMS por semana", 4, Period.WEEK),
        ("maksymalnie 2 SMS w miesiącu", 2, Period.MONTH),
        ("kuni 2 sõnumit nädalas", 2, Period.WEEK),
        ("ne dažniau kaip 2 SMS per savaitę", 2, Period.WEEK),
    ],
)
def test_a_promise_is_read_in_many_languages(frequency: str, count: int, period: Period) -> None:
    assert promised(frequency) == Cap(count, period)


@pytest.mark.parametrize("frequency", ["ofta", "2 i veckan, 8 i månaden", "veckovis", "0 i veckan"])
def test_what_is_not_plain_is_not_guessed(frequency: str) -> None:
    assert promised(frequency) is None


@pytest.mark.parametrize(
    ("frequency", "told"), [("ofta", False), ("weekly", True), ("max 5", True)]
)
def test_a_number_or_a_period_tells_how_often(frequency: str, told: bool) -> None:
    assert says_how_often(frequency) is told


def test_a_promise_that_is_kept_is_no_finding(tmp_path: Path) -> None:
    assert codes(tmp_path, jazz=PROGRAMME + 'cap = "1 per week"') == []


@pytest.mark.parametrize("language", sorted(load_wordings()))
def test_the_built_in_texts_read_like_their_language(language: str) -> None:
    texts = load_wordings()[language].values()
    assert [text for text in texts if tongue_of(text, language)] == []


def test_every_language_of_the_vocabulary_has_its_small_words() -> None:
    assert [tongue_of("xyzzy", code) for code in load_vocabulary().languages] == [None] * 16


@pytest.mark.parametrize(
    ("text", "gsm"),
    [
        ("“hej” – ’nu’…", "\"hej\" - 'nu'..."),
        ("a\u00a0b", "a b"),
        ("Zażółć", "Zazolc"),
        ("ARRÊT", "ARRET"),
        ("hej 🎷!", "hej !"),
        ("räksmörgås à é", "räksmörgås à é"),
    ],
)
def test_a_text_is_put_into_the_gsm_alphabet_as_near_as_it_comes(text: str, gsm: str) -> None:
    assert plain(text) == gsm
    assert not count(gsm).forced_by


def test_the_finding_names_the_character_and_its_replacement(tmp_path: Path) -> None:
    (found,) = (
        one
        for one in findings(tmp_path, jazz=PROGRAMME.replace("konserttips", "konserttips – här"))
        if one.code == "R411"
    )
    assert '"–" (en dash)' in found.fault
    assert found.remedy == "Write - for –"


def test_keywords_of_one_programme_may_be_near_each_other(tmp_path: Path) -> None:
    assert codes(tmp_path, jazz=with_keywords("SCENA", "SCENB")) == []


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("", "", ["R311"]),
        ("active = { until = 2027-05-31 }", "active = { from = 2027-06-01, until = 2027-06-30 }", []),
        ("active = { until = 2027-06-01 }", "active = { from = 2027-06-01, until = 2027-06-30 }", ["R311"]),
    ],
)  # fmt: skip
def test_near_keywords_meet_on_one_number_at_one_time(
    tmp_path: Path, one: str, other: str, found: list[str]
) -> None:
    first = with_keywords("KAFFE") + one
    assert codes(tmp_path / "a", a=first, b=with_keywords("KAFFEE") + other) == found
    elsewhere = with_keywords("KAFFEE").replace(NUMBER, OFF_NUMBER)
    assert codes(tmp_path / "b", a=first, b=elsewhere + other) == []


@pytest.mark.parametrize(
    "keyword", ["JA", "JAZZ", "KLUBB", "SOMMAR", "BRÖD", "KAFFE", "VINN", "P3"]
)
def test_an_everyday_keyword_gives_no_finding(tmp_path: Path, keyword: str) -> None:
    assert codes(tmp_path, jazz=with_keywords(keyword)) == []


@pytest.mark.parametrize("keyword", ["SHOP", "TOP", "STEP", "AVSLUT A", "AVSLUTB"])
def test_a_keyword_near_an_opt_out_word_is_a_warning_or_worse(tmp_path: Path, keyword: str) -> None:
    found = findings(tmp_path, jazz=with_keywords(keyword))
    assert {"R312", "R301", "R313"} & {one.code for one in found}


def test_an_unused_number_is_not_told_while_a_programme_cannot_be_read(tmp_path: Path) -> None:
    found = findings(tmp_path, jazz=PROGRAMME, broken="name =")
    assert [one.code for one in found] == ["R005"]


def test_the_canadian_rules_are_those_of_the_united_states(tmp_path: Path) -> None:
    house = HOUSE.replace('"SE"', '"CA"').replace('"sv"', '"en"')
    programme = PROGRAMME.replace(NUMBER, "71700") + 'offer = "Text JAZZ to 71700."'
    assert codes(tmp_path, house, jazz=programme)[-4:] == ["R503", "R504", "R505", "R506"]
