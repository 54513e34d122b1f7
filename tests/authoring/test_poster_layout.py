"""Nothing leaves the page, nothing overlaps, nothing is too small, and nothing is lost."""

from dataclasses import replace
from itertools import combinations

import pytest

from responder.authoring.poster import Poster
from responder.authoring.poster_blocks import Box
from responder.authoring.poster_font import missing
from responder.authoring.poster_layout import SIZES, Sheet, lay_out
from responder.errors import ResponderError
from tests.authoring.posters import LANGUAGES, poster_in
from tests.factories import house

LONG = (
    "Sms:a JA till 070-174 06 99 så får du erbjudanden och nyheter från bageriets alla åtta "
    "butiker, bröd för dagen, recept och inbjudningar till kurser, högst 2 sms i månaden. "
) * 2
NARROWEST_MODULE = 0.5
"""Millimetres that a phone's camera still tells apart at arm's length."""


def overlap(one: Box, other: Box) -> bool:
    slack = 0.01
    beside = one.x + one.width <= other.x + slack or other.x + other.width <= one.x + slack
    above = one.y + one.height <= other.y + slack or other.y + other.height <= one.y + slack
    return not (beside or above)


def assert_sound(sheet: Sheet, margin: float) -> None:
    boxes = [*(line.box for line in sheet.lines), sheet.code]
    for box in boxes:
        assert margin - 0.01 <= box.x
        assert box.x + box.width <= sheet.width - margin + 0.01
        assert box.y >= 0
        assert box.y + box.height <= sheet.height - margin / 2
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    for line in sheet.lines:
        within = line.box.y + line.box.height <= sheet.panel.height
        assert within if line.light else line.box.y >= sheet.panel.height


def said(sheet: Sheet) -> str:
    return " ".join(line.text for line in sheet.lines)


def texts_of(poster: Poster) -> str:
    parts = (poster.brand, poster.headline, poster.body, poster.legal)
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fits_on_every_size(language: str, size: str) -> None:
    poster = poster_in(language)
    sheet = lay_out(poster, size)
    assert_sound(sheet, SIZES[size].margin * 72 / 25.4)
    assert said(sheet) == texts_of(poster)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("offer", [LONG, "JA!", "x" * 120])
def test_a_long_or_short_offer_is_wrapped_and_stays_on_the_page(size: str, offer: str) -> None:
    sheet = lay_out(poster_in("sv", offer), size)
    assert_sound(sheet, SIZES[size].margin * 72 / 25.4)


@pytest.mark.parametrize("size", SIZES)
def test_an_offer_that_says_everything_leaves_no_legal_line(size: str) -> None:
    poster = poster_in("sv", poster_in("sv").offer)
    sheet = lay_out(poster, size)
    assert poster.legal == ""
    assert_sound(sheet, SIZES[size].margin * 72 / 25.4)


def test_a_number_is_never_broken_over_two_lines() -> None:
    for size in SIZES:
        lines = [line.text for line in lay_out(poster_in("sv", LONG), size).lines]
        assert sum(text.count("070-174 06 99") for text in lines) == LONG.count("070-174 06 99")


def test_no_word_is_broken_that_has_room_on_a_line() -> None:
    words = "a b Flaggskeppsbageriernas c d Sommarerbjudandena e " * 4
    for size in SIZES:
        shown = said(lay_out(poster_in("sv", words), size)).split()
        assert shown.count("Flaggskeppsbageriernas") == shown.count("Sommarerbjudandena") == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_on_a_sticker_is_smaller_than_6_points(language: str) -> None:
    sheet = lay_out(poster_in(language, LONG), "sticker")
    assert min(line.size for line in sheet.lines) >= 6


@pytest.mark.parametrize("size", SIZES)
def test_the_modules_of_the_code_are_wide_enough_for_a_camera(size: str) -> None:
    sheet = lay_out(poster_in("sv", LONG), size)
    assert sheet.code.width / len(sheet.modules) / 72 * 25.4 >= NARROWEST_MODULE


def test_the_code_has_its_quiet_zone() -> None:
    modules = lay_out(poster_in("sv"), "sticker").modules
    edge = [*modules[:4], *modules[-4:], *(row[:4] + row[-4:] for row in modules)]
    assert not any(any(part) for part in edge)


def test_more_text_than_a_sheet_holds_is_refused() -> None:
    with pytest.raises(ResponderError, match="characters do not fit on sticker"):
        lay_out(poster_in("sv", LONG * 4), "sticker")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_typeface_has_every_letter_of_our_own_texts(language: str) -> None:
    own = "".join(house().built_in[language].values())
    assert missing(own + poster_in(language).offer) == ()


def test_a_character_that_cannot_be_drawn_is_named() -> None:
    with pytest.raises(ResponderError, match="cannot show 🥐"):
        lay_out(replace(poster_in("sv"), body="Bullar 🥐 varje dag"), "a4")
