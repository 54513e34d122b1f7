"""Incentive codes: each is handed out once, and each person gets one."""

import re
from pathlib import Path

import pytest

from responder.core.catalog import Catalog
from responder.inbox import Answer, Inbox
from responder.live import open_catalog
from responder.settings import Settings
from responder.store.codes import codes_left, keep_codes
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import KLUBBEN, PERSON, inbound, write_config
from tests.outbox.conftest import at_once

CODES = [f"BULLE-{number:02}" for number in range(30)]
PEOPLE = [f"+467017406{number}" for number in range(10, 50)]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    programme = KLUBBEN.replace("[sources]", '[incentive]\ncodes = "codes.txt"\n\n[sources]')
    folder = write_config(tmp_path / "config", klubben=programme)
    (folder / "codes.txt").write_text("\n".join(CODES))
    return folder


@pytest.fixture
def catalog(settings: Settings, database: Database, clock: Clock) -> Catalog:
    return open_catalog(settings, database, clock())


def given(*answers: Answer | Exception) -> list[str]:
    """The codes in some answers."""
    texts = [text for answer in answers for _, text in answer.replies]  # type: ignore[union-attr]
    return [code for text in texts for code in re.findall(r"BULLE-\d\d", text)]


def left(database: Database) -> int:
    with database.read() as connection:
        return codes_left(connection)["klubben"]


def test_forty_people_at_once_get_thirty_codes_each_once_and_all_join(
    database: Database, inbox: Inbox, count
) -> None:
    answers = at_once(40, lambda index: inbox.receive([inbound("JA", sender=PEOPLE[index])])[0])
    assert sorted(given(*answers)) == CODES
    assert sum("tyvärr slut" in str(answer) for answer in answers) == 10
    assert (left(database), count("ledger_events")) == (0, 40)


def test_a_batch_of_forty_gets_thirty_codes_in_the_files_order(inbox: Inbox) -> None:
    answers = inbox.receive([inbound("JA", sender=person) for person in PEOPLE])
    assert given(*answers) == CODES


def test_one_person_in_many_threads_gets_one_code(database: Database, inbox: Inbox) -> None:
    words = ["JA", "STOPP"] * 8
    answers = at_once(16, lambda index: inbox.receive([inbound(words[index])])[0])
    assert len(given(*answers)) == 1
    assert left(database) == 29


def test_a_repeated_delivery_brings_the_same_code(database: Database, inbox: Inbox) -> None:
    message = inbound("JA")
    answers = at_once(20, lambda _: inbox.receive([message])[0])
    assert given(*answers) == [CODES[0]] * 20
    assert left(database) == 29


def test_who_leaves_and_comes_back_gets_no_second_code(database: Database, inbox: Inbox) -> None:
    answers = inbox.receive([inbound(word, sender=PERSON) for word in ("JA", "STOPP", "JA")])
    assert given(*answers) == [CODES[0]]
    assert [answer.outcome for answer in answers] == ["opted_in", "opted_out", "opted_in"]  # type: ignore[union-attr]


def test_a_file_that_is_read_again_adds_what_is_new_and_takes_nothing_back(
    database: Database, inbox: Inbox
) -> None:
    inbox.receive([inbound("JA")])
    with database.write() as connection:
        keep_codes(connection, "klubben", [*CODES[:5], "BULLE-99"])
    assert left(database) == 30
