"""The hot path's statements: record, lock and load, append. Seven round trips and a commit.

Locks are taken in one order everywhere: messages by key, contacts by address.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnClause, Connection, String, column, text

from responder.core.addresses import Address
from responder.core.consent import Standing, State, Subscription
from responder.core.messages import Inbound
from responder.core.outcomes import Recent
from responder.store import bulk
from responder.store.tables import UtcDateTime, contacts, messages


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
    return frozenset(row.id for row in bulk.insert_or_ignore(connection, messages, rows, "id"))


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
    locked = bulk.upsert_returning(connection, contacts, rows, _LOCK) if rows else ()
    people = {row.address: Person(row.id, Standing()) for row in locked}
    _load(connection, {person.contact_id: person for person in people.values()})
    return people


_LOCK = "(address) DO UPDATE SET last_inbound_at = excluded.last_inbound_at RETURNING id, address"
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
_COLUMNS: tuple[ColumnClause[Any], ...] = (
    column("what", String),
    column("contact_id", String),
    column("name", String),
    column("value", String),
    column("at", UtcDateTime),
    column("at2", UtcDateTime),
    column("at3", UtcDateTime),
)
_LOAD = {
    "postgresql": text(_LOADED.format(among="= ANY(CAST(:ids AS VARCHAR[]))")).columns(*_COLUMNS),
    "sqlite": text(_LOADED.format(among="IN (SELECT value FROM json_each(:ids))")).columns(
        *_COLUMNS
    ),
}


def _load(connection: Connection, people: dict[str, Person]) -> None:
    """Everything a decision looks at, for all people of a batch in one query."""
    if not people:
        return
    dialect = connection.dialect.name
    ids: Any = list(people) if dialect == "postgresql" else bulk.to_json(list(people))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(_LOAD[dialect], {"ids": ids}):
        found.setdefault(row.contact_id, []).append(row)
    for contact_id, rows in found.items():
        _restore(people[contact_id], rows)


def _restore(person: Person, rows: list[Any]) -> None:
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row.what, []).append(row)
    person.standing = Standing(
        subscriptions={
            row.name: Subscription(State(row.value), row.at, row.at2)
            for row in by_kind.get("subscription", ())
        },
        out_since=next((row.at for row in by_kind.get("contact", ())), None),
        blocks=frozenset(row.name for row in by_kind.get("block", ())),
    )
    person.sequence = next((int(row.value) for row in by_kind.get("sequence", ())), 0)
    person.recent = {
        row.name: Recent(row.value, row.at, row.at2, row.at3)
        for row in by_kind.get("conversation", ())
    }
