"""The typeface of posters: how wide a text is, and which characters cannot be drawn.

Source Sans Pro (SIL Open Font License 1.1) has the letters of all our languages.
"""

import base64
import functools
import io
from collections.abc import Iterable
from importlib import resources

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Source Sans Pro"
REGULAR, BOLD = "Regular", "Bold"
FACES = (REGULAR, BOLD)
ASCENT, DESCENT = 0.9, 0.25
"""The box of a line, in parts of the size: from accented capitals to descenders."""


def font_path(face: str) -> str:
    """The file of a face."""
    return str(resources.files("font_source_sans_pro") / "files" / f"SourceSansPro-{face}.ttf")


def width(text: str, face: str, size: float) -> float:
    """How wide a text is when set without kerning, in the unit of `size`."""
    advances, units = _metrics(face)
    return sum(advances.get(ord(character), 0) for character in text) * size / units


def missing(text: str) -> tuple[str, ...]:
    """The characters that the typeface lacks, each once."""
    drawn = [_metrics(face)[0] for face in FACES]
    return tuple(c for c in dict.fromkeys(text) if any(ord(c) not in face for face in drawn))


def embedded(face: str, text: Iterable[str]) -> str:
    """A face with only the characters of a text: TrueType in base64, for an SVG."""
    options = Options(notdef_outline=True, layout_features=[])
    font = TTFont(font_path(face), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(set().union(*text))))
    subsetter.subset(font)
    file = io.BytesIO()
    font.save(file)
    return base64.b64encode(file.getvalue()).decode("ascii")


@functools.cache
def _metrics(face: str) -> tuple[dict[int, int], int]:
    """Character → advance in font units, and the units of one em."""
    with TTFont(font_path(face), lazy=True) as font:
        advances = font["hmtx"].metrics
        widths = {code: advances[name][0] for code, name in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm
