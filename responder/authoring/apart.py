"""Examine a config folder in a process of its own, so that what serves is not slowed meanwhile.

The other process is this module; it writes what it found as a pickle, in which the vocabulary is
named only, since every process has it.
"""

import io
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from responder.authoring import Examined, examine
from responder.errors import ConfigError
from responder.vocabulary import load_vocabulary

Mark = tuple[tuple[str, int, int, int], ...]
"""(path, time of change in ns, size, inode) of every file."""

_AT_MOST = 120.0
_VOCABULARY = "vocabulary"


def mark_of(directory: Path) -> Mark:
    """What tells whether anything in a folder has changed, without reading it."""
    return tuple(_marks(directory))


def examine_apart(directory: Path) -> Examined:
    """What `examine` finds. Raises ConfigError where the other process failed."""
    command = [sys.executable, "-m", __name__, str(directory)]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_AT_MOST)  # noqa: S603
        examined: Examined = _Unpickler(io.BytesIO(done.stdout)).load()
    except Exception as error:  # a boundary: another version of this software may have written it
        why = type(error).__name__
        raise ConfigError(
            f"{directory} could not be examined ({why}): restart the service"
        ) from error
    return examined


def _marks(directory: Path) -> Iterator[tuple[str, int, int, int]]:
    for path in sorted(directory.rglob("*")):
        try:
            found = path.stat()
        except OSError:  # it is being replaced at this moment
            continue
        yield str(path), found.st_mtime_ns, found.st_size, found.st_ino


class _Pickler(pickle.Pickler):
    def persistent_id(self, one: object) -> str | None:
        return _VOCABULARY if one is load_vocabulary() else None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, _name: str) -> object:
        return load_vocabulary()


def main() -> None:
    """Examine the folder that the command line names, leaving the processor to others."""
    os.nice(19)
    _Pickler(sys.stdout.buffer, pickle.HIGHEST_PROTOCOL).dump(examine(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
