"""The spool: what was kept is there after a crash, in order, once, and nothing harms the rest."""

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.core.messages import Inbound
from responder.errors import DatabaseAway, SettingsError
from responder.spool import Spool
from responder.spool_disk import SpoolBroken
from tests.factories import NOON, PERSON, inbound

PATIENCE = 60
"""Seconds after which a process that says nothing is taken for hung; never waited for."""

KEEP_FOR_EVER = """
import sys
from pathlib import Path
from responder.spool import Spool
from tests.factories import inbound
spool = Spool(Path(sys.argv[1]))
while True:
    message = inbound("STOPP" * 40_000)
    spool.keep(message)
    print(message.provider_message_id, flush=True)
"""
REPLAY_ONCE = """
import sys
from pathlib import Path
from responder.spool import Spool
print(Spool(Path(sys.argv[1])).replay(lambda messages: messages))
"""
REPLAY_ALL = """
import sys
from pathlib import Path
from responder.spool import Spool
def receive(messages):
    print(*(message.provider_message_id for message in messages), sep="\\n", flush=True)
    return messages
spool = Spool(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
while spool.waiting():
    spool.replay(receive, batch=1)
"""


class Ledger:
    """A `receive` that answers everything but what it was told to answer otherwise."""

    def __init__(self, **instead: Exception) -> None:
        self.received: list[Inbound] = []
        self.instead = instead

    def __call__(self, messages: Sequence[Inbound]) -> list[object]:
        for message in messages:
            if isinstance(raised := self.instead.get(f"raise_{message.text}"), Exception):
                raise raised
        self.received += messages
        return [self.instead.get(message.text, message.text) for message in messages]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.received]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "spool"


@pytest.fixture
def spool(folder: Path) -> Spool:
    return Spool(folder)


