"""Between the webhooks and the inbox: what could only be kept is received as soon as it can be."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from responder.core.catalog import Catalog
from responder.core.messages import Inbound
from responder.errors import DatabaseAway
from responder.inbox import Answer, Inbox
from responder.refuge import Refuge
from responder.spool import Spool
from responder.spool_disk import SpoolBroken
from responder.store import holds
from responder.store.database import Database
from tests.books import projected
from tests.conftest import Clock
from tests.factories import PERSON, inbound


class Door:
    """The way to the inbox, which a test opens and shuts."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.is_open = False

    def submit(self, message: Inbound) -> Answer:
        if not self.is_open:
            raise DatabaseAway("shut")
        (answer,) = self._inbox.receive([message])
        assert isinstance(answer, Answer)
        return answer


@pytest.fixture
def inbox(database: Database, catalog: Catalog, clock: Clock) -> Inbox:
    return Inbox(database, lambda: catalog, clock)


@pytest.fixture
def door(inbox: Inbox) -> Door:
    return Door(inbox)


@pytest.fixture
def refuge(door: Door, inbox: Inbox, database: Database, clock: Clock, tmp_path: Path) -> Refuge:
    return Refuge(door.submit, inbox, Spool(tmp_path / "spool"), database, clock)


def test_what_is_only_kept_is_not_answered_and_changes_nothing_yet(refuge: Refuge, count) -> None:
    answer = refuge.submit(inbound("JA"))
    assert (answer.outcome, answer.reason, answer.replies) == ("kept", "database_away", ())
    assert (refuge.spool.waiting(), count("messages")) == (1, 0)


def test_what_can_be_committed_is_not_kept(refuge: Refuge, door: Door, count) -> None:
    door.is_open = True
    assert len(refuge.submit(inbound("JA")).replies) == 1
    assert (refuge.spool.waiting(), count("messages")) == (0, 1)


def test_what_was_kept_is_received_in_the_background_and_once(
    refuge: Refuge, door: Door, count
) -> None:
    message, stop = inbound("JA"), Event()
    for _ in range(2):
        refuge.submit(message)
    thread = refuge.keep_replaying(stop)
    deadline = time.monotonic() + 20
    while refuge.spool.waiting() and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    thread.join()
    assert (refuge.spool.waiting(), count("messages"), count("ledger_events")) == (0, 1, 1)


def test_an_opt_out_that_was_kept_ends_what_was_begun_before_it(
    refuge: Refuge, inbox: Inbox, count
) -> None:
    inbox.receive([inbound("JA")])
    refuge.submit(inbound("STOPP"))
    assert refuge.replay() == 1
    assert count("subscriptions WHERE state = 'ended'") == 1


def test_where_nothing_takes_a_message_it_is_not_acknowledged(
    refuge: Refuge, tmp_path: Path
) -> None:
    (tmp_path / "spool" / "quarantine").rmdir()
    (tmp_path / "spool" / "kept-at").unlink()
    (tmp_path / "spool").rmdir()
    with pytest.raises(SpoolBroken):
        refuge.submit(inbound("JA"))


def test_an_old_yes_does_not_undo_an_opt_out_of_somebody_who_was_out_already(
    refuge: Refuge, door: Door, clock: Clock, database: Database
) -> None:
    door.is_open = True
    refuge.submit(inbound("JA", at=clock()))
    refuge.submit(inbound("STOPP", at=clock()))
    door.is_open = False
    refuge.submit(inbound("JA", at=clock() + timedelta(minutes=1)))
    door.is_open = True
    clock.forward(minutes=2)
    assert refuge.submit(inbound("STOPP", at=clock())).outcome == "already_out"
    assert refuge.replay() == 1
    with database.read() as connection:
        assert projected(connection)[PERSON].active == ()


def test_a_repeat_of_what_is_kept_does_not_overtake_what_was_said_since(
    refuge: Refuge, door: Door, clock: Clock, database: Database
) -> None:
    joins = inbound("JA", at=clock())
    refuge.submit(joins)
    door.is_open = True
    clock.forward(minutes=1)
    refuge.submit(inbound("STOPP", at=clock()))
    refuge.submit(replace(joins, received_at=clock()))
    refuge.replay()
    with database.read() as connection:
        assert projected(connection)[PERSON].active == ()


def test_while_a_spool_is_read_nothing_leaves_that_needs_consent(
    refuge: Refuge, inbox: Inbox, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def receive(messages: Sequence[Inbound]) -> list[Answer | Exception]:
        with database.read() as connection:
            held.append(holds.is_catching_up(connection, clock()))
        return Inbox.receive(inbox, messages)

    refuge.submit(inbound("STOPP"))
    monkeypatch.setattr(inbox, "receive", receive)
    refuge.replay()
    with database.read() as connection:
        assert (held, holds.is_catching_up(connection, clock())) == ([True], False)
