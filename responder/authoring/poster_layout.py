"""Where everything stands on a poster: laid out once, drawn in each format.

Lengths are points (1/72 inch), the origin is the upper left corner, y is a baseline.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import segno

from responder.authoring.poster import Poster
from responder.authoring.poster_font import ASCENT, BOLD, DESCENT, REGULAR, missing, width
from responder.errors import ResponderError

_MM = 72 / 25.4
_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""
_LEADING = 1.25
_HEADLINE_LEADING = ASCENT + DESCENT
_BREAK = re.compile(r"(?<![\d)]) | (?!\d)")
"""Any space but those inside a number."""
_STEPS = 12
"""Sizes that are tried between the largest and the smallest."""


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
    "a4": Size(210, 297, 20, 24, (92, 40), (26, 13), (13, 9), (105, 60)),
    "a5": Size(148, 210, 14, 17, (64, 28), (18, 10), (9.5, 7), (74, 44)),
    "sticker": Size(74, 105, 6, 9, (30, 14), (9, 6.5), (6.5, 6), (40, 24)),
}
"""The sticker is A7."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text at its left end and baseline. `light` is on the dark panel."""

    text: str
    x: float
    y: float
    size: float
    face: str
    light: bool

    @property
    def box(self) -> Box:
        """The room that it takes."""
        wide = width(self.text, self.face, self.size)
        high = (ASCENT + DESCENT) * self.size
        return Box(self.x, self.y - ASCENT * self.size, wide, high)


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

    brand: "_Block"
    headline: "_Block"
    body: "_Block"
    legal: "_Block"
    code: float


@dataclass(frozen=True, slots=True)
class _Block:
    """Wrapped lines of one size."""

    lines: tuple[str, ...]
    size: float
    face: str
    leading: float = _LEADING
    light: bool = False

    @property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last."""
        return len(self.lines) * self.size * self.leading

    def at(self, top: float, page: float) -> Iterator[Line]:
        """Its lines, centred on a page of this width."""
        first = top + (self.leading - ASCENT - DESCENT) * self.size / 2 + ASCENT * self.size
        for row, text in enumerate(self.lines):
            x = (page - width(text, self.face, self.size)) / 2
            y = first + row * self.size * self.leading
            yield Line(text, x, y, self.size, self.face, self.light)


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
    brand = _block(poster.brand, BOLD, size.brand, room, light=True)
    for headline in _headlines(poster.headline, size.headline, room):
        for step in range(_STEPS + 1):
            body = _block(poster.body, REGULAR, _between(size.body, step), room)
            legal = _block(poster.legal, REGULAR, _between(size.legal, step), room)
            used = brand.height + headline.height + body.height + legal.height + 4.75 * margin
            code = min(size.code[0] * _MM, height - used)
            if code >= size.code[1] * _MM:
                yield _Design(brand, headline, body, legal, code)


def _headlines(text: str, sizes: tuple[float, float], room: float) -> list[_Block]:
    """A headline in sizes that break no word, the best first; else in its smallest."""
    widest = max(_BREAK.split(text), key=len)
    blocks = [
        _block(text, BOLD, _between(sizes, step), room, _HEADLINE_LEADING, light=True)
        for step in range(_STEPS + 1)
    ]
    whole = [block for block in blocks if width(widest, BOLD, block.size) <= room]
    return sorted(whole, key=_weight, reverse=True) or blocks[-1:]


def _weight(block: _Block) -> float:
    """How strong a headline looks: one line less is worth a fifth of its size."""
    return float(block.size * 0.8 ** len(block.lines))


def _between(sizes: tuple[float, float], step: int) -> float:
    largest, smallest = sizes
    return largest - (largest - smallest) * step / _STEPS


def _block(
    text: str, face: str, size: float, room: float, leading: float = _LEADING, light: bool = False
) -> _Block:
    """A text in as few lines as it needs, these as even as can be."""
    lines = _wrap(text, face, size, room)
    narrow = room
    while len(lines) > 1:
        narrow *= 0.98
        even = _wrap(text, face, size, narrow)
        if len(even) > len(lines):
            break
        lines = even
    return _Block(lines, size, face, leading, light)


def _wrap(text: str, face: str, size: float, room: float) -> tuple[str, ...]:
    lines: list[str] = []
    for word in _BREAK.split(text) if text else ():
        if lines and width(f"{lines[-1]} {word}", face, size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.extend(_pieces(word, face, size, room))
    return tuple(lines)


def _pieces(word: str, face: str, size: float, room: float) -> Iterator[str]:
    """A word, broken where it is wider than the room: a long address."""
    start = 0
    for end in range(1, len(word) + 1):
        if width(word[start:end], face, size) > room and end - start > 1:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


def _refuse_missing(poster: Poster) -> None:
    lacking = missing(f"{poster.brand}{poster.headline}{poster.body}{poster.legal}")
    if lacking:
        raise ResponderError(f"Posters cannot show {' '.join(lacking)}: write it in letters")


def _modules(link: str) -> tuple[bytes, ...]:
    """The QR code of a link with its quiet zone; level M survives a scratched sticker."""
    code = segno.make(link, error="m", micro=False)
    return tuple(bytes(row) for row in code.matrix_iter(border=_QUIET))
