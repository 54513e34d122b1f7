"""Consent events of one contact: what every act writes, whether a text, a clock or a provider.

The events with their evidence go into the ledger, and the projection moves in the same
transaction. The contact must be locked.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from responder.core.consent import (
    PROGRAMME_EVENTS,
    ConsentEvent,
    EvidenceErased,
    OptedIn,
    OptedOut,
    OptInRequested,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
    fold,
)
from responder.core.evidence import commitment
from responder.store import bulk, tables
from responder.store.identifiers import new_id, new_salt
from responder.store.ledger import Person

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where an opt-in came from: the number and keyword texted, the poster, the language.

    `basis` is `consent` or `soft_opt_in` (and since when); `licence` is `owned`, `bought` or
    `rented`.
    """

    number: str | None
    keyword: str | None
    source: str | None
    language: str | None
    basis: str = "consent"
    basis_at: datetime | None = None
    licence: str = "owned"


@dataclass(frozen=True, slots=True)
class Change:
    """Events of one contact with a document of evidence each, and the standing on both sides.

    `sequence` is that of the contact's last event before them.
    """

    contact_id: str
    sequence: int
    events: tuple[ConsentEvent, ...]
    documents: tuple[str, ...]
    before: Standing
    standing: Standing
    attribution: Attribution | None = None


def writes(changes: Sequence[Change]) -> tuple[bulk.Write | bulk.Update, ...]:
    """What these changes write, one entry a table."""
    ledger = [row for change in changes for row in _ledger_rows(change)]
    blocks = [row for change in changes for row in _blocks(change)]
    return (
        _cancel(changes),
        bulk.insert(tables.ledger_events, [event for event, _ in ledger]),
        bulk.insert(tables.ledger_evidence, [proof for _, proof in ledger]),
        bulk.upsert(tables.subscriptions, _subscriptions(changes), keep=_KEPT),
        bulk.upsert(tables.standings, _standings(changes)),
        bulk.upsert(tables.provider_blocks, last(blocks, "sender")),
    )


def record(
    connection: Connection,
    person: Person,
    events: Sequence[ConsentEvent],
    documents: Sequence[str],
    attribution: Attribution | None = None,
) -> None:
    """Append events to a locked contact, outside of any message; the person moves with them."""
    change = Change(
        contact_id=person.contact_id,
        sequence=person.sequence,
        events=tuple(events),
        documents=tuple(documents),
        before=person.standing,
        standing=fold(events, person.standing),
        attribution=attribution,
    )
    bulk.write(connection, *writes([change]))
    person.standing, person.sequence = change.standing, person.sequence + len(events)


def last(rows: Iterable[Row], key: str) -> list[Row]:
    """The last row for each contact and key: one upsert must not touch a row twice."""
    return list({(row["contact_id"], row[key]): row for row in rows}.values())


def _ledger_rows(change: Change) -> Iterator[tuple[Row, Row]]:
    pairs = zip(change.events, change.documents, strict=True)
    for sequence, (event, document) in enumerate(pairs, start=change.sequence + 1):
        salt, event_id = new_salt(), new_id()
        yield (
            {
                "id": event_id,
                "contact_id": change.contact_id,
                "sequence": sequence,
                "kind": type(event).__name__,
                "programme": getattr(event, "programme", None),
                "sender": getattr(event, "sender", None),
                "at": event.at,
                "commitment": commitment(salt, document),
            },
            {"event_id": event_id, "salt": salt, "document": document},
        )


def _standings(changes: Sequence[Change]) -> list[Row]:
    """Since when a person is out of everything, where that changed."""
    moved = {c.contact_id: c for c in changes if c.before.out_since != c.standing.out_since}
    return [{"contact_id": c, "out_since": one.standing.out_since} for c, one in moved.items()]


_ATTRIBUTES = tuple(field.name for field in fields(Attribution))
_KEPT = {
    **{name: (name,) for name in (*_ATTRIBUTES, "reminded", "used")},
    **dict.fromkeys(("number", "keyword", "source"), ("keyword", "source")),
}
"""A second yes or START names no keyword: then it stays where they came from."""


def _subscriptions(changes: Sequence[Change]) -> list[Row]:
    """The final state of every subscription that moved; who joined keeps where they came from."""
    rows: dict[tuple[str, str], Row] = {}
    for change in changes:
        for event in change.events:
            for programme in _moved(event, change.standing):
                row = rows.setdefault((change.contact_id, programme), {})
                row |= _state(change, programme)
                if isinstance(event, OptedIn | OptInRequested) and change.attribution:
                    row |= _columns(change.attribution)
    return list(rows.values())


def _moved(event: ConsentEvent, standing: Standing) -> tuple[str, ...]:
    if isinstance(event, EvidenceErased):
        return tuple(standing.subscriptions)
    if not isinstance(event, PROGRAMME_EVENTS):
        return ()
    return (event.programme,) if event.programme else tuple(standing.subscriptions)


def _state(change: Change, programme: str) -> Row:
    subscription = change.standing.subscriptions[programme]
    return {
        "contact_id": change.contact_id,
        "programme": programme,
        "state": subscription.state,
        "since": subscription.since,
        "ended": subscription.ended,
        "requested": subscription.requested,
    }


def _columns(attribution: Attribution) -> Row:
    return {name: getattr(attribution, name) for name in _ATTRIBUTES}


def _blocks(change: Change) -> Iterator[Row]:
    for event in change.events:
        if isinstance(event, ProviderBlocked | ProviderUnblocked):
            yield {
                "contact_id": change.contact_id,
                "sender": event.sender,
                "blocked": isinstance(event, ProviderBlocked),
                "since": event.at,
            }


def _cancel(changes: Sequence[Change]) -> bulk.Update:
    """What waits to be sent to somebody who left is not sent; their confirmation is."""
    rows = [
        {"contact_id": change.contact_id, "programme": getattr(event, "programme", None)}
        for change in changes
        for event in change.events
        if isinstance(event, OptedOut | EvidenceErased)
    ]
    return bulk.Update(
        tables.outbox,
        sets="state = 'superseded', due_at = NULL",
        columns=("contact_id", "programme"),
        where="outbox.contact_id = given.contact_id"
        " AND outbox.state IN ('inline', 'due', 'unknown')"
        " AND outbox.purpose IN ('request', 'reward', 'promotional')"
        " AND (given.programme IS NULL OR given.programme = outbox.programme)",
        rows=rows,
    )
