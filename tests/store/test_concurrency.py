"""Many at once: the unique key and the contact's lock decide, not a check before them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from responder.gather import Gather
from responder.inbox import Inbox
from responder.store.database import Database
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import house, inbound


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, house, clock)


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Start `count` threads at the same instant."""
    start = Barrier(count)

    def run(index: int) -> object:
        start.wait()
        return work(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_fifty_deliveries_of_one_message_have_one_effect_and_one_answer(
    inbox: Inbox, count: Callable[[str], int]
) -> None:
    message = inbound("JA")
    answers = at_once(50, lambda _: inbox.receive([message])[0].replies)
    assert len(set(answers)) == 1
    assert (count("messages"), count("ledger_events"), count("outbox")) == (1, 1, 1)


def test_two_words_of_one_person_at_once_fold_to_their_projection(
    inbox: Inbox, database: Database
) -> None:
    people = [f"+467017406{number:02}" for number in range(10, 22)]
    words = ("JA", "STOPP", "JAZZ", "STOPP JAZZ")
    batch = [inbound(word, sender=person) for person in people for word in words]
    at_once(16, lambda index: [inbox.receive([message]) for message in batch[index::16]])
    with database.read() as connection:
        assert folded(connection) == projected(connection)


def test_batches_that_share_people_in_opposite_order_do_not_stand_in_each_others_way(
    inbox: Inbox, database: Database, count: Callable[[str], int]
) -> None:
    people = [f"+467017406{number:02}" for number in range(10, 30)]

    def receive(index: int) -> None:
        order = people if index % 2 else people[::-1]
        inbox.receive([inbound(("JA", "STOPP")[index % 3 == 0], sender=p) for p in order])

    at_once(8, receive)
    assert count("decisions") == 160
    with database.read() as connection:
        assert folded(connection) == projected(connection)


def test_a_batch_with_a_hostile_message_is_taken_apart_and_harms_only_itself(
    inbox: Inbox, count: Callable[[str], int]
) -> None:
    first, last = inbound("JA"), inbound("STOPP", sender="+46701740606")
    answers = inbox.receive([first, inbound("\ud800", sender="+46701740607"), last])
    assert [getattr(answer, "outcome", None) for answer in answers] == [
        "opted_in",
        None,
        "opted_out",
    ]
    assert isinstance(answers[1], Exception)
    assert count("messages") == 2


def test_a_gathered_burst_commits_in_few_batches_and_answers_each_its_own(
    inbox: Inbox, count: Callable[[str], int]
) -> None:
    sizes: list[int] = []

    def receive(batch):  # type: ignore[no-untyped-def]
        sizes.append(len(batch))
        return inbox.receive(batch)

    gather = Gather(receive)
    messages = [inbound("JA", sender=f"+4670174{number:04}") for number in range(40)]
    answers = at_once(40, lambda index: gather.submit(messages[index]))
    assert len({answer.replies[0][0] for answer in answers}) == 40  # type: ignore[attr-defined]
    assert sum(sizes) == count("decisions") == 40


def test_every_caller_of_a_failed_batch_hears_of_it_and_the_next_batch_works() -> None:
    def work(batch):  # type: ignore[no-untyped-def]
        if 13 in batch:
            raise RuntimeError("thirteen")
        return [item * 2 for item in batch]

    gather = Gather(work)
    with pytest.raises(RuntimeError):
        gather.submit(13)
    assert at_once(8, gather.submit) == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_message_that_fails_alone_fails_only_its_own_caller() -> None:
    gather = Gather(lambda batch: [ValueError(item) if item == 3 else item for item in batch])
    with pytest.raises(ValueError, match="3"):
        gather.submit(3)
    assert gather.submit(4) == 4


def test_a_long_look_sees_one_moment(inbox: Inbox, database: Database) -> None:
    inbox.receive([inbound("JA")])
    events = text("SELECT count(*) FROM ledger_events")
    with database.read_long() as connection:
        before = connection.execute(events).scalar_one()
        inbox.receive([inbound("STOPP")])
        assert connection.execute(events).scalar_one() == before == 1
