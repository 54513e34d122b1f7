"""The hot path's statements: record, lock and load, append. Three statements and a commit.

Locks are taken in one order everywhere: messages by key, contacts by address.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from responder.core.addresses import Address
from responder.core.consent import Standing, State, Subscription
from responder.core.messages import Inbound
from responder.core.outcomes import Allowance, Asking, Recent, over_all_numbers
from responder.store import bulk
from responder.store.tables import contacts, messages


@dataclass(slots=True)
class Person:
    """What is stored of one contact, and what this transaction has made of it so far.

    `came_by` has the keyword by which they came to each programme.
    """

    contact_id: str
    standing: Standing
    sequence: int = 0
    recent: dict[str, Recent] = field(default_factory=dict)
    house_full: bool = False
    erasing: datetime | None = None
    came_by: dict[str, str] = field(default_factory=dict)

    def said_lately(self, number: str) -> Recent:
        """The conversation with one number; courtesies count over all numbers of the house."""
        recent = over_all_numbers(self.recent, number)
        if self.erasing is None and not self.house_full:
            return recent
        erasing = self.erasing or recent.erasing
        return replace(recent, erasing=erasing, house_full=self.house_full)


def open_batch(
    connection: Connection,
    arrived: Sequence[tuple[str, Inbound]],
    senders: Sequence[Address],
    now: datetime,
    new_id: Callable[[], str],
) -> tuple[frozenset[str], dict[str, Person]]:
    """Store messages under their ids, lock the senders' contacts, load where each stands.

    Gives the ids of the messages that were never seen before, and the people by address key.
    What is loaded is what was committed while the locks were waited for.
    """
    keys = sorted(set(senders), key=lambda address: address.key)
    rows = [_contact(address, now, new_id()) for address in keys]
    fresh, held = bulk.write_returning(
        connection,
        bulk.insert_or_ignore(
            messages, [_message(*pair) for pair in _by_key(arrived)], "id, sender"
        ),
        bulk.Write(contacts, rows, _LOCK),
    )
    people = load_people(connection, [contact_id for contact_id, _ in held], now)
    seen_first = frozenset(message_id for message_id, _ in fresh)
    _forget_strangers(connection, arrived, senders, seen_first, {row["id"] for row in rows}, held)
    return seen_first, {address: people[contact_id] for contact_id, address in held}


def _forget_strangers(
    connection: Connection,
    arrived: Sequence[tuple[str, Inbound]],
    senders: Sequence[Address],
    seen_first: frozenset[str],
    made: set[str],
    held: Sequence[tuple[str, str]],
) -> None:
    """A repeated message makes no contact: its person was erased since."""
    pairs = zip(senders, arrived, strict=True)
    heard = {sender.key for sender, (message_id, _) in pairs if message_id in seen_first}
    unheard = [one for one, address in held if one in made and address not in heard]
    if unheard:
        connection.execute(delete(contacts).where(contacts.c.id.in_(unheard)))


def _by_key(arrived: Sequence[tuple[str, Inbound]]) -> list[tuple[str, Inbound]]:
    return sorted(arrived, key=lambda pair: pair[1].key)


def _message(message_id: str, message: Inbound) -> dict[str, Any]:
    return {
        "id": message_id,
        "provider": message.provider,
        "provider_message_id": message.provider_message_id,
        "sender": message.sender,
        "recipient": message.recipient,
        "text": message.text,
        "received_at": message.received_at,
        "raw": message.raw,
    }


def _contact(address: Address, now: datetime, contact_id: str) -> dict[str, Any]:
    return {
        "id": contact_id,
        "address": address.key,
        "kind": address.kind,
        "country": address.country,
        "created_at": now,
        "last_inbound_at": now,
        "unreachable_since": None,
        "unreachable_code": None,
    }


_LOCK = (
    " ON CONFLICT (address) DO UPDATE SET last_inbound_at = excluded.last_inbound_at,"
    " unreachable_since = NULL, unreachable_code = NULL"  # who writes is alive
    " RETURNING id, address"
)


def lock_contacts(
    connection: Connection, contact_ids: Sequence[str], now: datetime
) -> dict[str, Person]:
    """Lock contacts in the one order, and load where each stands: for acts without a message."""
    if not contact_ids:
        return {}
    mine = select(contacts.c.id).where(contacts.c.id.in_(contact_ids))
    held = connection.execute(mine.order_by(contacts.c.address).with_for_update()).scalars().all()
    return load_people(connection, list(held), now)


def load_people(connection: Connection, ids: list[str], now: datetime) -> dict[str, Person]:
    """Everything a decision looks at, for all these contacts in one query, by contact id."""
    dialect = connection.dialect.name
    value: Any = ids if dialect == "postgresql" else bulk.to_json(ids)
    loaded = _grouped(bulk.execute(connection, _LOAD[dialect], {"ids": value}))
    holds = [bulk.from_stored(row[4]) for row in loaded.pop(None, ())]
    full = any(until is not None and until > now for until in holds)
    people = {contact_id: Person(contact_id, Standing(), house_full=full) for contact_id in ids}
    for contact_id, rows in loaded.items():
        _restore(people[contact_id or ""], rows)
    return people


_LOADED = """
SELECT 'conversation' AS what, contact_id, number, last_text, last_at, unknown_at, already_out_at,
       wanted_since, answered_at, asking_until, left_at,
       same_text, wanted, asking_tries, asking_programme, asking_question
  FROM conversations WHERE contact_id {among}
UNION ALL
SELECT 'standing', contact_id, NULL, NULL, out_since, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL
  FROM standings WHERE contact_id {among}
UNION ALL
SELECT 'subscription', contact_id, programme, state, since, ended, requested, NULL, NULL, NULL,
       NULL,
       NULL, NULL, NULL, keyword, NULL
  FROM subscriptions WHERE contact_id {among}
UNION ALL
SELECT 'block', contact_id, sender, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL
  FROM provider_blocks WHERE blocked AND contact_id {among}
UNION ALL
SELECT 'ledger', contact_id, NULL, NULL,
       max(CASE WHEN kind NOT IN ('Unreachable', 'ConfirmationReported') THEN at END),
       NULL, NULL, NULL, NULL, NULL, NULL,
       max(sequence), NULL, NULL, NULL, NULL
  FROM ledger_events WHERE contact_id {among} GROUP BY contact_id
UNION ALL
SELECT 'erasing', contact_id, NULL, NULL, opened_at, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL
  FROM cases WHERE kind = 'erase' AND closed_at IS NULL AND contact_id {among}
UNION ALL
SELECT 'hold', NULL, name, NULL, until, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL, NULL, NULL, NULL
  FROM holds WHERE name = 'replies'
"""
_LOAD = {
    "postgresql": _LOADED.format(among="= ANY(%(ids)s)"),
    "sqlite": _LOADED.format(among="IN (SELECT value FROM json_each(:ids))"),
}


def _grouped(rows: Iterable[Any]) -> dict[str | None, list[Any]]:
    """Rows by contact; those of the house under None."""
    grouped: dict[str | None, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row[1], []).append(row)
    return grouped


def _restore(person: Person, rows: list[Any]) -> None:
    subscriptions, blocks = {}, set()
    out_since = last_at = None
    for row in rows:
        what, _, name, value = row[:4]
        times, rest = tuple(map(bulk.from_stored, row[4:11])), row[11:]
        match what:
            case "conversation":
                person.recent[name] = _recent(value, times, rest)
            case "subscription":
                subscriptions[name] = Subscription(State(value), *times[:3])
                if rest[3]:
                    person.came_by[name] = rest[3]
            case "block":
                blocks.add(name)
            case "standing":
                out_since = times[0]
            case "erasing":
                person.erasing = times[0]
            case "ledger":
                person.sequence, last_at = rest[0], times[0]
    person.standing = Standing(subscriptions, out_since, frozenset(blocks), last_at)


def _recent(last_text: str | None, times: tuple[datetime | None, ...], rest: Any) -> Recent:
    last_at, unknown_at, already_out_at, wanted_since, answered_at, until, left_at = times
    same_text, wanted, tries, programme, question = rest
    return Recent(
        last_text=last_text,
        last_at=last_at,
        same_text=same_text,
        asking=Asking(programme, question, tries, until) if programme and until else None,
        unknown_at=unknown_at,
        already_out_at=already_out_at,
        left_at=left_at,
        heard_at=last_at,
        allowance=Allowance(wanted_since, wanted, answered_at),
    )
