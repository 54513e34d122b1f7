"""What happened, in order: a list in memory and, where a file is named, JSON lines on the disk."""

import json
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock


def now() -> str:
    """This moment as UTC ISO 8601 with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Journal:
    """Callable from any thread; a line is on its way to the disk when `write` returns."""

    def __init__(self, path: Path | None = None) -> None:
        self.lines: list[dict[str, object]] = []
        self._lock = Lock()
        self._file = path.open("a", encoding="utf-8") if path else None

    def write(self, kind: str, **fields: object) -> None:
        """One line; `at` is now, unless it is given or the line has moments of its own."""
        line = {"kind": kind, **fields}
        if "at_begin" not in fields:
            line.setdefault("at", now())
        with self._lock:
            self.lines.append(line)
            if self._file:
                self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._file.flush()

    def close(self) -> None:
        """Lines that come later are kept in memory only."""
        with self._lock:
            if self._file:
                self._file.close()
            self._file = None
