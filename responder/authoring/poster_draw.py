"""A laid-out poster as SVG, PNG and PDF. The three show the same."""

import io
from collections.abc import Callable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from responder.authoring.poster_blocks import Box, Line
from responder.authoring.poster_font import BOLD, FACES, FAMILY, REGULAR, embedded, font_path, width
from responder.authoring.poster_layout import Sheet

_INK, _PAPER = "#14213d", "#ffffff"
_MM_PER_POINT = 25.4 / 72
_DPI = 300
_WEIGHTS = {REGULAR: 400, BOLD: 700}


def to_svg(sheet: Sheet) -> bytes:
    """An SVG with its text as text and the typeface inside, in millimetres."""
    wide, high = (f"{side * _MM_PER_POINT:.1f}mm" for side in (sheet.width, sheet.height))
    view = f"0 0 {sheet.width:.2f} {sheet.height:.2f}"
    panel = sheet.panel
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="{view}"'
        f" xml:lang={quoteattr(sheet.language)}>",
        f"<title>{escape(sheet.title)}</title>",
        f"<style>{''.join(_font_faces(sheet))}text{{font-kerning:none}}</style>",
        f'<rect width="100%" height="100%" fill="{_PAPER}"/>',
        f'<rect width="{panel.width:.2f}" height="{panel.height:.2f}" fill="{_INK}"/>',
        *map(_svg_line, sheet.lines),
        f'<path d="{"".join(_svg_runs(sheet))}" fill="#000000" shape-rendering="crispEdges"/>',
        "</svg>\n",
    )
    return "\n".join(parts).encode()


def _font_faces(sheet: Sheet) -> Iterator[str]:
    for face in FACES:
        texts = [line.text for line in sheet.lines if line.face == face]
        source = f"url(data:font/ttf;base64,{embedded(face, texts)})"
        weight = _WEIGHTS[face]
        yield f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:{source}}}"


def _svg_line(line: Line) -> str:
    family = f"'{FAMILY}', sans-serif"
    return (
        f'<text x="{line.x:.2f}" y="{line.y:.2f}" font-size="{line.size:.2f}" '
        f'font-family="{family}" font-weight="{_WEIGHTS[line.face]}" '
        f'textLength="{line.box.width:.2f}" lengthAdjust="spacingAndGlyphs" '
        f'fill="{_colour(line)}">{escape(line.text)}</text>'
    )


def _svg_runs(sheet: Sheet) -> Iterator[str]:
    for run in _runs(sheet):
        right, down, left = f"{run.width:.3f}", f"{run.height:.3f}", f"{-run.width:.3f}"
        yield f"M{run.x:.3f} {run.y:.3f}h{right}v{down}h{left}z"


def to_pdf(sheet: Sheet) -> bytes:
    """A PDF of one page; its typeface is embedded, its text can be searched and copied."""
    pdf = FPDF(unit="pt", format=(sheet.width, sheet.height))
    pdf.set_auto_page_break(auto=False)
    pdf.set_title(sheet.title)
    pdf.set_lang(sheet.language)
    for face in FACES:
        pdf.add_font(face, fname=font_path(face))
    pdf.add_page()
    _fill(pdf, sheet.panel, _INK)
    for line in sheet.lines:
        pdf.set_font(line.face, size=line.size)
        pdf.set_text_color(_colour(line))
        pdf.text(line.x, line.y, line.text)
    for run in _runs(sheet):
        _fill(pdf, run, "#000000")
    return bytes(pdf.output())


def _fill(pdf: FPDF, box: Box, colour: str) -> None:
    pdf.set_fill_color(colour)
    pdf.rect(box.x, box.y, box.width, box.height, style="F")


def to_png(sheet: Sheet) -> bytes:
    """A picture of 300 dots an inch; the code's modules are whole dots."""
    scale = _DPI / 72
    picture = Image.new("RGB", (round(sheet.width * scale), round(sheet.height * scale)), _PAPER)
    draw = ImageDraw.Draw(picture)
    panel = sheet.panel
    draw.rectangle((0, 0, panel.width * scale, panel.height * scale), fill=_INK)
    for line in sheet.lines:
        _letter(draw, line, scale)
    _paste_code(picture, sheet, scale)
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(_DPI, _DPI), optimize=True)
    return file.getvalue()


def _letter(draw: ImageDraw.ImageDraw, line: Line, scale: float) -> None:
    """A line letter by letter: Pillow rounds advances to whole dots, and lines would differ."""
    font = ImageFont.truetype(font_path(line.face), line.size * scale)
    for place, letter in enumerate(line.text):
        x = line.x + width(line.text[:place], line.face, line.size)
        draw.text((x * scale, line.y * scale), letter, font=font, fill=_colour(line), anchor="ls")


def _paste_code(picture: Image.Image, sheet: Sheet, scale: float) -> None:
    count = len(sheet.modules)
    code = Image.new("1", (count, count))
    code.putdata([0 if dark else 255 for row in sheet.modules for dark in row])
    side = max(1, int(sheet.code.width * scale / count)) * count
    spare = (sheet.code.width * scale - side) / 2
    corner = (round(sheet.code.x * scale + spare), round(sheet.code.y * scale + spare))
    picture.paste(code.resize((side, side), Image.Resampling.NEAREST), corner)


def _runs(sheet: Sheet) -> Iterator[Box]:
    """The dark modules as rectangles, neighbours in a row together."""
    side = sheet.code.width / len(sheet.modules)
    for row, modules in enumerate(sheet.modules):
        y = sheet.code.y + row * side
        start = None
        for column, dark in enumerate(modules):  # the quiet zone ends every run
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                yield Box(sheet.code.x + start * side, y, (column - start) * side, side)
                start = None


def _colour(line: Line) -> str:
    return _PAPER if line.light else _INK


DRAWINGS: Mapping[str, Callable[[Sheet], bytes]] = {"svg": to_svg, "png": to_png, "pdf": to_pdf}
"""Format → how a sheet is drawn in it."""
