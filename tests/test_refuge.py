"""Between the webhooks and the inbox: what could only be kept is received as soon as it can be."""

import time
from pathlib import Path
from threading import Event

import pytest

from responder.core.catalog import Catalog
from responder.core.messages import Inbound
from responder.errors import DatabaseAway
from responder.inbox import Answer, Inbox
from responder.refuge import Refuge
from responder.spool import Spool, SpoolBroken
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import inbound


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
    return Inbox(database, catalog, clock)


@pytest.fixture
def door(inbox: Inbox) -> Door:
    return Door(inbox)


@pytest.fixture
def refuge(door: Door, inbox: Inbox, tmp_path: Path) -> Refuge:
    return Refuge(door.submit, inbox, Spool(tmp_path / "spool"))


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
    (tmp_path / "spool").rmdir()
    with pytest.raises(SpoolBroken):
        refuge.submit(inbound("JA"))
