"""The contact base as CSV, XLSX and JSON Lines; nothing in it runs in a spreadsheet."""

import csv
import functools
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import xlsxwriter  # type: ignore[import-untyped]

from responder.cli.cells import safe_cell
from responder.cli.progress import Progress
from responder.store.reports import FIELDS

_SHEET_ROWS = 1_048_575
"""Rows that one sheet of a workbook holds, below its heading."""
_BATCH = 1000
Row = dict[str, Any]
_harmless = functools.lru_cache(maxsize=4096)(safe_cell)
"""For what has few values: words, posters, tags."""


def write_jsonl(rows: Iterable[Row], out: BinaryIO, asked: Sequence[str] = ()) -> int:  # noqa: ARG001
    """One object a line; answers are an object of their own."""
    count = 0
    for batch in _batches(rows):
        out.write(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in batch))
        count += len(batch)
    return count


def write_csv(rows: Iterable[Row], out: BinaryIO, asked: Sequence[str] = ()) -> int:
    """A heading and a line a row; nothing in it runs in a spreadsheet. Columns for `asked`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_heading(asked))
    count = 0
    for batch in _batches(rows):
        writer.writerows([_cells(row, asked) for row in batch])
        count += len(batch)
        out.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
    out.write(text.getvalue().encode())
    return count


def write_xlsx(rows: Iterable[Row], out: BinaryIO, asked: Sequence[str] = ()) -> int:
    """A workbook of text cells, which neither run nor lose a digit."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as draft:
        book = xlsxwriter.Workbook(draft.name, {"constant_memory": True})
        count, sheet = 0, None
        for count, row in enumerate(chain.from_iterable(_batches(rows)), start=1):
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


WRITERS: Mapping[str, Callable[..., int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "jsonl": write_jsonl,
}


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    progress, rows, count = Progress("subscriptions"), iter(rows), 0
    while batch := list(islice(rows, _BATCH)):
        yield batch
        count += len(batch)
        progress.at(count)
    progress.done()


def _sheet(book: Any, asked: Sequence[str]) -> Any:
    sheet = book.add_worksheet()
    for column, name in enumerate(_heading(asked)):
        sheet.write_string(0, column, name)
    return sheet


def _heading(asked: Sequence[str]) -> list[str]:
    return [*FIELDS, *(f"answer_{question}" for question in asked)]


def _values(row: Row, asked: Sequence[str]) -> list[Any]:
    """The cells of a row as they are."""
    answers = row["answers"]
    row["tags"] = ",".join(row["tags"])
    return [*(row[name] for name in FIELDS), *(answers.get(question) for question in asked)]


def _cells(row: Row, asked: Sequence[str]) -> list[Any]:
    """The cells of a row for a text file: what people and marketers wrote is made harmless."""
    row["keyword"] = _harmless(row["keyword"])
    row["source"] = _harmless(row["source"])
    row["language"] = _harmless(row["language"])
    row["tags"] = _harmless(",".join(row["tags"]))
    answers = row.pop("answers")
    if not asked:
        return list(row.values())
    return [*row.values(), *(safe_cell(answers.get(question)) for question in asked)]
