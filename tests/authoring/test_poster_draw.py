"""What is drawn can be scanned and read back, in each of the three formats."""

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from responder.authoring.poster_blocks import Line
from responder.authoring.poster_draw import to_pdf, to_png, to_svg
from responder.authoring.poster_layout import SIZES, Sheet, lay_out
from tests.authoring.posters import (
    LANGUAGES,
    codes_in,
    pdf_as_png,
    poster_in,
    svg_as_png,
    text_of_pdf,
    text_of_svg,
)
from tests.factories import NUMBER, house

LINK = f"sms:{NUMBER}?&body=JA"


def sheet_in(language: str, size: str = "a5") -> Sheet:
    return lay_out(poster_in(language), size)


@pytest.mark.parametrize("size", SIZES)
def test_the_code_is_read_from_each_format(size: str) -> None:
    sheet = sheet_in("sv", size)
    assert codes_in(to_png(sheet)) == [LINK]
    assert codes_in(svg_as_png(to_svg(sheet))) == [LINK]
    assert codes_in(pdf_as_png(to_pdf(sheet))) == [LINK]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_offer_is_read_back_from_pdf_and_svg(language: str) -> None:
    offer, sheet = poster_in(language).offer, sheet_in(language)
    assert offer in text_of_svg(to_svg(sheet))
    assert offer in text_of_pdf(to_pdf(sheet))


def test_every_line_is_drawn_in_its_box_and_nowhere_else() -> None:
    sheet = lay_out(poster_in("pl", "ÅÄŚŁÓDŹ ĘĄ gjpqy Ģģ. " * 9), "sticker")
    drawn, bare = _pixels(sheet), _pixels(replace(sheet, lines=()))
    for line in sheet.lines:
        assert drawn.crop(_dots(line)) != bare.crop(_dots(line))
    for line in sheet.lines:
        drawn.paste(0, _dots(line))
        bare.paste(0, _dots(line))
    assert drawn == bare


@pytest.mark.parametrize(("size", "dots"), [("a4", (2480, 3508)), ("sticker", (874, 1240))])
def test_a_picture_has_300_dots_an_inch(size: str, dots: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(to_png(sheet_in("sv", size)))) as picture:
        assert picture.size == dots
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_an_svg_carries_its_typeface_and_asks_nothing_of_the_network() -> None:
    svg = to_svg(sheet_in("lt")).decode()
    assert svg.count("data:font/ttf;base64,") == 2
    assert re.findall(r"https?://[\w./]+", svg.split("</style>")[0]) == [
        "http://www.w3.org/2000/svg"
    ]


def test_texts_with_marks_of_xml_stay_text() -> None:
    brand = "Bröd & <Kaka>"
    catalog = replace(house(), brand=replace(house().brand, name=brand))
    svg = to_svg(lay_out(poster_in("sv", catalog=catalog), "a4"))
    assert brand in text_of_svg(svg)
    assert ElementTree.fromstring(svg)[0].text == f"{brand}: Sms:a JA till 070-174 06 99."


def _pixels(sheet: Sheet) -> Image.Image:
    return Image.open(io.BytesIO(to_png(sheet))).convert("L")


def _dots(line: Line) -> tuple[int, int, int, int]:
    """A line's box in dots, with a hair's breadth for smooth edges."""
    box, scale = line.box, 300 / 72
    left, top = box.x * scale, box.y * scale
    right, bottom = left + box.width * scale, top + box.height * scale
    return round(left) - 3, round(top) - 3, round(right) + 3, round(bottom) + 3