@pytest.fixture
def process(folder: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Another process that runs a script on the same folder, and ends with the test."""
    root = Path(__file__).parent.parent
    started: list[subprocess.Popen[str]] = []

    def start(script: str) -> subprocess.Popen[str]:
        one = subprocess.Popen(
            [sys.executable, "-c", script, folder], cwd=root, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        started.append(one)
        return one

    yield start
    for one in started:
        one.kill()
        one.communicate(timeout=PATIENCE)


def replayed(spool: Spool) -> list[Inbound]:
    ledger = Ledger()
    spool.replay(ledger)
    return ledger.received


def kept_file(folder: Path) -> Path:
    (path,) = folder.glob("*.json")
    return path


def forge(folder: Path, fields: object) -> None:
    """A file whose checksum holds, as another version of this software might have left it."""
    body = json.dumps(fields)
    (folder / "twilio-SM0.json").write_text(f"{sha256(body.encode()).hexdigest()}\n{body}")


def minutes(count: int) -> datetime:
    return NOON + timedelta(minutes=count)


@given(
    st.builds(
        Inbound,
        provider=st.text(),
        provider_message_id=st.text(),
        sender=st.text(),
        recipient=st.text(),
        text=st.text(),
        received_at=st.datetimes(timezones=st.just(UTC)),
        provider_opt_out=st.none() | st.text(),
        raw=st.text(),
        delayed=st.booleans(),
    )
)
@settings(deadline=None, max_examples=60)
def test_any_message_comes_back_as_it_was_kept_but_delayed(message: Inbound) -> None:
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder))
        spool.keep(message)
        assert replayed(spool) == [replace(message, delayed=True)]
        assert (spool.waiting(), spool.quarantined()) == (0, 0)


def test_what_keep_returned_for_is_there_after_the_process_is_killed(
    process: Callable[[str], subprocess.Popen[str]], folder: Path
) -> None:
    keeper = process(KEEP_FOR_EVER)
    assert keeper.stdout
    told = [keeper.stdout.readline().strip() for _ in range(10)]
    keeper.kill()
    told += keeper.communicate(timeout=PATIENCE)[0].split()
    spool = Spool(folder)
    there = {message.provider_message_id for message in replayed(spool)}
    assert set(told) <= there
    assert spool.quarantined() == 0


def test_the_content_is_on_the_disk_before_its_name_and_both_before_keep_returns(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[tuple[bool, int]] = []

    def fsync(opened: int) -> None:
        flushed.append((stat.S_ISDIR(os.fstat(opened).st_mode), len(list(folder.glob("*.json")))))

    monkeypatch.setattr(os, "fsync", fsync)
    message = inbound("STOPP")
    spool.keep(message)
    spool.keep(message)
    assert flushed == [(False, 0), (True, 1), (False, 1), (True, 1)]


def test_the_folder_and_every_move_out_of_it_are_durable_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda opened: flushed.append(os.fstat(opened).st_ino))
    spool = Spool(folder)
    inodes = [path.stat().st_ino for path in (folder.parent, folder, folder / "quarantine")]
    assert [inode for inode in flushed if inode in inodes] == inodes[:2]
    (folder / "twilio-SM0.json").write_bytes(b"torn")
    spool.keep(inbound("STOPP"))
    flushed.clear()
    spool.replay(Ledger())
    assert flushed == [inodes[2], inodes[1]]


def test_messages_are_handed_over_in_the_order_of_their_receipt(spool: Spool, folder: Path) -> None:
    for count in (3, 1, 4, 0, 2):
        Spool(folder).keep(inbound(str(count), at=minutes(count)))
    ledger = Ledger()
    assert spool.replay(ledger, batch=2) == 5
    assert ledger.texts == ["0", "1", "2", "3", "4"]


def test_of_a_message_that_is_delivered_again_the_first_receipt_stays(spool: Spool) -> None:
    first = inbound("STOPP")
    spool.keep(first)
    spool.keep(replace(first, received_at=minutes(5)))
    assert spool.waiting() == 1
    assert [message.received_at for message in replayed(spool)] == [NOON]


def test_what_another_process_keeps_is_found_after_the_spool_was_seen_empty(
    spool: Spool, folder: Path
) -> None:
    assert (spool.waiting(), spool.kept(inbound("JA"))) == (0, None)
    message = inbound("STOPP")
    Spool(folder).keep(message)
    assert spool.kept(message) is not None


def test_ids_that_no_file_can_be_named_by_are_kept_apart(spool: Spool) -> None:
    ids = ["", "../../x", "a/b", "a\x00b", "ä" * 300, "ä" * 299, "x" * 300, ".", "a.b", "A.b"]
    for message_id in ids:
        spool.keep(replace(inbound("STOPP"), provider_message_id=message_id))
    assert sorted(message.provider_message_id for message in replayed(spool)) == sorted(ids)


def test_a_repeat_of_a_file_that_was_torn_is_kept_beside_it(spool: Spool, folder: Path) -> None:
    message = inbound("STOPP")
    spool.keep(message)
    kept_file(folder).write_bytes(b"torn")
    spool.keep(message)
    assert replayed(spool) == [replace(message, delayed=True)]
    assert spool.quarantined() == 1


def test_a_message_whose_name_another_has_taken_is_kept_beside_it(
    spool: Spool, folder: Path
) -> None:
    first, second = inbound("JA"), inbound("STOPP", at=minutes(1))
    spool.keep(second)
    taken = kept_file(folder)
    taken.unlink()
    spool.keep(first)
    kept_file(folder).rename(taken)
    spool.keep(second)
    assert [message.text for message in replayed(spool)] == ["JA", "STOPP"]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda content: content[:-1], id="torn"),
        pytest.param(lambda content: content.replace(b"STOPP", b"START"), id="tampered"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"\xff\n\xff", id="not text"),
    ],
)
def test_a_corrupt_file_is_put_aside_and_the_others_are_replayed(
    harm: Callable[[bytes], bytes], spool: Spool, folder: Path
) -> None:
    spool.keep(inbound("STOPP"))
    path = kept_file(folder)
    path.write_bytes(harm(path.read_bytes()))
    spool.keep(inbound("JA"))
    with structlog.testing.capture_logs() as entries:
        assert [message.text for message in replayed(spool)] == ["JA"]
    assert (spool.waiting(), spool.quarantined()) == (0, 1)
    assert [(entry["event"], entry["file"]) for entry in entries] == [
        ("spool_quarantined", path.name)
    ]


FIELDS = {
    "provider": "twilio", "provider_message_id": "SM0", "sender": PERSON, "recipient": "71700",
    "text": "STOPP", "received_at": NOON.isoformat(),
}  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [
        [FIELDS],
        "STOPP",
        {name: value for name, value in FIELDS.items() if name != "sender"},
        FIELDS | {"surprise": "x"},
        FIELDS | {"received_at": "yesterday"},
        FIELDS | {"received_at": "2026-11-21T12:00:00"},
        FIELDS | {"provider_message_id": ["SM0"]},
    ],
)
def test_a_file_with_other_fields_than_ours_is_put_aside(
    fields: object, spool: Spool, folder: Path
) -> None:
    forge(folder, fields)
    assert replayed(spool) == []
    assert (spool.waiting(), spool.quarantined()) == (0, 1)


def test_a_file_of_a_version_that_knew_fewer_optional_fields_is_replayed(
    spool: Spool, folder: Path
) -> None:
    forge(folder, FIELDS)
    assert [(m.text, m.raw, m.delayed) for m in replayed(spool)] == [("STOPP", "{}", True)]


def test_a_message_that_alone_cannot_be_received_is_put_aside_without_telling_who_wrote_what(
    spool: Spool,
) -> None:
    for count, text in enumerate(("JA", "hemligt", "STOPP")):
        spool.keep(inbound(text, at=minutes(count)))
    with structlog.testing.capture_logs() as entries:
        assert spool.replay(Ledger(hemligt=ValueError("hemligt"))) == 2
    assert (spool.waiting(), spool.quarantined()) == (0, 1)
    assert [entry["reason"] for entry in entries] == ["ValueError"]
    assert "hemligt" not in str(entries)
    assert PERSON not in str(entries)


def test_what_is_moved_back_from_quarantine_is_replayed(spool: Spool, folder: Path) -> None:
    message = inbound("JA")
    for _ in range(2):  # the second finds its name taken there
        spool.keep(message)
        spool.replay(Ledger(JA=ValueError()))
    assert spool.quarantined() == 2
    for path in (folder / "quarantine").iterdir():
        path.rename(folder / path.name)
    assert replayed(spool) == [replace(message, delayed=True)] * 2


def test_when_the_database_goes_away_in_the_middle_the_rest_stays(spool: Spool) -> None:
    for count in range(5):
        spool.keep(inbound(str(count), at=minutes(count)))
    with pytest.raises(DatabaseAway):
        spool.replay(Ledger(raise_3=DatabaseAway("away")), batch=2)
    assert [message.text for message in replayed(spool)] == ["2", "3", "4"]


def test_a_message_that_another_transaction_stood_in_the_way_of_waits_for_the_next_time(
    spool: Spool,
) -> None:
    for count, text in enumerate(("JA", "STOPP", "JAZZ")):
        spool.keep(inbound(text, at=minutes(count)))
    assert spool.replay(Ledger(STOPP=DatabaseAway("locked"))) == 2
    assert [message.text for message in replayed(spool)] == ["STOPP"]


def test_while_one_process_replays_another_hands_over_nothing(
    spool: Spool, process: Callable[[str], subprocess.Popen[str]]
) -> None:
    spool.keep(inbound("JA"))
    others: list[str] = []

    def receive(messages: Sequence[Inbound]) -> Sequence[object]:
        others.append(process(REPLAY_ONCE).communicate(timeout=PATIENCE)[0])
        return messages

    assert spool.replay(receive) == 1
    assert others == ["0\n"]


def test_processes_that_replay_at_once_hand_each_message_over_once(
    spool: Spool, process: Callable[[str], subprocess.Popen[str]]
) -> None:
    messages = [inbound("JA") for _ in range(60)]
    for message in messages:
        spool.keep(message)
    racers = [process(REPLAY_ALL) for _ in range(2)]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        print("go", file=racer.stdin, flush=True)
    told = " ".join(racer.communicate(timeout=PATIENCE)[0] for racer in racers).split()
    assert sorted(told) == sorted(message.provider_message_id for message in messages)


def test_a_full_disk_keeps_nothing_and_says_so_until_there_is_room(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_opened: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_room)
        with pytest.raises(SpoolBroken) as broken:
            spool.keep(inbound("STOPP"))
    assert str(broken.value) == "the spool cannot be written (No space left on device)"
    assert {path.name for path in folder.iterdir()} == {"quarantine", "kept-at"}
    spool.keep(inbound("STOPP"))
    assert spool.waiting() == 1


def test_a_folder_that_vanished_is_a_broken_spool(spool: Spool, folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    for work in (spool.waiting, spool.quarantined, lambda: spool.replay(Ledger())):
        with pytest.raises(SpoolBroken):
            work()
    with pytest.raises(SpoolBroken):
        spool.keep(inbound("STOPP"))


def test_a_folder_that_cannot_be_written_stops_the_start_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError) as raised:
        Spool(tmp_path / "file" / "spool")
    told = str(raised.value)
    assert told.startswith(f"RESPONDER_SPOOL: {tmp_path}/file/spool cannot be written (Not a dir")
    assert told.endswith("name a folder on a local disk that this process may write")


def test_nobody_else_may_read_the_spool(spool: Spool, folder: Path) -> None:
    spool.keep(inbound("STOPP"))
    shut = [folder, folder / "quarantine", kept_file(folder), folder / "kept-at"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in shut] == [0o700, 0o700, 0o600, 0o600]
    assert sorted(folder.iterdir()) == sorted(shut[1:])


def test_links_and_folders_in_the_spool_are_neither_counted_nor_followed(
    spool: Spool, folder: Path, tmp_path: Path
) -> None:
    other = Spool(tmp_path / "other")
    other.keep(inbound("JA"))
    (folder / "twilio-link.json").symlink_to(kept_file(tmp_path / "other"))
    (folder / "twilio-folder.json").mkdir()
    assert spool.waiting() == 0
    assert replayed(spool) == []
    assert other.waiting() == 1


def test_a_link_in_the_place_of_a_message_does_not_swallow_it(
    spool: Spool, folder: Path, tmp_path: Path
) -> None:
    message = inbound("STOPP")
    spool.keep(message)
    path = kept_file(folder)
    path.symlink_to(path.rename(tmp_path / "away.json"))
    spool.keep(message)
    assert replayed(spool) == [replace(message, delayed=True)]


def test_only_drafts_that_nobody_writes_any_more_are_removed(spool: Spool, folder: Path) -> None:
    young, stale = folder / "young.tmp", folder / "stale.tmp"
    young.touch()
    stale.touch()
    os.utime(stale, (0, 0))
    spool.replay(Ledger())
    assert (young.exists(), stale.exists()) == (True, False)


def test_a_file_that_cannot_be_read_now_stays_and_the_others_are_replayed(
    spool: Spool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.keep(inbound("JA"))
    path, really_open = kept_file(folder), os.open

    def bad_sector(name: Path, flags: int, mode: int = 0o777) -> int:
        if name == path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return really_open(name, flags, mode)

    spool.keep(inbound("STOPP"))
    monkeypatch.setattr(os, "open", bad_sector)
    assert [message.text for message in replayed(spool)] == ["STOPP"]
    assert (spool.waiting(), spool.quarantined()) == (1, 0)
