"""Houses that print posters, in every language, and what can be read from a drawing."""

import io
from dataclasses import replace
from xml.etree import ElementTree

import pypdfium2
import resvg_py
import zxingcpp
from PIL import Image

from responder.authoring.poster import Poster, make_poster
from responder.authoring.poster_font import FACES, font_path
from responder.core.catalog import Catalog, Number
from responder.wordings import load_wordings
from tests.factories import NUMBER, house

LANGUAGES = sorted(load_wordings())
COUNTRIES = {"da": "DK", "en": "US", "et": "EE", "nb": "NO", "sv": "SE"}
"""Where the language's own code is not the country's."""
_SVG = "{http://www.w3.org/2000/svg}"


def number_in(language: str) -> Number:
    """The house's number, as if it spoke another language."""
    country = COUNTRIES.get(language, language.upper())
    return replace(house().numbers[NUMBER], language=language, country=country)


def poster_in(language: str, offer: str = "", catalog: Catalog | None = None) -> Poster:
    """The poster of the club with this offer."""
    catalog = catalog or house()
    programme = replace(catalog.programmes["klubben"], offer=offer)
    return make_poster(programme, number_in(language), None, catalog)


def codes_in(picture: bytes) -> list[str]:
    """What a camera reads from a PNG."""
    with Image.open(io.BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image.convert("L"))]


def svg_as_png(svg: bytes) -> bytes:
    """An SVG as a picture. The renderer takes no typeface from inside an SVG."""
    fonts = [font_path(face) for face in FACES]
    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), dpi=150, font_files=fonts))


def pdf_as_png(pdf: bytes) -> bytes:
    """A PDF's page as a picture."""
    file = io.BytesIO()
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    page.render(scale=2).to_pil().save(file, "PNG")
    page.close()
    document.close()
    return file.getvalue()


def text_of_svg(svg: bytes) -> str:
    """The text of an SVG in its order."""
    lines = ElementTree.fromstring(svg).iter(f"{_SVG}text")
    return " ".join(line.text or "" for line in lines)


def text_of_pdf(pdf: bytes) -> str:
    """The text of a PDF in its order."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage()
    words = text.get_text_range().split()
    for part in (text, page, document):
        part.close()
    return " ".join(words)
