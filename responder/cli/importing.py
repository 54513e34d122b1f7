"""One import from its first row to its last: chunks of rows, each a transaction of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from responder.authoring.sheets import Broken, Cells, Sheet
from responder.cli.columns import Fields
from responder.cli.difference import Difference
from responder.cli.hashes import Hashes
from responder.cli.progress import Progress
from responder.cli.rejects import Rejects
from responder.core.import_evidence import Papers
from responder.core.import_rows import Fault, Reader
from responder.core.provenance import Candidate, FileMark
from responder.export.cells import cell_as_meant
from responder.store import imports, intake, shutting_out
from responder.store.database import Database, is_retryable
from responder.store.imports import Importing, Tally
from responder.store.suppressions import Hasher

CHUNK = 2000
"""Rows a transaction: well below a second, so that nobody who texts waits."""
_TRIES = 5
_Rows = Sequence[tuple[int, Cells | Broken]]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be imported, and how. `told` is how, as text: a change of it begins anew."""

    database: Database
    keys: Hasher
    clock: Callable[[], datetime]
    reader: Reader
    file: FileMark
    told: str
    fields: Fields
    rejected: Path
    dry_run: bool


def carry_out(job: Job, sheet: Sheet) -> tuple[Difference, Path | None]:
    """Import the rows of a sheet; gives the difference, and the file of bad rows if any."""
    found = Difference(joins=job.reader.provenance is not None)
    seen = Hashes()
    if job.dry_run:
        for rows in _chunks(sheet.rows):
            candidates, faults = _read(job, rows, seen, found)
            found.add_faults(faults)
            with job.database.read() as connection:
                found.tally.add(_previewed(job, connection, candidates))
        return found, None
    return _write(job, sheet, seen, found)


def _write(
    job: Job, sheet: Sheet, seen: Hashes, found: Difference
) -> tuple[Difference, Path | None]:
    with job.database.write() as connection:
        import_id, done = imports.begin(connection, job.file.sha256, job.told, job.clock())
    importing = Importing(
        import_id, job.keys, Papers(job.reader.catalog, job.file, job.reader.provenance)
    )
    last = max((line for line, _ in islice(sheet.rows, done)), default=0)
    found.begun_at = done
    progress = Progress("rows")
    with closing(Rejects(job.rejected, last)) as rejects:
        for rows in _chunks(sheet.rows):
            candidates, faults = _read(job, rows, seen, found)
            rejects.add(faults)
            found.add_faults(faults)
            found.tally.add(_committed(job, importing, candidates, done + found.rows))
            progress.at(found.rows)
    with job.database.write() as connection:
        imports.end(connection, import_id, job.clock())
    progress.done()
    return found, rejects.path if rejects.count else None


def _chunks(rows: Iterator[tuple[int, Cells | Broken]]) -> Iterator[_Rows]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _read(
    job: Job, rows: _Rows, seen: Hashes, found: Difference
) -> tuple[list[Candidate], list[Fault]]:
    """The good rows of a chunk, each person once a programme, and the bad ones."""
    candidates, faults = [], []
    for line, cells in rows:
        found.rows += 1
        read = _read_one(job, line, cells)
        if isinstance(read, Fault):
            faults.append(read)
            continue
        if seen.add(hash((read.address.key, read.programme))):
            candidates.append(read)
        else:
            found.twice += 1
    return candidates, faults


def _read_one(job: Job, line: int, cells: Cells | Broken) -> Candidate | Fault:
    if isinstance(cells, Broken):
        return Fault(line, "", "", cells.reason)
    fields = job.fields.of(cells)
    row = {}
    for column, field in fields.items():
        if value := cell_as_meant(cells.get(column, "")):
            row[field] = value
    return job.reader.read(line, row)


def _previewed(job: Job, connection: Connection, candidates: Sequence[Candidate]) -> Tally:
    if job.reader.provenance is None:
        return shutting_out.preview(connection, job.keys, candidates)
    return intake.preview(connection, job.keys, candidates, job.clock())


def _committed(
    job: Job, importing: Importing, candidates: Sequence[Candidate], rows_done: int
) -> Tally:
    """One chunk; again where another transaction stood in its way."""
    act = intake.take_in if job.reader.provenance else shutting_out.shut_out
    for left in reversed(range(_TRIES)):
        try:
            with job.database.write() as connection:
                tally = act(connection, importing, candidates, job.clock())
                imports.advance(connection, importing.import_id, rows_done)
                return tally
        except intake.Overtaken:
            if not left:
                raise
        except DBAPIError as error:
            if not left or not is_retryable(error):
                raise
    raise AssertionError("unreachable")
