"""The sealer: every committed event gets one position, in an order that tells nobody's lie."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from responder.core.heads import signing_key, verify
from responder.errors import ResponderError
from responder.inbox import Inbox
from responder.store import tables as t
from responder.store.database import Database
from responder.store.seal import overlooked, seal
from tests.conftest import Clock
from tests.factories import PERSON, house, inbound
from tests.store.sealing import KEY, newest, seal_all, tamper, verified

FRIEND = "+46701740606"


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, house, clock)


def sealed_order(database: Database) -> list[tuple[int, str, int]]:
    """Position, contact and sequence of every sealed event."""
    e, p = t.ledger_events.c, t.ledger_positions.c
    query = select(p.position, e.contact_id, e.sequence).join(t.ledger_events, e.id == p.event_id)
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(p.position))]  # type: ignore[misc]


def test_positions_count_from_0_without_a_hole(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    for words in (("JA", "STOPP"), ("JAZZ",)):
        inbox.receive([inbound(word) for word in words])
        seal_all(database, clock.now)
    assert [position for position, *_ in sealed_order(database)] == list(range(3))


def test_a_run_without_anything_new_makes_no_head(
    inbox: Inbox, database: Database, clock: Clock, count: Callable[[str], int]
) -> None:
    inbox.receive([inbound("JA")])
    assert [seal_all(database, clock.now) for _ in range(2)] == [1, 0]
    assert count("ledger_heads") == 1


def test_a_head_is_signed_and_names_the_one_before_it(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    for word in ("JA", "STOPP"):
        inbox.receive([inbound(word)])
        seal_all(database, clock.now)
    head, signature = newest(database)
    assert verify(head, signature, KEY.public_key())
    assert head.previous_hash is not None
    assert verified(database).holds


def test_a_persons_events_keep_their_order_whatever_the_clocks_said(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    inbox.receive([inbound("JA"), inbound("STOPP", sender=FRIEND), inbound("STOPP")])
    tamper(
        database,
        "UPDATE ledger_evidence SET event_id = '1' || substr(event_id, 2)"
        " WHERE event_id IN (SELECT id FROM ledger_events WHERE sequence = 1)",
        "UPDATE ledger_events SET id = '1' || substr(id, 2) WHERE sequence = 1",
    )
    seal_all(database, clock.now)
    own = [sequence for _, contact, sequence in sealed_order(database)]
    assert sorted(own) == [1, 1, 2]
    assert own.index(2) > own.index(1)
    assert verified(database).holds


def test_what_was_committed_very_late_is_found_by_looking_at_everything(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    inbox.receive([inbound("JA")])
    seal_all(database, clock.now)
    inbox.receive([inbound("JA", sender=FRIEND)])
    old = "'00' || substr({0}, 3)"
    with database.read() as connection:
        (late,) = overlooked(connection)
    tamper(
        database,
        f"UPDATE ledger_evidence SET event_id = {old.format('event_id')} WHERE event_id = '{late}'",
        f"UPDATE ledger_events SET id = {old.format('id')} WHERE id = '{late}'",
    )
    assert seal_all(database, clock.now) == 0
    with database.read() as connection:
        ids = overlooked(connection)
    with database.write() as connection:
        assert seal(connection, KEY, clock.now, ids) == 1
    assert verified(database).holds


def test_several_sealers_at_once_seal_everything_once(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    inbox.receive([inbound("JA", sender=f"+467017406{n:02}") for n in range(10, 40)])
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: seal_all(database, clock.now), range(4)))
    assert sum(counts) == 30
    assert verified(database).holds


def test_events_keep_their_place_while_others_are_being_written(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    def text_in_and_seal(number: int) -> None:
        for word in ("JA", "STOPP"):
            inbox.receive([inbound(word, sender=f"+467017406{number:02}")])
            seal_all(database, clock.now)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(text_in_and_seal, range(10, 30)))
    report = verified(database)
    assert (report.holds, report.events, report.not_sealed) == (True, 40, 0)


def test_a_new_secret_signs_on_and_the_former_heads_still_verify(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    inbox.receive([inbound("JA")])
    seal_all(database, clock.now, signing_key("a former secret"))
    inbox.receive([inbound("STOPP")])
    seal_all(database, clock.now + timedelta(seconds=1))
    (finding,) = verified(database).findings
    assert "RESPONDER_SECRET_KEY_OLD" in finding.text


def test_a_lost_frontier_is_made_again_from_the_events(
    inbox: Inbox, database: Database, clock: Clock
) -> None:
    inbox.receive([inbound("JA")])
    seal_all(database, clock.now)
    tamper(database, "DELETE FROM frontiers")
    inbox.receive([inbound("STOPP")])
    assert seal_all(database, clock.now) == 1
    assert verified(database).holds


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_heads",
        "UPDATE ledger_heads SET root = size",
        "INSERT INTO ledger_positions SELECT 9, id FROM ledger_events WHERE sequence = 2",
    ],
)
def test_nothing_is_signed_on_a_ledger_that_was_tampered_with(
    inbox: Inbox, database: Database, clock: Clock, statement: str
) -> None:
    inbox.receive([inbound("JA")])
    seal_all(database, clock.now)
    inbox.receive([inbound("STOPP")])
    tamper(database, statement)
    with pytest.raises(ResponderError, match="ledger verify"), database.write() as connection:
        seal(connection, KEY, clock.now)


def test_the_sealer_reads_no_persons_words(inbox: Inbox, database: Database, clock: Clock) -> None:
    inbox.receive([inbound("JA")])
    seal_all(database, clock.now)
    with database.read() as connection:
        for table in ("ledger_positions", "ledger_heads", "frontiers"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert PERSON not in str(rows)
