"""The contact base as files in a folder: one a programme and day, for tools that fetch files."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from responder.core.catalog import Catalog
from responder.errors import ResponderError
from responder.store.database import Database
from responder.store.reports import questions, subscriptions

Write = Callable[[Iterable[dict[str, Any]], BinaryIO, Sequence[str]], int]
"""Writes rows as CSV with columns for these questions, as `contacts export` does."""


def export(database: Database, catalog: Catalog, folder: Path, write: Write, now: datetime) -> int:
    """Write `<programme>-<date>.csv` (UTC) where there is none of today; gives how many.

    Each holds who is active now. It appears whole or not at all, and for its owner only. Raises
    ResponderError where the folder cannot be written.
    """
    written = 0
    for programme in catalog.programmes:
        file = folder / f"{programme}-{now:%Y-%m-%d}.csv"
        if not file.exists():
            _export(database, programme, file, write)
            written += 1
    return written


def _export(database: Database, programme: str, file: Path, write: Write) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as draft:
            try:
                with database.read_long() as connection:
                    rows = subscriptions(connection, programme, "active")
                    write(rows, draft, questions(connection, programme))  # type: ignore[arg-type]
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(file)
            except BaseException:
                Path(draft.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ResponderError(f"{file} cannot be written: {error.strerror}") from error
