"""Whoever tampers with the ledger is found, and what they did is named."""

import pytest
from sqlalchemy import text

from responder.core.consent import EvidenceErased
from responder.core.evidence import Source, commitment, evidence_of_act, to_text
from responder.core.heads import hash_of, sign
from responder.core.tampering import Fault
from responder.inbox import Inbox
from responder.store import sealed
from responder.store.changes import record
from responder.store.database import Database
from responder.store.ledger import lock_contacts
from responder.store.verify import verify
from tests.conftest import Clock
from tests.factories import house, inbound
from tests.store.sealing import (
    KEY,
    KEYS,
    head_over,
    newest,
    people_text,
    roll_back,
    seal_all,
    tamper,
    verified,
)

AT = "(SELECT event_id FROM ledger_positions WHERE position = {0})"


@pytest.fixture
def inbox(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, house, clock)


@pytest.fixture
def house_ledger(inbox: Inbox, database: Database, clock: Clock) -> Database:
    """Eight events under three heads: of the sizes 3, 5 and 8."""
    people_text(inbox, database, clock.now)
    return database


def test_an_untouched_ledger_holds(house_ledger: Database) -> None:
    report = verified(house_ledger)
    assert (report.findings, report.events, report.heads) == ([], 8, 3)


def test_an_empty_ledger_holds(database: Database) -> None:
    assert verified(database).holds


def test_what_is_not_sealed_yet_is_counted(house_ledger: Database, inbox: Inbox) -> None:
    inbox.receive([inbound("JA", sender="+46701740620")])
    report = verified(house_ledger)
    assert (report.holds, report.events, report.not_sealed) == (True, 8, 1)


