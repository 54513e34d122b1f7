"""What the gate has to know of up to 10,000 people, in five statements whatever their number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from responder.core.addresses import Address
from responder.core.consent import Standing, State, Subscription
from responder.core.gate_facts import Basis, History, Licence, Person
from responder.store import bulk
from responder.store.suppressions import Hasher, suppressed_since

_LOOK_BACK = timedelta(days=367)
"""No cap counts further back than a year."""


@dataclass(slots=True)
class _Stored:
    """What is stored of one contact."""

    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    blocks: set[str] = field(default_factory=set)
    out_since: datetime | None = None
    unreachable: bool = False
    terms: tuple[Any, ...] = (None, None, None, None)
    sent: list[datetime] = field(default_factory=list)


def load(
    connection: Connection,
    keys: Hasher,
    addresses: Sequence[Address],
    programme: str,
    now: datetime,
) -> Mapping[str, tuple[Person, History]]:
    """Each person in respect of one programme, and what was sent them, by address key."""
    wanted = sorted({address.key for address in addresses})
    stored = _load(connection, wanted, programme, now)
    kept_out = suppressed_since(connection, keys, wanted)
    nobody = _Stored()
    return {
        address.key: _facts(address, stored.get(address.key, nobody), kept_out.get(address.key))
        for address in addresses
    }


def standings(connection: Connection, addresses: Sequence[str]) -> Mapping[str, Standing]:
    """The standing of everyone who is known, by address key."""
    contacts = _contacts(connection, addresses)
    people = {row[1]: _Stored(out_since=bulk.from_stored(row[3])) for row in contacts}
    _add_subscriptions(connection, people, None)
    return {row[0]: _standing(people[row[1]]) for row in contacts}


def _load(
    connection: Connection, addresses: Sequence[str], programme: str, now: datetime
) -> dict[str, _Stored]:
    contacts = _contacts(connection, addresses)
    people: defaultdict[str, _Stored] = defaultdict(_Stored)
    for _, contact_id, unreachable_since, out_since in contacts:
        person = people[contact_id]
        person.unreachable = unreachable_since is not None
        person.out_since = bulk.from_stored(out_since)
    _add_subscriptions(connection, people, programme)
    for contact_id, sender in _among(connection, _BLOCKS, list(people)):
        people[contact_id].blocks.add(sender)
    since = bulk.time_text(now - _LOOK_BACK)
    more = {"programme": programme, "since": since}
    for contact_id, at in _among(connection, _SENT, list(people), more):
        if (sent_at := bulk.from_stored(at)) is not None:
            people[contact_id].sent.append(sent_at)
    return {row[0]: people[row[1]] for row in contacts}


def _contacts(connection: Connection, addresses: Sequence[str]) -> list[Any]:
    return _among(connection, _CONTACTS, addresses)


def _add_subscriptions(
    connection: Connection, people: Mapping[str, _Stored], programme: str | None
) -> None:
    for row in _among(connection, _SUBSCRIPTIONS, list(people)):
        contact_id, name, state, *rest = row
        times = tuple(map(bulk.from_stored, rest[:3]))
        people[contact_id].subscriptions[name] = Subscription(State(state), *times)
        if name == programme:
            people[contact_id].terms = tuple(rest[3:])


def _facts(
    address: Address, stored: _Stored, suppressed: datetime | None
) -> tuple[Person, History]:
    basis, basis_at, licence, used = stored.terms
    person = Person(
        address=address,
        standing=_standing(stored),
        suppressed=suppressed is not None and not _came_back(stored, suppressed),
        unreachable=stored.unreachable,
        basis=Basis(basis or Basis.CONSENT),
        basis_at=bulk.from_stored(basis_at),
        licence=Licence(licence or Licence.OWNED),
        sends_used=used or 0,
    )
    return person, History(tuple(stored.sent))


def _came_back(stored: _Stored, suppressed: datetime) -> bool:
    """Nothing but an act of their own lets a suppressed person in again."""
    running = (s for s in stored.subscriptions.values() if s.state is State.ACTIVE)
    return any(one.since is not None and one.since > suppressed for one in running)


def _standing(stored: _Stored) -> Standing:
    return Standing(stored.subscriptions, stored.out_since, frozenset(stored.blocks))


def _among(
    connection: Connection,
    query: str,
    values: Sequence[str],
    more: Mapping[str, str] | None = None,
) -> list[Any]:
    """Rows of a query whose `{among}` and `:names` are spelled for this database."""
    if connection.dialect.name == "postgresql":
        sql = query.format(among="= ANY(%(values)s)", programme="%(programme)s", since="%(since)s")
        return bulk.execute(connection, sql, {"values": list(values), **(more or {})})
    among = "IN (SELECT value FROM json_each(:values))"
    sql = query.format(among=among, programme=":programme", since=":since")
    return bulk.execute(connection, sql, {"values": bulk.to_json(values), **(more or {})})


_CONTACTS = """
SELECT contacts.address, contacts.id, contacts.unreachable_since, standings.out_since
  FROM contacts LEFT JOIN standings ON standings.contact_id = contacts.id
 WHERE contacts.address {among}
"""
_SUBSCRIPTIONS = """
SELECT contact_id, programme, state, since, ended, requested, basis, basis_at, licence, used
  FROM subscriptions WHERE contact_id {among}
"""
_BLOCKS = "SELECT contact_id, sender FROM provider_blocks WHERE blocked AND contact_id {among}"
_SENT = """
SELECT contact_id, COALESCE(attempted_at, due_at, created_at)
  FROM outbox
 WHERE contact_id {among} AND programme = {programme} AND purpose = 'promotional'
   AND state NOT IN ('superseded', 'expired', 'failed', 'undelivered')
   AND created_at > {since}
"""
