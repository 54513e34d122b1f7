"""Where everything stands on a poster: laid out once, drawn in each format.

Lengths are points (1/72 inch), the origin is the upper left corner, y is a baseline.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import segno

from responder.authoring.poster import Poster
from responder.authoring.poster_blocks import STEPS, Block, Box, Line, between, block_of, headlines
from responder.authoring.poster_font import BOLD, REGULAR, missing
from responder.errors import ResponderError

_MM = 72 / 25.4
_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Size:
    """A sheet of paper in millimetres, and the largest and smallest of what stands on it.

    Text in points; the QR code in millimetres with its quiet zone, so that it can be read from
    the distance that the sheet is seen at.
    """

    width: float
    height: float
    margin: float
    brand: float
    headline: tuple[float, float]
    body: tuple[float, float]
    legal: tuple[float, float]
    code: tuple[float, float]


SIZES = {
    "a4": Size(210, 297, 20, 24, (92, 40), (26, 13), (15, 9), (105, 60)),
    "a5": Size(148, 210, 14, 17, (64, 28), (18, 10), (11, 7), (74, 44)),
    "sticker": Size(74, 105, 6, 9, (30, 14), (9, 6.5), (6.5, 6), (40, 24)),
}
"""The sticker is A7."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A poster laid out. `code` has its quiet zone; `modules` are its rows, 1 is dark."""

    width: float
    height: float
    title: str
    language: str
    panel: Box
    lines: tuple[Line, ...]
    code: Box
    modules: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class _Design:
    """The blocks of a poster from top to bottom, and the side of its QR code."""

    brand: Block
    headline: Block
    body: Block
    legal: Block
    code: float


def lay_out(poster: Poster, name: str) -> Sheet:
    """A poster on a sheet of a size.

    Raises ResponderError where the text does not fit or a character cannot be drawn.
    """
    _refuse_missing(poster)
    size = SIZES[name]
    design = next(_designs(poster, size), None)
    if design is None:
        said = len(poster.offer)
        raise ResponderError(f"{said} characters do not fit on {name}: shorten, or take more paper")
    page, paper, margin = size.width * _MM, size.height * _MM, size.margin * _MM
    panel = Box(0, 0, page, 2.25 * margin + design.brand.height + design.headline.height)
    blocks = [block for block in (design.body, design.legal) if block.lines]
    taken = panel.height + design.code + sum(block.height for block in blocks)
    gap = (paper - margin - taken) / (len(blocks) + 1)
    body_top = panel.height + gap
    code_top = body_top + (design.body.height + gap if design.body.lines else 0)
    lines = (
        *design.brand.at(margin, page),
        *design.headline.at(1.5 * margin + design.brand.height, page),
        *design.body.at(body_top, page),
        *design.legal.at(paper - margin - design.legal.height, page),
    )
    code = Box((page - design.code) / 2, code_top, design.code, design.code)
    title = f"{poster.brand}: {poster.headline}"
    return Sheet(page, paper, title, poster.language, panel, lines, code, _modules(poster.link))


def _designs(poster: Poster, size: Size) -> Iterator[_Design]:
    """What fits, the best first: a large headline, then a large text, then a large code."""
    margin = size.margin * _MM
    room, height = (size.width - 2 * size.margin) * _MM, size.height * _MM
    brand = block_of(poster.brand, BOLD, size.brand, room, light=True)
    for headline in headlines(poster.headline, size.headline, room):
        for step in range(STEPS + 1):
            body = block_of(poster.body, REGULAR, between(size.body, step), room)
            legal = block_of(poster.legal, REGULAR, between(size.legal, step), room)
            used = brand.height + headline.height + body.height + legal.height + 4.75 * margin
            code = min(size.code[0] * _MM, height - used)
            if code >= size.code[1] * _MM:
                yield _Design(brand, headline, body, legal, code)


def _refuse_missing(poster: Poster) -> None:
    lacking = missing(f"{poster.brand}{poster.headline}{poster.body}{poster.legal}")
    if lacking:
        raise ResponderError(f"Posters cannot show {' '.join(lacking)}: write it in letters")


def _modules(link: str) -> tuple[bytes, ...]:
    """The QR code of a link with its quiet zone; level M survives a scratched sticker."""
    code = segno.make(link, error="m", micro=False)
    return tuple(bytes(row) for row in code.matrix_iter(border=_QUIET))
