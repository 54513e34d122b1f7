"""The product with its statements and commits counted, for a pass of its own.

Every worker process counts into a small file of its own; the bench adds them up. The product's
code is as it is: SQLAlchemy tells of its statements and commits, and what goes to the driver by
itself is counted on its way through `responder.store.bulk`.
"""

import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from responder.store import bulk

FOLDER = "BENCH_COUNTS"
"""The environment variable that names the folder of the counts."""

_LAYOUT = struct.Struct("<qq")


@dataclass(frozen=True, slots=True)
class Counts:
    """Statements (without BEGIN and COMMIT) and commits, since the start."""

    statements: int
    commits: int

    def __sub__(self, earlier: "Counts") -> "Counts":
        return Counts(self.statements - earlier.statements, self.commits - earlier.commits)


def read(folder: Path) -> Counts:
    """What all workers have counted so far."""
    found = [_LAYOUT.unpack(path.read_bytes()) for path in folder.iterdir()]
    return Counts(sum(one[0] for one in found), sum(one[1] for one in found))


def create() -> Flask:
    """The product's application, counted."""
    _listen(Path(os.environ[FOLDER]) / str(os.getpid()))
    from wsgi import app  # noqa: PLC0415 (made only once the counters listen)

    return app


def _listen(path: Path) -> None:
    path.write_bytes(bytes(_LAYOUT.size))
    with path.open("r+b") as file:
        shared = mmap.mmap(file.fileno(), _LAYOUT.size)
    lock = Lock()

    def add(statements: int, commits: int) -> None:
        with lock:
            old = _LAYOUT.unpack_from(shared)
            _LAYOUT.pack_into(shared, 0, old[0] + statements, old[1] + commits)

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        add(not statement.startswith("BEGIN"), 0)

    def on_commit(_connection: Any) -> None:
        add(0, 1)

    def count_and_execute(*arguments: Any) -> list[Any]:
        add(1, 0)
        return to_driver(*arguments)

    to_driver = bulk.execute
    bulk.execute = count_and_execute  # type: ignore[assignment]
    event.listen(Engine, "before_cursor_execute", on_statement)
    event.listen(Engine, "commit", on_commit)
