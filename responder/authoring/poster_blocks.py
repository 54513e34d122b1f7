"""Text in blocks: wrapped into few, even lines, and as large as the room allows.

Lengths are points (1/72 inch), the origin is the upper left corner, y is a baseline.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from responder.authoring.poster_font import ASCENT, BOLD, DESCENT, width

_LEADING = 1.25
_HEADLINE_LEADING = ASCENT + DESCENT
_BREAK = re.compile(r"(?<![\d)]) | (?!\d)")
"""Any space but those inside a number."""
_NARROWER = 0.98
"""Lines become even by wrapping again in a narrower room until there is one more of them."""
STEPS = 12
"""Sizes that are tried between the largest and the smallest."""


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
class Block:
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


def headlines(text: str, sizes: tuple[float, float], room: float) -> list[Block]:
    """A headline in sizes that break no word, the best first; else in its smallest."""
    blocks = [
        block_of(text, BOLD, between(sizes, step), room, _HEADLINE_LEADING, light=True)
        for step in range(STEPS + 1)
    ]
    whole = [block for block in blocks if _widest(text, BOLD, block.size) <= room]
    return sorted(whole, key=_weight, reverse=True) or blocks[-1:]


def _weight(block: Block) -> float:
    """How strong a headline looks: one line less is worth a fifth of its size."""
    return float(block.size * 0.8 ** len(block.lines))


def between(sizes: tuple[float, float], step: int) -> float:
    """The size of a step, from the largest at 0 to the smallest at `STEPS`."""
    largest, smallest = sizes
    return largest - (largest - smallest) * step / STEPS


def block_of(
    text: str, face: str, size: float, room: float, leading: float = _LEADING, light: bool = False
) -> Block:
    """A text in as few lines as it needs, these as even as can be."""
    lines = _wrap(text, face, size, room)
    narrow, widest = room * _NARROWER, _widest(text, face, size)
    while 0 < widest <= narrow and len(even := _wrap(text, face, size, narrow)) == len(lines):
        lines, narrow = even, narrow * _NARROWER
    return Block(lines, size, face, leading, light)


def _widest(text: str, face: str, size: float) -> float:
    """How wide the widest word is."""
    return max(width(word, face, size) for word in _BREAK.split(text))


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
