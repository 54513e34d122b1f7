"""The hot path's statements: record, lock and load, append. Three statements and a commit.

Locks are taken in one order everywhere: messages by key, contacts by address.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from responder.core.addresses import Address
from responder.core.consent import Standing, State, Subscription
from responder.core.messages import Inbound
from responder.core.outcomes import Recent
from responder.store import bulk
from responder.store.tables import contacts, messages


@dataclass(slots=True)
class Person:
    """What is stored of one contact, and what this transaction has made of it so far."""

    contact_id: str
    standing: Standing
    sequence: int = 0
    recent: dict[str, Recent] = field(default_factory=dict)

    def said_lately(self, number: str) -> Recent:
        """The conversation with one number; courtesies count over all numbers of the house."""
        here = self.recent.get(number, Recent())
        everywhere = self.recent.values()
        return Recent(
            here.last_text,
            here.last_at,
            max((r.unknown_at for r in everywhere if r.unknown_at), default=None),
            max((r.already_out_at for r in everywhere if r.already_out_at), default=None),
        )


def open_batch(
    connection: Connection,
    arrived: Sequence[tuple[str, Inbound]],
    senders: Iterable[Address],
    now: datetime,
    new_id: Callable[[], str],
) -> tuple[frozenset[str], dict[str, Person]]:
    """Store messages under their ids, lock the senders' contacts, load where each stands.

    Gives the ids of the messages that were never seen before, and the people by address key.
    What is loaded is what was committed while the locks were waited for.
    """
    keys = sorted(set(senders), key=lambda address: address.key)
    fresh, held = bulk.write_returning(
        connection,
        bulk.insert_or_ignore(
            messages, [_message(*pair) for pair in _by_key(arrived)], "id, sender"
        ),
        bulk.Write(contacts, [_contact(a, now, new_id()) for a in keys], _LOCK),
    )
    loaded = _load(connection, [contact_id for contact_id, _ in held])
    people = {contact_id: Person(contact_id, Standing()) for contact_id, _ in held}
    for contact_id, rows in _grouped(loaded).items():
        _restore(people[contact_id], rows)
    return (
        frozenset(message_id for message_id, _ in fresh),
        {address: people[contact_id] for contact_id, address in held},
    )


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
    }


_LOCK = (
    " ON CONFLICT (address) DO UPDATE SET last_inbound_at = excluded.last_inbound_at"
    " RETURNING id, address"
)
_LOADED = """
SELECT 'conversation' AS what, contact_id, number, last_text, last_at, unknown_at, already_out_at
  FROM conversations WHERE contact_id {among}
UNION ALL
SELECT 'standing', contact_id, NULL, NULL, out_since, NULL, NULL
  FROM standings WHERE contact_id {among}
UNION ALL
SELECT 'subscription', contact_id, programme, state, since, ended, NULL
  FROM subscriptions WHERE contact_id {among}
UNION ALL
SELECT 'block', contact_id, sender, NULL, NULL, NULL, NULL
  FROM provider_blocks WHERE blocked AND contact_id {among}
UNION ALL
SELECT 'sequence', contact_id, NULL, CAST(max(sequence) AS VARCHAR(16)), NULL, NULL, NULL
  FROM ledger_events WHERE contact_id {among} GROUP BY contact_id
"""
_LOAD = {
    "postgresql": _LOADED.format(among="= ANY(%(ids)s)"),
    "sqlite": _LOADED.format(among="IN (SELECT value FROM json_each(:ids))"),
}


def _load(connection: Connection, ids: list[str]) -> list[Any]:
    """Everything a decision looks at, for all people of a batch in one query."""
    dialect = connection.dialect.name
    value: Any = ids if dialect == "postgresql" else bulk.to_json(ids)
    return bulk.execute(connection, _LOAD[dialect], {"ids": value})


def _grouped(rows: Iterable[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row[1], []).append(row)
    return grouped


def _restore(person: Person, rows: list[Any]) -> None:
    subscriptions, blocks = {}, set()
    out_since = None
    for what, _, name, value, *times in rows:
        at, at2, at3 = map(bulk.from_stored, times)
        match what:
            case "conversation":
                person.recent[name] = Recent(value, at, at2, at3)
            case "subscription":
                subscriptions[name] = Subscription(State(value), at, at2)
            case "block":
                blocks.add(name)
            case "standing":
                out_since = at
            case "sequence":
                person.sequence = int(value)
    person.standing = Standing(subscriptions, out_since, frozenset(blocks))
