"""Contacts with their subscriptions, page by page, for the API."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from responder.store import tables as t
from responder.store.feed import ERASED, shown_address

_WHO = (t.contacts, t.standings.c.out_since)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact. `address` is None where the person was erased."""

    id: str
    address: str | None
    kind: str
    country: str | None
    created_at: datetime
    unreachable_since: datetime | None
    out_since: datetime | None
    blocked_senders: tuple[str, ...]
    tags: tuple[str, ...]
    subscriptions: tuple[Row[Any], ...]
    answers: Mapping[str, Mapping[str, str]]


def contacts_after(
    connection: Connection, after: str, limit: int, programme: str | None, state: str | None
) -> list[Contact]:
    """Up to `limit` contacts whose id is greater than `after`, by id; none who were erased.

    Ids never change and are never given anew, so a contact is in exactly one page.
    """
    query = _query().where(t.contacts.c.id > after, ~t.contacts.c.address.startswith(ERASED))
    if programme or state:
        query = query.where(_subscribed(programme, state))
    return _filled(connection, connection.execute(query.order_by(t.contacts.c.id).limit(limit)))


def contact(connection: Connection, contact_id: str) -> Contact | None:
    """One contact by id, or None."""
    rows = connection.execute(_query().where(t.contacts.c.id == contact_id))
    return next(iter(_filled(connection, rows)), None)


def _query() -> Select[Any]:
    return select(*_WHO).outerjoin(t.standings, t.standings.c.contact_id == t.contacts.c.id)


def _subscribed(programme: str | None, state: str | None) -> Any:
    s = t.subscriptions.c
    query = select(s.contact_id).where(s.contact_id == t.contacts.c.id)
    if programme:
        query = query.where(s.programme == programme)
    return (query.where(s.state == state) if state else query).exists()


def _filled(connection: Connection, rows: Iterable[Row[Any]]) -> list[Contact]:
    people = list(rows)
    ids = [row.id for row in people]
    s, a, g, b = t.subscriptions.c, t.answers.c, t.contact_tags.c, t.provider_blocks.c
    subscriptions = _by_contact(connection, select(t.subscriptions).order_by(s.programme), s, ids)
    answers = _by_contact(connection, select(t.answers).order_by(a.question), a, ids)
    tags = _by_contact(connection, select(t.contact_tags).order_by(g.tag), g, ids)
    blocked = select(t.provider_blocks).where(b.blocked).order_by(b.sender)
    blocks = _by_contact(connection, blocked, b, ids)
    return [
        Contact(
            id=row.id,
            address=shown_address(row.address),
            kind=row.kind,
            country=row.country,
            created_at=row.created_at,
            unreachable_since=row.unreachable_since,
            out_since=row.out_since,
            blocked_senders=tuple(block.sender for block in blocks[row.id]),
            tags=tuple(tag.tag for tag in tags[row.id]),
            subscriptions=tuple(subscriptions[row.id]),
            answers=_answers(answers[row.id]),
        )
        for row in people
    ]


def _by_contact(
    connection: Connection, query: Select[Any], columns: Any, ids: Sequence[str]
) -> Mapping[str, list[Row[Any]]]:
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query.where(columns.contact_id.in_(ids))):
        found[row.contact_id].append(row)
    return found


def _answers(rows: Iterable[Row[Any]]) -> Mapping[str, Mapping[str, str]]:
    given: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        given[row.programme][row.question] = row.value
    return given
