"""The vocabulary as it was last loaded, kept in the user's cache folder.

Reading 3,000 patterns takes seconds, and every process and every command needs them. What is kept
is named by a hash of the data and of the code that makes it, so it never outlives either; where
nothing can be kept, each process loads anew.
"""

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

Made = TypeVar("Made")
_PREFIX = "vocabulary."


def compiled(sources: Iterable[Path], make: Callable[[], Made]) -> Made:
    """What `make` made of these sources, now or earlier."""
    folder = _folder()
    if folder is None:
        return make()
    path = folder / f"{_PREFIX}{_hash(sources)}.pickle"
    kept: Made | None = _read(path)
    if kept is not None:
        return kept
    made = make()
    _keep(path, made)
    return made


def _folder() -> Path | None:
    """A folder that nobody else can write to: what is in there is trusted as our own code is."""
    try:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "responder"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except (OSError, RuntimeError):
        return None
    mine = found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return folder if mine else None


def _hash(sources: Iterable[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(sources):
        digest.update(f"{path.parent.name}/{path.name}".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _read(path: Path) -> Any:
    try:
        return pickle.loads(path.read_bytes())  # noqa: S301 (nobody else can have written it)
    except Exception:  # a boundary: whatever is wrong with it, it is made anew
        return None


def _keep(path: Path, made: object) -> None:
    """Whole or not at all; what was kept for other versions goes."""
    mine = path.with_suffix(f".{os.getpid()}")
    try:
        mine.write_bytes(pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
        for former in path.parent.glob(f"{_PREFIX}*.pickle"):
            former.unlink(missing_ok=True)
        mine.replace(path)
    except OSError:
        mine.unlink(missing_ok=True)
