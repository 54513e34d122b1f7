"""Read-only queries for people: the contact base, and everything about one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from responder.store import tables as t

_PAGE = 1000
FIELDS = (
    *("address", "programme", "state", "since", "ended", "keyword", "source", "language"),
    *("number", "country", "reachable"),
)
"""The columns of an export, in order."""


def subscriptions(
    connection: Connection, programme: str | None, state: str | None
) -> Iterator[dict[str, Any]]:
    """One row a subscription, in constant memory; `state` None gives all of them."""
    s, c = t.subscriptions.c, t.contacts.c
    blocked = (
        select(t.provider_blocks.c.sender)
        .where(t.provider_blocks.c.contact_id == s.contact_id, t.provider_blocks.c.blocked)
        .exists()
    )
    query = select(
        *(c.address, s.programme, s.state, s.since, s.ended, s.keyword, s.source, s.language),
        *(s.number, c.country, (~blocked).label("reachable")),
    ).join(t.contacts, c.id == s.contact_id)
    query = _where(query, programme, state).order_by(s.contact_id, s.programme)
    for row in connection.execution_options(yield_per=_PAGE).execute(query):
        yield dict(zip(FIELDS, row, strict=True))


def _where(query: Select[Any], programme: str | None, state: str | None) -> Select[Any]:
    if programme:
        query = query.where(t.subscriptions.c.programme == programme)
    if state:
        query = query.where(t.subscriptions.c.state == state)
    return query


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is stored of one person, oldest first."""

    contact: dict[str, Any]
    subscriptions: list[dict[str, Any]]
    blocks: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    replies: list[dict[str, Any]]
    events: list[dict[str, Any]]
    cases: list[dict[str, Any]]


def dossier(connection: Connection, address: str) -> Dossier | None:
    """Everything about the person with this address key, or None."""
    everyone = select(t.contacts, t.standings.c.out_since).outerjoin(t.standings)
    contact = connection.execute(everyone.where(t.contacts.c.address == address)).one_or_none()
    if contact is None:
        return None
    m, d = t.messages.c, t.decisions.c
    said = select(
        *(m.id, m.received_at, m.recipient, m.text, m.provider_message_id),
        *(d.outcome, d.reason, d.trace, d.catalog_hash),
    ).join(t.messages, m.id == d.message_id)
    events = select(t.ledger_events, t.ledger_evidence.c.document).outerjoin(
        t.ledger_evidence, t.ledger_evidence.c.event_id == t.ledger_events.c.id
    )

    def mine(query: Select[Any], table: Any, *order: Any) -> list[dict[str, Any]]:
        query = query.where(table.c.contact_id == contact.id).order_by(*order)
        return [_plain(row) for row in connection.execute(query)]

    return Dossier(
        contact=_plain(contact),
        subscriptions=mine(select(t.subscriptions), t.subscriptions, t.subscriptions.c.programme),
        blocks=mine(
            select(t.provider_blocks).where(t.provider_blocks.c.blocked),
            t.provider_blocks,
            t.provider_blocks.c.sender,
        ),
        messages=mine(said, t.decisions, m.received_at, m.id),
        replies=mine(select(t.outbox), t.outbox, t.outbox.c.created_at, t.outbox.c.position),
        events=mine(events, t.ledger_events, t.ledger_events.c.sequence),
        cases=mine(select(t.cases), t.cases, t.cases.c.opened_at),
    )


def _plain(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)