def test_progress_is_told(house_ledger: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(sealed, "PAGE", 4)
    with house_ledger.read_long() as connection:
        verify(connection, KEYS, progress=lambda *seen: told.append(seen))
    assert told == [(4, 8), (8, 8)]


CHANGED = [
    "UPDATE ledger_events SET kind = 'OptedIn' WHERE id = {3}",
    "UPDATE ledger_events SET programme = 'jazz' WHERE id = {3}",
    "UPDATE ledger_events SET sender = '+46701740699' WHERE id = {3}",
    "UPDATE ledger_events SET at = '2026-11-21 12:00:01.000000' WHERE id = {3}",
    "UPDATE ledger_events SET sequence = 7 WHERE id = {3}",
    "UPDATE ledger_events SET contact_id = (SELECT id FROM contacts WHERE address = "
    "'+46701740612') WHERE id = {3}",
    "UPDATE ledger_events SET commitment = '00' WHERE id = {3}",
    "UPDATE ledger_evidence SET salt = '00' WHERE event_id = {3}",
    "UPDATE ledger_evidence SET document = '{{}}' WHERE event_id = {3}",
]


def at_positions(statement: str) -> str:
    """A statement in which {3} stands for the id of the event at position 3."""
    return statement.format(*(AT.format(position) for position in range(8)))


@pytest.mark.parametrize("statement", CHANGED)
def test_a_changed_column_of_an_event_or_its_evidence_is_named(
    house_ledger: Database, statement: str
) -> None:
    tamper(house_ledger, at_positions(statement))
    first = verified(house_ledger).findings[0]
    assert (first.fault, first.position) == (Fault.CHANGED, 3)


def test_evidence_that_was_rewritten_with_its_commitment_is_found_by_the_head(
    house_ledger: Database,
) -> None:
    tamper(
        house_ledger,
        at_positions("UPDATE ledger_evidence SET salt = 's', document = 'd' WHERE event_id = {4}"),
        at_positions(
            f"UPDATE ledger_events SET commitment = '{commitment('s', 'd')}' WHERE id = {{4}}"
        ),
    )
    (found,) = verified(house_ledger).findings
    assert (found.fault, found.position) == (Fault.CHANGED, 3)
    assert "one of the events at the positions 3 to 4" in found.text


DELETED = {
    "an event and all that is of it": [
        "DELETE FROM ledger_evidence WHERE event_id = {3}",
        "DELETE FROM ledger_events WHERE id = {3}",
        "DELETE FROM ledger_positions WHERE position = 3",
    ],
    "an event but its position": [
        "DELETE FROM ledger_evidence WHERE event_id = {3}",
        "DELETE FROM ledger_events WHERE id = {3}",
    ],
    "a position": ["DELETE FROM ledger_positions WHERE position = 3"],
    "evidence that nobody erased": ["DELETE FROM ledger_evidence WHERE event_id = {3}"],
    "an event, and the others closed up": [
        "DELETE FROM ledger_positions WHERE position = 3",
        *(
            f"UPDATE ledger_positions SET position = {n - 1} WHERE position = {n}"
            for n in range(4, 8)
        ),
    ],
}


@pytest.mark.parametrize("statements", DELETED.values(), ids=DELETED)
def test_what_was_deleted_is_named(house_ledger: Database, statements: list[str]) -> None:
    tamper(house_ledger, *map(at_positions, statements))
    first = verified(house_ledger).findings[0]
    assert (first.fault, first.position) == (Fault.DELETED, 3)


def test_the_newest_events_cannot_be_cut_off(house_ledger: Database) -> None:
    tamper(
        house_ledger,
        "DELETE FROM ledger_positions WHERE position >= 6",
    )
    assert Fault.DELETED in {one.fault for one in verified(house_ledger).findings}


@pytest.mark.parametrize("size", [3, 5, 8])
def test_a_head_that_was_deleted_is_missed(house_ledger: Database, size: int) -> None:
    tamper(house_ledger, f"DELETE FROM ledger_heads WHERE size = {size}")
    assert [one.fault for one in verified(house_ledger).findings] == [Fault.DELETED]


def test_the_newest_heads_and_positions_cannot_go_while_the_sealer_remembers_them(
    house_ledger: Database,
) -> None:
    tamper(
        house_ledger,
        "DELETE FROM ledger_heads WHERE size = 8",
        "DELETE FROM ledger_positions WHERE position >= 5",
    )
    assert [one.fault for one in verified(house_ledger).findings] == [Fault.DELETED]


NEW_EVENT = (
    "INSERT INTO ledger_events (id, contact_id, sequence, kind, programme, at, commitment)"
    " SELECT 'e', contact_id, 9, kind, programme, at, '{commitment}' FROM ledger_events"
    " WHERE sequence = 3 LIMIT 1"
)


def insert_at(position: int) -> list[str]:
    """An event with evidence and commitment that fit, in the midst of the sealed ones."""
    return [
        NEW_EVENT.format(commitment=commitment("s", "d")),
        "INSERT INTO ledger_evidence VALUES ('e', 's', 'd')",
        *(
            f"UPDATE ledger_positions SET position = {n + 1} WHERE position = {n}"
            for n in range(7, position - 1, -1)
        ),
        f"INSERT INTO ledger_positions VALUES ({position}, 'e')",
    ]


@pytest.mark.parametrize("position", [0, 1, 4, 7, 8])
def test_what_was_inserted_is_named(house_ledger: Database, position: int) -> None:
    tamper(house_ledger, *insert_at(position))
    first = verified(house_ledger).findings[0]
    assert (first.fault, first.position) == (Fault.INSERTED, position)


def test_evidence_of_no_event_is_found(house_ledger: Database) -> None:
    tamper(house_ledger, "INSERT INTO ledger_evidence VALUES ('no', 's', 'd')")
    assert [one.fault for one in verified(house_ledger).findings] == [Fault.INSERTED]


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 2), (5, 7), (1, 4), (2, 6)])
def test_events_that_changed_places_are_named(house_ledger: Database, one: int, other: int) -> None:
    tamper(
        house_ledger,
        f"UPDATE ledger_positions SET position = 99 WHERE position = {one}",
        f"UPDATE ledger_positions SET position = {one} WHERE position = {other}",
        f"UPDATE ledger_positions SET position = {other} WHERE position = 99",
    )
    first = verified(house_ledger).findings[0]
    assert (first.fault, first.position) == (Fault.REORDERED, one)


@pytest.mark.parametrize(
    "change",
    [
        f"root = '{'0' * 64}'",
        "at = '2026-11-21 12:00:01.000000'",
        f"previous_hash = '{'0' * 64}'",
        "previous_hash = NULL",
        f"signature = '{'0' * 128}'",
        "signature = ''",
        "key_id = 'another'",
        "size = 4",
    ],
)
def test_a_changed_column_of_a_head_is_a_forged_head(house_ledger: Database, change: str) -> None:
    tamper(house_ledger, f"UPDATE ledger_heads SET {change} WHERE size = 5")
    assert Fault.FORGED_HEAD in {one.fault for one in verified(house_ledger).findings}


