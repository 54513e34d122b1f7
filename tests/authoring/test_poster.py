"""What a poster says is the offer that becomes evidence."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from responder.authoring import examine
from responder.authoring.poster import human, load_poster_texts, make_poster, sms_link
from responder.core.catalog import KEYWORD, Keyword, Number
from responder.core.compose import find_wording, names_a_way_out
from responder.errors import ResponderError
from tests.authoring.posters import LANGUAGES, number_in, poster_in
from tests.factories import HOUSE, KLUBBEN, NUMBER, SHORT_CODE, house, write_config

KLUBB = house().programmes["klubben"]
OFFER = "Sms:a JA till 070-174 06 99. Högst 2 sms i månaden. Avsluta med STOPP."
WHOLE = (
    "Sms:a JA till 070-174 06 99 så får du erbjudanden och nyheter, högst 2 sms i månaden. "
    "Nordbageriet. Avsluta med STOPP. Avgift för sms kan tillkomma. nordbageriet.example/sms"
)


def swedish(offer: str) -> tuple[str, str, str]:
    """Headline, body and legal line."""
    made = poster_in("sv", offer)
    return made.headline, made.body, made.legal


def number(address: str, kind: str = "long", country: str = "SE") -> Number:
    return replace(house().numbers[NUMBER], address=address, kind=kind, country=country)


def test_an_offer_is_printed_word_for_word_and_its_call_to_action_only_once() -> None:
    headline, body, legal = swedish(WHOLE)
    assert f"{headline} {body}" == WHOLE
    assert headline == "Sms:a JA till 070-174 06 99"
    assert legal == ""


def test_the_legal_line_says_only_what_the_offer_does_not() -> None:
    headline, body, legal = swedish(OFFER)
    assert f"{headline} {body}" == OFFER
    assert legal == (
        "Nordbageriet: erbjudanden och nyheter. Operatörens avgift för sms kan tillkomma. "
        "Villkor: https://nordbageriet.example/sms"
    )


@pytest.mark.parametrize(
    ("told", "added"),
    [
        ("Nordbageriet", "Nordbageriet."),
        ("erbjudanden och nyheter", "erbjudanden och nyheter."),
        ("högst 2 sms i månaden", "högst 2 sms i månaden."),
        ("Avsluta med STOPP", "Avsluta när du vill med STOPP."),
        ("Avgift", "Operatörens avgift för sms kan tillkomma."),
        ("nordbageriet.example/sms", "Villkor: https://nordbageriet.example/sms"),
    ],
)
def test_whatever_the_offer_leaves_out_is_added(told: str, added: str) -> None:
    assert swedish(WHOLE.replace(told, "…", 1))[2] == added


def test_an_offer_in_other_words_stands_below_the_call_to_action() -> None:
    offer = "Skriv JA i ett sms till oss."
    assert swedish(offer)[:2] == ("Sms:a JA till 070-174 06 99", offer)


def test_a_longer_number_is_not_taken_for_this_one() -> None:
    offer = "Sms:a JA till 070-174 06 990 nu."
    assert swedish(offer)[:2] == ("Sms:a JA till 070-174 06 99", offer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_offer_everything_is_said_in_the_language_of_the_number(language: str) -> None:
    made, catalog = poster_in(language), house()
    for part in ("JA", "070-174 06 99", "Nordbageriet", KLUBB.messages, KLUBB.frequency):
        assert part in made.offer
    assert find_wording("cost", language, catalog, None) in made.offer
    assert names_a_way_out(made.offer, language, catalog)
    assert made.offer.endswith("https://nordbageriet.example/sms")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offer_that_was_taken_over_is_printed_as_it_is(language: str) -> None:
    offer = poster_in(language).offer
    made = poster_in(language, offer)
    assert (made.offer, made.legal) == (offer, "")
    assert f"{made.headline} {made.body}" == offer


@pytest.mark.parametrize(("country", "language"), [("US", "en"), ("DK", "da"), ("SE", "sv")])
def test_the_check_has_no_wish_left_about_an_offer_that_was_taken_over(
    tmp_path: Path, country: str, language: str
) -> None:
    at_home = HOUSE.replace('"SE"', f'"{country}"').replace('"sv"', f'"{language}"')
    line = f"offer = {json.dumps(poster_in(language).offer, ensure_ascii=False)}"
    klubben = KLUBBEN.replace(f'offer = "{OFFER}"', line)
    assert line in klubben
    found = examine(write_config(tmp_path / "config", at_home, klubben=klubben)).findings
    assert not [finding for finding in found if finding.code.startswith("R50")]


def test_every_language_of_the_wordings_has_its_posters() -> None:
    texts = load_poster_texts()
    assert sorted(texts) == LANGUAGES
    assert all(text.keys() == texts["en"].keys() for text in texts.values())


def test_each_source_prints_and_links_its_own_keyword() -> None:
    made = make_poster(KLUBB, number_in("sv"), "STAND-A", house())
    assert made.headline == "Sms:a BULLE till 070-174 06 99"
    assert made.link == "sms:+46701740699?&body=BULLE"


PLACED = replace(KLUBB, offer=KLUBB.offer.replace("JA", KEYWORD))


@pytest.mark.parametrize(("source", "keyword"), [(None, "JA"), ("STAND-A", "BULLE")])
def test_the_offer_asks_for_the_keyword_of_each_poster(source: str | None, keyword: str) -> None:
    made = make_poster(PLACED, number_in("sv"), source, house())
    assert made.headline == f"Sms:a {keyword} till 070-174 06 99."
    assert f"{made.headline} {made.body}" == OFFER.replace("JA", keyword)
    assert made.asks_for


def test_what_is_to_be_written_into_the_file_holds_for_every_poster() -> None:
    made = make_poster(PLACED, number_in("sv"), "STAND-A", house())
    taken_over = replace(KLUBB, offer=made.template)
    for source in (None, "STAND-A"):
        again = make_poster(taken_over, number_in("sv"), source, house())
        assert (again.template, again.legal) == (made.template, "")
        assert again.offer == taken_over.offer_with(KLUBB.printed(source) or KLUBB.keywords[0])


def test_a_source_with_many_keywords_prints_its_first() -> None:
    hall = (Keyword("HALLA", "klubben", "HALL"), Keyword("HALLB", "klubben", "HALL"))
    programme = replace(PLACED, keywords=(*KLUBB.keywords, *hall))
    assert make_poster(programme, number_in("sv"), "HALL", house()).link.endswith("body=HALLA")
    assert "Sms:a HALLA till" in programme.offer_seen("HALLB")


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ("Sms:a {keyword} till 070-174 06 99.", None),
        ("Sms:a {ord} till 070-174 06 99.", "R407"),
        ("Sms:a {Keyword} till 070-174 06 99.", "R407"),
        ("Sms:a {{keyword}} till 070-174 06 99.", "R406"),
        ("Sms:a JA} till 070-174 06 99.", "R406"),
    ],
)
def test_no_brace_is_printed(tmp_path: Path, offer: str, code: str | None) -> None:
    klubben = KLUBBEN.replace(OFFER, offer)
    errors = examine(write_config(tmp_path / "config", klubben=klubben)).errors
    assert [(found.code, found.key) for found in errors] == ([(code, "offer")] if code else [])


def test_it_is_known_when_the_offer_sends_people_to_another_keyword() -> None:
    assert make_poster(KLUBB, number_in("sv"), None, house()).asks_for
    assert not make_poster(KLUBB, number_in("sv"), "STAND-A", house()).asks_for


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(ResponderError, match='no source "STAND-B"'):
        make_poster(KLUBB, number_in("sv"), "STAND-B", house())


@pytest.mark.parametrize("keyword", ["JA", "KÖP NU", "1+1", "A&B", "50%", "ŁÓDŹ", "#1?"])
def test_the_link_is_filled_in_with_the_keyword_as_it_is(keyword: str) -> None:
    parts = urlsplit(sms_link(number(NUMBER), keyword))
    assert (parts.scheme, parts.path, parts.fragment) == ("sms", NUMBER, "")
    assert parse_qs(parts.query) == {"body": [keyword]}


@pytest.mark.parametrize(
    ("address", "kind", "written"),
    [
        (NUMBER, "long", "070-174 06 99"),
        ("+12015550123", "long", "(201) 555-0123"),
        ("+447700900123", "long", "07700 900123"),
        (SHORT_CODE, "short", "71700"),
    ],
)
def test_a_number_is_written_as_people_write_it(address: str, kind: str, written: str) -> None:
    assert human(number(address, kind)) == written


def test_a_number_that_takes_no_text_messages_is_not_printed() -> None:
    with pytest.raises(ResponderError, match="takes no text messages"):
        make_poster(KLUBB, number(f"whatsapp:{NUMBER}", "whatsapp"), None, house())


def test_accents_are_printed_as_one_character() -> None:
    programme = replace(KLUBB, keywords=(Keyword("JA", "klubben"),), messages="smo\u0308rga\u030as")
    made = make_poster(replace(programme, offer=""), number_in("sv"), None, house())
    assert "smörgås" in made.offer
