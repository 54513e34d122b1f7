"""Two workers as processes on one outbox: each row is sent once, also where one is killed."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Row, func, insert, select

from responder.clock import utc_now
from responder.core.messages import Purpose
from responder.store import tables as t
from responder.store.database import Database
from responder.store.identifiers import new_id
from tests.chaos.clock import seconds_to_noon
from tests.chaos.house import SHORT
from tests.chaos.journal import Journal, read_lines
from tests.chaos.nursery import kill, nursery
from tests.chaos.processes import environment
from tests.chaos.provider import provider, tell
from tests.factories import NUMBER, write_config
from tests.postgres import Postgres

ROWS = int(os.environ.get("TWO_WORKERS_ROWS", "4000"))
PEOPLE = [f"+447700900{n:03d}" for n in range(1000)]  # reserved for fiction by Ofcom
LEFT = ROWS // 20
"""So few are left when one is killed that the other is done with them before the lease ends."""
PATIENCE = 600
"""Seconds after which workers that do not finish are taken for hung; never waited for."""
HOUSE = f"""
[brand]
name = "Nordbageriet"
support = "kundtjanst@nordbageriet.example"
[[numbers]]
number = "{NUMBER}"
provider = "twilio"
country = "SE"
language = "sv"
reply_countries = ["SE", "GB"]
segments_per_second = 1000
"""
KLUBBEN = f"""
name = "Nordbageriets klubb"
numbers = ["{NUMBER}"]
keywords = ["JA"]
messages = "erbjudanden"
frequency = "1 sms i veckan"
"""
o = t.outbox.c


class Outbox:
    """The rows of one database, all of them confirmations that are due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fill(self) -> None:
        """Every person is owed as many confirmations as any other, each with a text of its own."""
        at = utc_now() + timedelta(seconds=seconds_to_noon(utc_now()))
        people = [{"id": new_id(), "address": address, "kind": "phone"} for address in PEOPLE]
        times = {"created_at": at, "last_inbound_at": at}
        owed = [_row(people[n % len(people)]["id"], n, at) for n in range(ROWS)]
        with self._database.write() as connection:
            connection.execute(insert(t.contacts), [person | times for person in people])
            connection.execute(insert(t.outbox), owed)

    def rows(self, *where: ColumnElement[bool]) -> dict[str, Row[Any]]:
        """Those that are so, by id."""
        with self._database.read() as connection:
            return {row.id: row for row in connection.execute(select(t.outbox).where(*where))}

    def left(self) -> int:
        """How many are not settled."""
        with self._database.read() as connection:
            query = select(func.count()).select_from(t.outbox).where(o.due_at.is_not(None))
            return int(connection.execute(query).scalar_one())

    def workers(self) -> set[str]:
        """Who has claimed anything."""
        with self._database.read() as connection:
            query = select(o.claimed_by).where(o.claimed_by.is_not(None)).distinct()
            return set(connection.execute(query).scalars())


def _row(contact_id: object, number: int, at: datetime) -> dict[str, object]:
    return {
        "id": new_id(),
        "contact_id": contact_id,
        "position": 0,
        "purpose": Purpose.CONFIRMATION,
        "wording": "opt_out",
        "language": "sv",
        "sender": NUMBER,
        "text": f"Nordbageriet: du är avslutad ({number}).",
        "state": "due",
        "created_at": at,
        "due_at": at,
        "attempts": 0,
    }


@pytest.fixture
def outbox(postgres: Postgres, postgres_template: str) -> Iterator[tuple[str, Outbox]]:
    with postgres.scratch_database(postgres_template) as url:
        database = Database(url)
        filled = Outbox(database)
        filled.fill()
        yield url, filled
        database.dispose()


def wait_for(happens: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not happens():
        assert monotonic() < deadline, "the workers hang"
        sleep(0.05)


def kill_with_rows_in_hand(pid: int, worker: str, outbox: Outbox) -> dict[str, Row[Any]]:
    """Kill a worker while it sends; gives the rows that it holds."""
    leased = (o.state == "leased", o.claimed_by == worker)
    while True:
        os.killpg(pid, signal.SIGSTOP)  # so that what we see is what it dies with
        if held := outbox.rows(*leased):
            kill(pid)
            return held
        os.killpg(pid, signal.SIGCONT)
        sleep(0.005)


def test_each_row_is_sent_once_and_the_other_settles_what_a_killed_worker_held(
    outbox: tuple[str, Outbox], tmp_path: Path
) -> None:
    url, rows = outbox
    environ = environment(url, tmp_path)
    environ["RESPONDER_CONFIG"] = str(write_config(tmp_path / "fast", HOUSE, klubben=KLUBBEN))
    with provider(environ, 1, tmp_path / "stub.jsonl") as stub:
        tell(stub, "faults", {"lose": 1})  # nobody is there to hear a receipt
        with nursery(tmp_path, environ | {"TWILIO_API_URL": stub}) as born:
            first = born.start("work-1")
            wait_for(rows.workers)
            (mortal,) = rows.workers()
            born.start("work-2")
            wait_for(lambda: rows.left() <= LEFT)
            held = kill_with_rows_in_hand(first, mortal, rows)
            wait_for(lambda: not rows.left())
    accepted = Journal().read(read_lines(tmp_path / "stub.jsonl")).accepted
    settled = rows.rows()
    assert Counter(len(accepted[row]) for row in settled) == {1: ROWS}
    late = [settled[row].attempted_at - held[row].due_at for row in held]
    assert held
    assert all(timedelta(0) <= wait < SHORT.lease for wait in late)
