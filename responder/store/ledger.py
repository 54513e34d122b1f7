"""The hot path's statements: record, lock and load, append. Four round trips and a commit.

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


def record(connection: Connection, arrived: Sequence[tuple[str, Inbound]]) -> frozenset[str]:
    """Store messages under their ids; gives the ids of those that were never seen before."""
    rows = [
        {
            "id": message_id,
            "provider": message.provider,
            "provider_message_id": message.provider_message_id,
            "sender": message.sender,
            "recipient": message.recipient,
            "text": message.text,
            "received_at": message.received_at,
            "raw": message.raw,
        }
        for message_id, message in sorted(arrived, key=lambda pair: pair[1].key)
    ]
    inserted = bulk.write_returning(connection, bulk.insert_or_ignore(messages, rows), "id")
    return frozenset(row.id for row in inserted)


def lock_people(
    connection: Connection,
    senders: Iterable[Address],
    now: datetime,
    new_id: Callable[[], str],
) -> dict[str, Person]:
    """Lock the senders' contact rows, new ones inserted, and load where each person stands."""
    rows = [
        {
            "id": new_id(),
            "address": address.key,
            "kind": address.kind,
            "country": address.country,
            "created_at": now,
            "last_inbound_at": now,
        }
        for address in sorted(set(senders), key=lambda address: address.key)
    ]
    if not rows:
        return {}
    locked = bulk.write_returning(connection, bulk.Write(contacts, rows, _LOCK), "id, address")
    people = {row.address: Person(row.id, Standing()) for row in locked}
    _load(connection, {person.contact_id: person for person in people.values()})
    return people


_LOCK = " ON CONFLICT (address) DO UPDATE SET last_inbound_at = excluded.last_inbound_at"
_LOADED = """
SELECT 'conversation' AS what, contact_id, number AS name, last_text AS value,
       last_at AS at, unknown_at AS at2, already_out_at AS at3
  FROM conversations WHERE contact_id {among}
UNION ALL
SELECT 'contact', id, NULL, NULL, out_since, NULL, NULL
  FROM contacts WHERE out_since IS NOT NULL AND id {among}
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


def _load(connection: Connection, people: dict[str, Person]) -> None:
    """Everything a decision looks at, for all people of a batch in one query."""
    dialect = connection.dialect.name
    ids: Any = list(people) if dialect == "postgresql" else bulk.to_json(list(people))
    found: dict[str, list[Any]] = {}
    for row in connection.exec_driver_sql(_LOAD[dialect], {"ids": ids}):
        found.setdefault(row.contact_id, []).append(row)
    for contact_id, rows in found.items():
        _restore(people[contact_id], rows)


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
            case "contact":
                out_since = at
            case "sequence":
                person.sequence = int(value)
    person.standing = Standing(subscriptions, out_since, frozenset(blocks))