def test_a_head_over_a_rewritten_event_cannot_be_signed_without_the_key(
    house_ledger: Database, clock: Clock
) -> None:
    tamper(house_ledger, at_positions("UPDATE ledger_events SET kind = 'OptedIn' WHERE id = {7}"))
    forged = head_over(house_ledger, 8, None, clock.now)
    tamper(house_ledger, f"UPDATE ledger_heads SET root = '{forged.root_hex}' WHERE size = 8")
    assert Fault.FORGED_HEAD in {one.fault for one in verified(house_ledger).findings}


def test_a_changed_frontier_is_found(house_ledger: Database) -> None:
    tamper(house_ledger, "UPDATE frontiers SET peaks = '[]', size = 0")
    (found,) = verified(house_ledger).findings
    assert "frontier" in found.text


def test_a_rollback_by_the_keys_holder_is_seen_only_with_a_head_kept_elsewhere(
    house_ledger: Database, inbox: Inbox, clock: Clock
) -> None:
    kept, _ = newest(house_ledger)
    roll_back(house_ledger, 5)
    seal_all(house_ledger, clock.now)
    assert verified(house_ledger).holds
    assert [one.fault for one in verified(house_ledger, kept).findings] == [Fault.ROLLED_BACK]
    inbox.receive([inbound("JA", sender=f"+467017406{n}") for n in range(30, 36)])
    seal_all(house_ledger, clock.now)
    assert verified(house_ledger).holds
    assert [one.fault for one in verified(house_ledger, kept).findings] == [Fault.ROLLED_BACK]


def test_a_history_that_the_keys_holder_rewrote_is_seen_only_with_a_kept_head(
    house_ledger: Database, clock: Clock
) -> None:
    kept, _ = newest(house_ledger)
    tamper(house_ledger, at_positions("UPDATE ledger_events SET kind = 'OptedIn' WHERE id = {7}"))
    with house_ledger.read() as connection:
        former = [head for head, _ in sealed.heads(connection, 5)][-1]
    again = head_over(house_ledger, 8, former, clock.now)
    signature = sign(again, KEY)
    tamper(
        house_ledger,
        f"UPDATE ledger_heads SET root = '{again.root_hex}', signature = '{signature}',"
        f" previous_hash = '{hash_of(former)}', at = '{clock.now:%Y-%m-%d %H:%M:%S}.000000'"
        " WHERE size = 8",
        "DELETE FROM frontiers",
    )
    assert all("frontier" in one.text for one in verified(house_ledger).findings)
    assert Fault.ROLLED_BACK in {one.fault for one in verified(house_ledger, kept).findings}


def test_a_kept_head_of_a_ledger_that_only_grew_fits(
    house_ledger: Database, inbox: Inbox, clock: Clock
) -> None:
    kept, _ = newest(house_ledger)
    inbox.receive([inbound("JA", sender="+46701740630")])
    seal_all(house_ledger, clock.now)
    assert verified(house_ledger, kept).holds


def erase(database: Database, clock: Clock) -> None:
    """What erasing a person does to the ledger: an event, and their evidence goes."""
    with database.write() as connection:
        contact = connection.execute(
            text("SELECT contact_id FROM ledger_events WHERE sequence = 2 LIMIT 1")
        ).scalar_one()
        person = lock_contacts(connection, [contact], clock.now)[contact]
        event = EvidenceErased(clock.now)
        shown = evidence_of_act(event, None, Source("erasure", "staff"), house())
        own = f"(SELECT id FROM ledger_events WHERE contact_id = '{contact}' AND sequence <= 3)"
        record(connection, person, [event], [to_text(shown)])
        connection.execute(text(f"DELETE FROM ledger_evidence WHERE event_id IN {own}"))


def test_an_erased_persons_ledger_still_verifies(house_ledger: Database, clock: Clock) -> None:
    erase(house_ledger, clock)
    assert verified(house_ledger).holds
    seal_all(house_ledger, clock.now)
    report = verified(house_ledger)
    assert (report.holds, report.events) == (True, 9)
    assert report.erased >= 2


def test_erasing_one_person_excuses_no_other(house_ledger: Database, clock: Clock) -> None:
    erase(house_ledger, clock)
    tamper(house_ledger, "DELETE FROM ledger_evidence")
    assert {one.fault for one in verified(house_ledger).findings} == {Fault.DELETED}
