"""The rows of a file that were not taken: line, column, value and reason, beside the file."""

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from responder.core.import_rows import Fault
from responder.errors import ResponderError
from responder.export.cells import safe_cell

_HEADING = ("line", "column", "value", "reason")


class Rejects:
    """Writes faults to a file that comes into being with the first one; 0600, numbers are in it.

    An import that goes on after line `kept` keeps what was written of the lines until there.
    """

    def __init__(self, path: Path, kept: int = 0) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None
        if kept and path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                old = [row for row in csv.reader(file) if row[0].isdigit() and int(row[0]) <= kept]
            self._rows(old)

    def add(self, faults: Iterable[Fault]) -> None:
        """Write faults; they are on the disk when this returns."""
        self._rows(
            [str(fault.line), fault.column, safe_cell(fault.value), fault.reason]
            for fault in faults
        )

    def close(self) -> None:
        """Nothing more comes."""
        if self._file:
            self._file.close()

    def _rows(self, rows: Iterable[list[str]]) -> None:
        rows = list(rows)
        if not rows:
            return
        file = self._file = self._file or self._open()
        csv.writer(file).writerows(rows)
        file.flush()
        self.count += len(rows)

    def _open(self) -> TextIO:
        try:
            self.path.unlink(missing_ok=True)
            file = os.fdopen(
                os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600),
                "w",
                encoding="utf-8",
                newline="",
            )
        except OSError as error:
            raise ResponderError(
                f"{self.path} cannot be written: {error.strerror}. Name another with --rejected"
            ) from error
        csv.writer(file).writerow(_HEADING)
        return file
