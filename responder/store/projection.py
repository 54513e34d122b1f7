"""The projection beside the ledger: whether what is read is what the events add up to.

Decisions, exports and the gate read `subscriptions`, `standings` and `provider_blocks`, and the
ledger's own hashes say nothing about these. One statement gives all rows of all contacts, sorted
by contact, so the memory does not grow with them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Connection, func, select

from responder.core.consent import Standing, State, Subscription, fold
from responder.core.events import event_from
from responder.core.tampering import Fault, Finding
from responder.store import bulk
from responder.store import tables as t
from responder.store.sealed import PAGE, stream

_AT_MOST = 50
"""Findings that are told."""


@dataclass(frozen=True, slots=True)
class Book:
    """One contact's standing twice: `folded` from the ledger, and as the projection `held` it.

    `folded` is None where an event cannot be read. Only `folded` knows its `last_at`; what is no
    state or no time in `held` is the text that stands there.
    """

    contact_id: str
    folded: Standing | None
    held: Standing


@dataclass(slots=True)
class Comparison:
    """How many contacts were compared, and where the two differ."""

    contacts: int = 0
    findings: list[Finding] = field(default_factory=list)


def compare(
    connection: Connection, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Comparison:
    """Compare every contact that has an event, or a row of the projection without any.

    For a long transaction that only reads; it is one statement, so it sees one moment. `progress`
    is told how many contacts are compared of how many there are.
    """
    total = connection.execute(select(func.count()).select_from(t.contacts)).scalar_one()
    compared = Comparison()
    for book in books(connection):
        compared.contacts += 1
        if len(compared.findings) < _AT_MOST:
            compared.findings += [Finding(Fault.DIFFERS, None, text) for text in differences(book)]
        if compared.contacts % PAGE == 0:
            progress(compared.contacts, total)
    del compared.findings[_AT_MOST:]
    return compared


def books(connection: Connection) -> Iterator[Book]:
    """Everybody's book; nothing else may be asked on the connection meanwhile."""
    for contact_id, rows in groupby(stream(connection, _BOOKS, {}), itemgetter(0)):
        yield _book(contact_id, rows)


def differences(book: Book) -> Iterator[str]:
    """What the projection has otherwise than the ledger, without any address."""
    folded, held, contact = book.folded, book.held, f"contact {book.contact_id}"
    if folded is None:
        yield f"an event of {contact} cannot be read, so nobody knows where they stand"
        return
    if held.subscriptions != folded.subscriptions:
        yield from _subscriptions(contact, folded.subscriptions, held.subscriptions)
    if held.out_since != folded.out_since:
        was, is_now = _since(held.out_since), _since(folded.out_since)
        yield f"{contact} is {was}, but the ledger says {is_now}"
    for sender in sorted(held.blocks ^ folded.blocks):
        was, is_now = ("blocked", "not") if sender in held.blocks else ("not blocked", "blocked")
        yield f"{contact} is {was} for {sender}, but the ledger says {is_now}"


def _subscriptions(
    contact: str, folded: Mapping[str, Subscription], held: Mapping[str, Subscription]
) -> Iterator[str]:
    for programme in sorted(folded.keys() | held.keys(), key=str):
        said, stands = folded.get(programme), held.get(programme)
        if said != stands:
            what = f"the subscription of {contact} in {programme}"
            yield f"{what} is {_told(stands)}, but the ledger says {_told(said)}"


def _told(subscription: Subscription | None) -> str:
    if subscription is None:
        return "none"
    times = {
        "since": subscription.since,
        "ended": subscription.ended,
        "requested": subscription.requested,
    }
    return " ".join([subscription.state, *(f"{k} {at}" for k, at in times.items() if at)])


def _since(out_since: datetime | None) -> str:
    return f"out of everything since {out_since}" if out_since else "not out of everything"


def _book(contact_id: str, rows: Iterable[tuple[Any, ...]]) -> Book:
    events: list[tuple[Any, ...]] = []
    subscriptions: dict[str, Subscription] = {}
    blocks: set[str] = set()
    out_since = None
    for _, what, name, value, *times, sequence in rows:
        match what:
            case "event":
                events.append((sequence, value, times[0], name))
            case "subscription":
                state = _STATES.get(value, cast(State, value))
                subscriptions[name] = Subscription(state, *map(_time, times))
            case "block":
                blocks.add(name)
            case "standing":
                out_since = _time(times[0])
    held = Standing(subscriptions, out_since, frozenset(blocks))
    return Book(contact_id, _folded(events), held)


def _folded(rows: list[tuple[int, str, Any, str | None]]) -> Standing | None:
    events = []
    for _, kind, stored, name in sorted(rows, key=itemgetter(0)):
        at = _time(stored)
        if not isinstance(at, datetime):
            return None
        try:
            events.append(event_from(kind, at, name, name))
        except ValueError:
            return None
    return fold(events)


def _time(stored: datetime | str | None) -> datetime | None:
    """A time; what is none is given back as it stands, and equals no time."""
    try:
        return bulk.from_stored(stored)
    except ValueError:
        return cast(datetime, stored)


_STATES = {state.value: state for state in State}
_BOOKS = """
SELECT contact_id, 'subscription' AS what, programme, state, since, ended, requested, 0
  FROM subscriptions
UNION ALL
SELECT contact_id, 'event', coalesce(programme, sender), kind, at, NULL, NULL, sequence
  FROM ledger_events
UNION ALL
SELECT contact_id, 'standing', NULL, NULL, out_since, NULL, NULL, 0 FROM standings
UNION ALL
SELECT contact_id, 'block', sender, NULL, NULL, NULL, NULL, 0 FROM provider_blocks WHERE blocked
ORDER BY contact_id
"""
