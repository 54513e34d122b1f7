"""The local refuge of authentic inbound messages while the database is away.

One file a message. It is named by what makes two deliveries the same, so that a repeat finds the
first: `<provider>-<provider message id>.json`. Its first line is the SHA-256 of the rest, the
rest is the Inbound as one JSON object; the order is the time of receipt in there. Any number of
processes may keep at once, and one at a time replays. What cannot be received goes to
`quarantine/`; a file that is moved back from there is replayed.
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

import structlog

from responder.core.messages import Inbound
from responder.errors import DatabaseAway, ResponderError, SettingsError

_STALE = 3600  # seconds; nobody takes an hour to write one file
_SAFE = re.compile(r"[\w-]{1,80}", re.ASCII)
_log = structlog.get_logger()


class SpoolBroken(ResponderError):
    """The spool cannot be read or written now; what was not kept, the provider shall retry."""


class Spool:
    """The spool in one folder, made with its parents. It must allow hard links and locks.

    Raises SettingsError when a message could not be kept there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._quarantine = folder / "quarantine"
        try:
            self._make()
        except OSError as error:
            raise SettingsError(
                f"RESPONDER_SPOOL: {folder} cannot be written ({error.strerror}): name a folder on"
                " a local disk that this process may write"
            ) from error

    def keep(self, message: Inbound) -> None:
        """Durable when it returns; of the same message, the first stays. Raises SpoolBroken."""
        with _or_broken("written"), self._draft(_encode(message)) as draft:
            path = self._folder / _name(message)
            try:
                os.link(draft, path)  # a rename would replace the first
            except FileExistsError:
                if not _holds(path, message):
                    os.link(draft, _beside(path))
            _flush(self._folder)  # for a repeat too: the first may be on its way

    def kept(self, message: Inbound) -> Inbound | None:
        """The same message as it waits here, with its own time of receipt; None where it does not.

        Never raises: what cannot be read is for the replay to see to.
        """
        with suppress(OSError, ValueError):
            found = _decode(_content(self._folder / _name(message)))
            return found if found.key == message.key else None
        return None

    def waiting(self) -> int:
        """How many files wait to be replayed. Raises SpoolBroken."""
        return len(_files(self._folder, ".json"))

    def quarantined(self) -> int:
        """How many files need a person. Raises SpoolBroken."""
        return len(_files(self._quarantine, ".json"))

    def replay(
        self, receive: Callable[[Sequence[Inbound]], Sequence[object | Exception]], batch: int = 64
    ) -> int:
        """Hand over what waits now, the earliest first; how many messages were received.

        `receive` answers for each message of a batch. DatabaseAway in the place of an answer
        leaves that message for the next time; any other exception there puts it into quarantine.
        What `receive` raises ends the replay, and its batch stays. Does nothing while another
        process replays. Raises SpoolBroken.
        """
        with _sole(self._folder / "lock") as sole:
            if not sole:
                return 0
            self._sweep()
            paths = self._in_order()
            starts = range(0, len(paths), batch)
            return sum(self._hand_over(paths[start : start + batch], receive) for start in starts)

    def _make(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._quarantine.mkdir(mode=0o700, exist_ok=True)
        with suppress(PermissionError):  # a parent that we may not read is not of our making
            _flush(self._folder.parent)
        with self._draft(b"") as draft:
            probe = draft.with_suffix(".probe.tmp")
            os.link(draft, probe)
            probe.unlink()
        _flush(self._folder)

    @contextmanager
    def _draft(self, content: bytes) -> Iterator[Path]:
        """A flushed file under a name that replay does not read, gone in the end."""
        draft = self._folder / f"{token_hex(16)}.tmp"
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as f:
                f.write(content)
                f.flush()
                os.fsync(f.fileno())
            yield draft
        finally:
            with suppress(OSError):
                draft.unlink()

    def _sweep(self) -> None:
        """Remove the drafts of processes that were killed."""
        with _or_broken("written"):
            for draft in _files(self._folder, ".tmp"):
                with suppress(FileNotFoundError):
                    if time.time() - draft.lstat().st_mtime > _STALE:
                        draft.unlink()

    def _in_order(self) -> list[Path]:
        """Only times and names are held: after a long night there may be very many messages."""
        read = ((self._read(path), path) for path in _files(self._folder, ".json"))
        return [path for _, path in sorted((m.received_at, path) for m, path in read if m)]

    def _hand_over(
        self, paths: list[Path], receive: Callable[[Sequence[Inbound]], Sequence[object]]
    ) -> int:
        messages = {path: message for path in paths if (message := self._read(path))}
        if not messages:
            return 0
        answers = receive(list(messages.values()))
        with _or_broken("written"):
            settled = zip(messages, answers, strict=True)
            received = sum(self._settle(path, answer) for path, answer in settled)
            _flush(self._folder)
        return received

    def _settle(self, path: Path, answer: object) -> bool:
        """Whether the message was received, and its file is gone."""
        if not isinstance(answer, Exception):
            path.unlink(missing_ok=True)
            return True
        if not isinstance(answer, DatabaseAway):
            self._set_aside(path, type(answer).__name__)
        return False

    def _read(self, path: Path) -> Inbound | None:
        """None where there is nothing to hand over: quarantined, or left for another reading."""
        try:
            return _decode(_content(path))
        except OSError as error:
            _log.warning("spool_unreadable", file=path.name, error=error.strerror)
        except ValueError as error:
            self._set_aside(path, str(error))
        return None

    def _set_aside(self, path: Path, reason: str) -> None:
        aside = self._quarantine / path.name
        with _or_broken("written"):
            path.rename(_beside(aside) if os.path.lexists(aside) else aside)
            _flush(self._quarantine)
        _log.error("spool_quarantined", file=path.name, reason=reason)


@contextmanager
def _or_broken(done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpoolBroken(f"the spool cannot be {done} ({error.strerror})") from error


@contextmanager
def _sole(path: Path) -> Iterator[bool]:
    """Whether we hold the lock, which ends with us, however we end."""
    with _or_broken("locked"):
        lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        with _or_broken("locked"):
            sole = _locked(lock)
        yield sole
    finally:
        os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _files(folder: Path, suffix: str) -> list[Path]:
    """Regular files only: a link may lead out of the folder."""
    with _or_broken("read"), os.scandir(folder) as entries:
        return [
            folder / entry.name
            for entry in entries
            if entry.name.endswith(suffix) and entry.is_file(follow_symlinks=False)
        ]


def _flush(folder: Path) -> None:
    """Make the folder's names durable, not only what they name."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _name(message: Inbound) -> str:
    provider, message_id = map(_safe, message.key)
    return f"{provider}-{message_id}.json"


def _safe(text: str) -> str:
    """The text itself where every file system takes it, else its digest."""
    if _SAFE.fullmatch(text):
        return text
    return f"sha256.{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _beside(path: Path) -> Path:
    """Another name for a file whose own name is taken by what is not the same."""
    return path.with_name(f"{path.stem}.{token_hex(8)}.json")


def _holds(path: Path, message: Inbound) -> bool:
    """Whether the same message is safe there: not torn, nor another whose id differs in case."""
    try:
        return _decode(_content(path)).key == message.key
    except (OSError, ValueError):
        return False


def _content(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read()


def _encode(message: Inbound) -> bytes:
    fields = asdict(message) | {"received_at": message.received_at.isoformat()}
    body = json.dumps(fields).encode("ascii")
    return sha256(body).hexdigest().encode("ascii") + b"\n" + body


def _decode(content: bytes) -> Inbound:
    """Raises ValueError: `checksum` or `fields`."""
    checksum, _, body = content.partition(b"\n")
    if checksum != sha256(body).hexdigest().encode("ascii"):
        raise ValueError("checksum")
    try:
        fields = json.loads(body)
        received_at = datetime.fromisoformat(fields["received_at"])
        message = Inbound(**fields | {"received_at": received_at, "delayed": True})
    except (ValueError, TypeError, LookupError) as error:
        raise ValueError("fields") from error
    if received_at.tzinfo and all(isinstance(v, str | bool | None) for v in fields.values()):
        return message
    raise ValueError("fields")
