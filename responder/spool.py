"""The local refuge of authentic inbound messages while the database is away.

One file a message. It is named by what makes two deliveries the same, so that a repeat finds the
first. The order is the time of receipt in there. Any number of processes may keep at once, and
one at a time replays. What cannot be received goes to `quarantine/`; a file that is moved back
from there is replayed.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

import structlog

from responder.core.messages import Inbound
from responder.errors import DatabaseAway, SettingsError
from responder.spool_disk import Stamp, content, draft, files, flush, or_broken, sole
from responder.spool_file import decode, encode, file_name

_STALE = 3600  # seconds; nobody takes an hour to write one file
_log = structlog.get_logger()


class Spool:
    """The spool in one folder, made with its parents. It must allow hard links and locks.

    Raises SettingsError when a message could not be kept there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._quarantine = folder / "quarantine"
        self._empty_at = -1
        try:
            self._make()
            self._kept_at = Stamp(folder / "kept-at")
        except OSError as error:
            raise SettingsError(
                f"RESPONDER_SPOOL: {folder} cannot be written ({error.strerror}): name a folder on"
                " a local disk that this process may write"
            ) from error

    def keep(self, message: Inbound) -> None:
        """Durable when it returns; of the same message, the first stays. Raises SpoolBroken."""
        with or_broken("written"), draft(self._folder, encode(message)) as drafted:
            path = self._folder / file_name(message)
            self._kept_at.set()
            try:
                os.link(drafted, path)  # a rename would replace the first
            except FileExistsError:
                if not _holds(path, message):
                    os.link(drafted, _beside(path))
            self._kept_at.set()  # whoever looked in between saw no file yet
            flush(self._folder)  # for a repeat too: the first may be on its way

    def kept(self, message: Inbound) -> Inbound | None:
        """The same message as it waits here, with its own time of receipt; None where it does not.

        Never raises: what cannot be read is for the replay to see to. Asks the disk only if
        anything was kept since the spool was last seen empty: this stands in every message's way.
        """
        if self._kept_at.get() < self._empty_at:
            return None
        with suppress(OSError, ValueError):
            found = decode(content(self._folder / file_name(message)))
            return found if found.key == message.key else None
        return None

    def waiting(self) -> int:
        """How many files wait to be replayed. Raises SpoolBroken."""
        begun = time.monotonic_ns()
        count = len(files(self._folder, ".json"))
        self._empty_at = -1 if count else begun
        return count

    def quarantined(self) -> int:
        """How many files need a person. Raises SpoolBroken."""
        return len(files(self._quarantine, ".json"))

    def replay(
        self, receive: Callable[[Sequence[Inbound]], Sequence[object | Exception]], batch: int = 64
    ) -> int:
        """Hand over what waits now, the earliest first; how many messages were received.

        `receive` answers for each message of a batch. DatabaseAway in the place of an answer
        leaves that message for the next time; any other exception there puts it into quarantine.
        What `receive` raises ends the replay, and its batch stays. Does nothing while another
        process replays. Raises SpoolBroken.
        """
        with sole(self._folder / "lock") as ours:
            if not ours:
                return 0
            self._sweep()
            paths = self._in_order()
            starts = range(0, len(paths), batch)
            return sum(self._hand_over(paths[start : start + batch], receive) for start in starts)

    def _make(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._quarantine.mkdir(mode=0o700, exist_ok=True)
        with suppress(PermissionError):  # a parent that we may not read is not of our making
            flush(self._folder.parent)
        with draft(self._folder, b"") as drafted:
            probe = drafted.with_suffix(".probe.tmp")
            os.link(drafted, probe)
            probe.unlink()
        flush(self._folder)

    def _sweep(self) -> None:
        """Remove the drafts of processes that were killed."""
        with or_broken("written"):
            for left in files(self._folder, ".tmp"):
                with suppress(FileNotFoundError):
                    if time.time() - left.lstat().st_mtime > _STALE:
                        left.unlink()

    def _in_order(self) -> list[Path]:
        """Only times and names are held: after a long night there may be very many messages."""
        read = ((self._read(path), path) for path in files(self._folder, ".json"))
        return [path for _, path in sorted((m.received_at, path) for m, path in read if m)]

    def _hand_over(
        self, paths: list[Path], receive: Callable[[Sequence[Inbound]], Sequence[object]]
    ) -> int:
        messages = {path: message for path in paths if (message := self._read(path))}
        if not messages:
            return 0
        answers = receive(list(messages.values()))
        with or_broken("written"):
            settled = zip(messages, answers, strict=True)
            received = sum(self._settle(path, answer) for path, answer in settled)
            flush(self._folder)
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
            return decode(content(path))
        except OSError as error:
            _log.warning("spool_unreadable", file=path.name, error=error.strerror)
        except ValueError as error:
            self._set_aside(path, str(error))
        return None

    def _set_aside(self, path: Path, reason: str) -> None:
        aside = self._quarantine / path.name
        with or_broken("written"):
            path.rename(_beside(aside) if os.path.lexists(aside) else aside)
            flush(self._quarantine)
        _log.error("spool_quarantined", file=path.name, reason=reason)


def _beside(path: Path) -> Path:
    """Another name for a file whose own name is taken by what is not the same."""
    return path.with_name(f"{path.stem}.{token_hex(8)}.json")


def _holds(path: Path, message: Inbound) -> bool:
    """Whether the same message is safe there: not torn, nor another whose id differs in case."""
    try:
        return decode(content(path)).key == message.key
    except (OSError, ValueError):
        return False
