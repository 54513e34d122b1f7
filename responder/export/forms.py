"""The contact base as CSV, XLSX and JSON Lines; nothing in it runs in a spreadsheet."""

import csv
import functools
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import xlsxwriter  # type: ignore[import-untyped]

from responder.export.cells import safe_cell
from responder.store.reports import ALL_FIELDS, FIELDS, Row

_SHEET_ROWS = 1_048_575
"""Rows that one sheet of a workbook holds, below its heading."""
Pages = Iterable[Sequence[Row]]
_harmless = functools.lru_cache(maxsize=4096)(safe_cell)
"""For what has few values: words, posters, tags."""


def write_jsonl(pages: Pages, out: BinaryIO, asked: Sequence[str] = ()) -> int:  # noqa: ARG001
    """One object a line; answers are an object of their own. Gives how many rows there were."""
    count = 0
    for page in pages:
        objects = (dict(zip(ALL_FIELDS, row, strict=True)) for row in page)
        out.write(b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in objects))
        count += len(page)
    return count


def write_csv(pages: Pages, out: BinaryIO, asked: Sequence[str] = ()) -> int:
    """A heading and a line a row; nothing in it runs in a spreadsheet. Columns for `asked`."""
    out.write(_as_csv([_heading(asked)]))
    count = 0
    for page in pages:
        out.write(_as_csv(_cells(row, asked) for row in page))
        count += len(page)
    return count


def write_xlsx(pages: Pages, out: BinaryIO, asked: Sequence[str] = ()) -> int:
    """A workbook of text cells, which neither run nor lose a digit."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as draft:
        book = xlsxwriter.Workbook(draft.name, {"constant_memory": True})
        count, sheet = 0, None
        for count, row in enumerate(chain.from_iterable(pages), start=1):
            below = (count - 1) % _SHEET_ROWS
            if below == 0:
                sheet = _sheet(book, asked)
            for column, value in enumerate(_values(row, asked)):
                if value is not None and sheet:
                    sheet.write_string(below + 1, column, str(value))
        if sheet is None:
            _sheet(book, asked)
        book.close()
        with Path(draft.name).open("rb") as done:
            shutil.copyfileobj(done, out)
    return count


WRITERS: Mapping[str, Callable[[Pages, BinaryIO, Sequence[str]], int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "jsonl": write_jsonl,
}


def _sheet(book: Any, asked: Sequence[str]) -> Any:
    sheet = book.add_worksheet()
    for column, name in enumerate(_heading(asked)):
        sheet.write_string(0, column, name)
    return sheet


def _heading(asked: Sequence[str]) -> list[str]:
    return [*FIELDS, *(f"answer_{question}" for question in asked)]


def _as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _values(row: Row, asked: Sequence[str]) -> list[Any]:
    """The cells of a row as they are."""
    *values, tags, answers = row
    return [*values, ",".join(tags), *(answers.get(question) for question in asked)]


def _cells(row: Row, asked: Sequence[str]) -> Sequence[Any]:
    """The cells of a row for a text file: what people and marketers wrote is made harmless."""
    address, programme, state, since, ended, keyword, source, language, *rest, tags, answers = row
    return (
        *(address, programme, state, since, ended),
        *(_harmless(keyword), _harmless(source), _harmless(language)),
        *rest,
        _harmless(",".join(tags)) if tags else "",
        *(safe_cell(answers.get(question)) for question in asked),
    )
