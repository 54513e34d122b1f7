"""What the spool asks of a disk: durable names, locks, and files that no link leads elsewhere."""

import fcntl
import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from responder.errors import ResponderError

_STAMP_BYTES = 8


class SpoolBroken(ResponderError):
    """The spool cannot be read or written now; what was not kept, the provider shall retry."""


@contextmanager
def or_broken(done: str) -> Iterator[None]:
    """Any OSError in this block becomes SpoolBroken; `done` says what cannot be."""
    try:
        yield
    except OSError as error:
        raise SpoolBroken(f"the spool cannot be {done} ({error.strerror})") from error


@contextmanager
def draft(folder: Path, content: bytes) -> Iterator[Path]:
    """A flushed file under a name that replay does not read, gone in the end."""
    path = folder / f"{token_hex(16)}.tmp"
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        with suppress(OSError):
            path.unlink()


@contextmanager
def sole(path: Path) -> Iterator[bool]:
    """Whether we hold the lock, which ends with us, however we end."""
    with or_broken("locked"):
        lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        with or_broken("locked"):
            ours = _locked(lock)
        yield ours
    finally:
        os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Stamp:
    """A moment that all processes of this machine share; to read it asks nothing of the disk."""

    def __init__(self, path: Path) -> None:
        opened = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            os.ftruncate(opened, _STAMP_BYTES)
            self._shared = mmap.mmap(opened, _STAMP_BYTES)
        finally:
            os.close(opened)

    def set(self) -> None:
        """It is now."""
        self._shared[:] = time.monotonic_ns().to_bytes(_STAMP_BYTES, "little")

    def get(self) -> int:
        """Nanoseconds of this machine's monotonic clock."""
        return int.from_bytes(self._shared[:], "little")


def files(folder: Path, suffix: str) -> list[Path]:
    """Regular files only: a link may lead out of the folder. Raises SpoolBroken."""
    with or_broken("read"), os.scandir(folder) as entries:
        return [
            folder / entry.name
            for entry in entries
            if entry.name.endswith(suffix) and entry.is_file(follow_symlinks=False)
        ]


def content(path: Path) -> bytes:
    """What a file holds. Raises OSError, also for a link."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read()


def flush(folder: Path) -> None:
    """Make the folder's names durable, not only what they name. Raises OSError."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
