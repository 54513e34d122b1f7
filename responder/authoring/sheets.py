"""Files of rows as people have them: CSV in any dress, XLSX, JSON Lines; one row at a time."""

import codecs
import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from responder.errors import ResponderError

_EXCEL = (".xlsx", ".xlsm", ".xls", ".ods")
_JSON = (".jsonl", ".ndjson", ".json")
_DELIMITERS = ",;\t|"
_BLOCK = 1 << 20
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be read at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened file. `columns` is empty for JSON Lines, whose rows bring their own.

    `rows` gives (line, cells by column) in the file's order; `notices` is what was guessed.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Cells | Broken]]
    notices: tuple[str, ...] = ()


def open_sheet(path: Path, sheet: str | None = None) -> Sheet:
    """Open a file by its ending; `sheet` names one of a workbook. Raises ResponderError."""
    try:
        if path.suffix.lower() in _EXCEL:
            return _workbook(path, sheet)
        if path.suffix.lower() in _JSON:
            return Sheet((), _json_lines(path))
        return _csv(path)
    except OSError as error:
        raise ResponderError(f"{path} cannot be read: {error.strerror}") from error


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _csv(path: Path) -> Sheet:
    encoding, notices = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        heading = file.readline()
    delimiter = _delimiter(heading)
    rows = _csv_rows(path, encoding, delimiter)
    first = next(rows, None)
    if first is None or isinstance(first[1], Broken):
        raise ResponderError(f"{path} is empty: its first line names the columns")
    columns = tuple(cell.strip() for cell in first[1])
    return Sheet(columns, _by_column(columns, rows), notices)


def _encoding(path: Path) -> tuple[str, tuple[str, ...]]:
    """UTF-8, UTF-16 where the file says so, else what Windows wrote; judged by the whole file."""
    with path.open("rb") as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", ()
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", ("the file is not UTF-8; it was read as Windows-1252",)
    return "utf-8-sig", ()


def _delimiter(heading: str) -> str:
    """What stands between the names of the columns, outside of quotation marks."""
    bare = "".join(heading.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)


def _csv_rows(
    path: Path, encoding: str, delimiter: str
) -> Iterator[tuple[int, list[str] | Broken]]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, Broken(f"this line cannot be read ({error})")
                continue
            if row:
                yield line, row


def _by_column(
    columns: tuple[str, ...], rows: Iterator[tuple[int, list[str] | Broken]]
) -> Iterator[tuple[int, Cells | Broken]]:
    width = len(columns)
    for line, row in rows:
        if isinstance(row, list) and len(row) > width and any(row[width:]):
            yield (
                line,
                Broken(f"{len(row)} cells below {width} columns: is a quotation mark missing?"),
            )
        elif isinstance(row, list):
            yield line, dict(zip(columns, row, strict=False))
        else:
            yield line, row


def _workbook(path: Path, name: str | None) -> Sheet:
    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        sheet = book.get_sheet_by_name(name or names[0])
        cells = sheet.iter_rows()
    except WorksheetNotFound:
        raise ResponderError(f"{path} has no sheet {name!r}: it has {', '.join(names)}") from None
    except (CalamineError, IndexError) as error:
        raise ResponderError(f"{path} is no workbook that can be read ({error})") from error
    skipped = sheet.start[0] if sheet.start else 0
    rows = ((line, [_text(c) for c in row]) for line, row in enumerate(cells, start=skipped + 1))
    filled = ((line, row) for line, row in rows if any(row))
    first = next(filled, None)
    if first is None:
        raise ResponderError(f"{path} is empty: its first line names the columns")
    columns = tuple(cell.strip() for cell in first[1])
    others = [other for other in names if other != (name or names[0])]
    unread = (f"only the sheet {names[0]!r} was read; others: {', '.join(others)}",)
    return Sheet(columns, _by_column(columns, filled), unread if others and not name else ())


def _json_lines(path: Path) -> Iterator[tuple[int, Cells | Broken]]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield line, dict(_flat(found))
            else:
                yield line, Broken("no JSON object on one line")


def _flat(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """An export's `answers` become its columns `answer_…`; a list becomes text with commas."""
    for key, value in row.items():
        if key == "answers" and isinstance(value, dict):
            yield from ((f"answer_{name}", _text(answer)) for name, answer in value.items())
        elif isinstance(value, list):
            yield key, ",".join(map(_text, value))
        else:
            yield key, _text(value)


def _text(value: object) -> str:
    """A cell as text: a spreadsheet's number without its decimal point."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.isoformat()
    return str(value)
