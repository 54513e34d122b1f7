"""What the gate has to know of up to 10,000 people, in five statements whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from responder.core.addresses import Address
from responder.core.consent import STRANGER, Standing, State, Subscription
from responder.core.gate_facts import Basis, History, Licence, Person
from responder.store import bulk
from responder.store.suppressions import Hasher, suppressed_since

_LOOK_BACK = timedelta(days=367)
"""No cap counts further back than a year."""
_NOBODY = ("", None, None)
_NO_TERMS = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored of contacts, by their ids; who is not named has nothing of the kind.

    `contacts` are (id, unreachable since, ended everything since) by address key; `terms` the
    basis of the programme asked about, its time, the licence, and how often it was used.
    """

    contacts: Mapping[str, tuple[str, datetime | None, datetime | None]]
    subscriptions: Mapping[str, Mapping[str, Subscription]]
    terms: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    blocks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sent: Mapping[str, Sequence[datetime]] = field(default_factory=dict)

    def standing(self, address: str) -> Standing:
        """Where somebody stands; who is no contact is a stranger."""
        if address not in self.contacts:
            return STRANGER
        contact_id, _, out_since = self.contacts[address]
        blocks = frozenset(self.blocks.get(contact_id, ()))
        return Standing(self.subscriptions.get(contact_id, {}), out_since, blocks)


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
    return {
        address.key: _facts(address, stored, kept_out.get(address.key)) for address in addresses
    }


def standings(connection: Connection, addresses: Sequence[str]) -> Mapping[str, Standing]:
    """The standing of everyone who is known, by address key."""
    contacts = _contacts(connection, addresses)
    subscriptions, _ = _subscriptions(connection, [found[0] for found in contacts.values()])
    stored = _Stored(contacts, subscriptions)
    return {address: stored.standing(address) for address in contacts}


def _load(
    connection: Connection, addresses: Sequence[str], programme: str, now: datetime
) -> _Stored:
    contacts = _contacts(connection, addresses)
    ids = [found[0] for found in contacts.values()]
    since = {"programme": programme, "since": bulk.time_text(now - _LOOK_BACK)}
    return _Stored(
        contacts,
        *_subscriptions(connection, ids, programme),
        _grouped(_among(connection, _BLOCKS, ids)),
        _grouped((who, bulk.from_stored(at)) for who, at in _among(connection, _SENT, ids, since)),
    )


def _contacts(
    connection: Connection, addresses: Sequence[str]
) -> dict[str, tuple[str, datetime | None, datetime | None]]:
    return {
        address: (contact_id, bulk.from_stored(unreachable), bulk.from_stored(out))
        for address, contact_id, unreachable, out in _among(connection, _CONTACTS, addresses)
    }


def _subscriptions(
    connection: Connection, contact_ids: Sequence[str], programme: str | None = None
) -> tuple[dict[str, dict[str, Subscription]], dict[str, Sequence[Any]]]:
    """Subscriptions by contact and programme; of one programme its terms as well, by contact."""
    found: dict[str, dict[str, Subscription]] = {}
    terms: dict[str, Sequence[Any]] = {}
    for row in _among(connection, _SUBSCRIPTIONS, contact_ids):
        contact_id, name, state, since, ended, requested = row[:6]
        times = map(bulk.from_stored, (since, ended, requested))
        found.setdefault(contact_id, {})[name] = Subscription(State(state), *times)
        if name == programme:
            terms[contact_id] = row[6:]
    return found, terms


def _grouped(rows: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for contact_id, value in rows:
        grouped.setdefault(contact_id, []).append(value)
    return grouped


def _facts(
    address: Address, stored: _Stored, suppressed: datetime | None
) -> tuple[Person, History]:
    contact_id, unreachable_since, _ = stored.contacts.get(address.key, _NOBODY)
    standing = stored.standing(address.key)
    basis, basis_at, licence, used = stored.terms.get(contact_id, _NO_TERMS)
    person = Person(
        address=address,
        standing=standing,
        suppressed=suppressed is not None and not _came_back(standing, suppressed),
        unreachable=unreachable_since is not None,
        basis=Basis(basis) if basis else Basis.CONSENT,
        basis_at=bulk.from_stored(basis_at),
        licence=Licence(licence) if licence else Licence.OWNED,
        sends_used=used or 0,
    )
    return person, History(tuple(stored.sent.get(contact_id, ())))


def _came_back(standing: Standing, suppressed: datetime) -> bool:
    """Nothing but an act of their own lets a suppressed person in again."""
    running = (s for s in standing.subscriptions.values() if s.state is State.ACTIVE)
    return any(one.since is not None and one.since > suppressed for one in running)


def _among(
    connection: Connection,
    query: str,
    values: Sequence[str],
    more: Mapping[str, str] | None = None,
) -> list[Any]:
    """Rows of a query whose `{among}` and `:names` are spelled for this database.

    The values travel as JSON to PostgreSQL too: its driver takes long to quote an array of texts.
    """
    spelled = _SPELLED[connection.dialect.name]
    given = {"values": bulk.to_json(values), **(more or {})}
    return bulk.execute(connection, query.format(**spelled), given)


_SPELLED = {
    "postgresql": {
        "among": "= ANY(ARRAY(SELECT json_array_elements_text(%(values)s::json)))",
        "programme": "%(programme)s",
        "since": "%(since)s",
    },
    "sqlite": {
        "among": "IN (SELECT value FROM json_each(:values))",
        "programme": ":programme",
        "since": ":since",
    },
}
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
