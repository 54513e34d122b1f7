"""Recorded people, one after the other: what they texted lately, and where they stood before.

Pages of people are read by their keys, so memory stays the same whatever the base holds.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from responder.core.consent import STRANGER, ConsentEvent, OptInExpired, fold
from responder.core.events import event_from
from responder.core.history import History, Step
from responder.core.messages import Inbound
from responder.store import tables as t
from responder.store.sealed import look_up_by_key

_PAGE = 200
_EMPTIED = "{}"
"""The trace that retention and erasure leave of a text they emptied."""
c, d, m, e = t.contacts.c, t.decisions.c, t.messages.c, t.ledger_events.c
_Rows = dict[str, list[Row[Any]]]


def histories(connection: Connection, since: datetime) -> Iterator[History]:
    """Everybody who texted from this moment on; nothing is written."""
    look_up_by_key(connection)
    query = select(c.id, c.address, c.country).where(c.last_inbound_at >= since).limit(_PAGE)
    after = ""
    while people := connection.execute(query.where(c.id > after).order_by(c.id)).all():
        after = people[-1].id
        texts, events = _read(connection, [person.id for person in people], since)
        for person in people:
            if person.id in texts:
                yield _history(person, texts[person.id], events.get(person.id, []), since)


def _read(connection: Connection, ids: list[str], since: datetime) -> tuple[_Rows, _Rows]:
    """Texts of the window, and all events, by contact."""
    texts = (
        select(d.contact_id, d.trace, t.messages)
        .join(t.messages, m.id == d.message_id)
        .where(d.contact_id.in_(ids), m.received_at >= since)
        .order_by(d.contact_id)
    )
    v = t.ledger_evidence.c
    events = (
        select(t.ledger_events, v.document)
        .outerjoin(t.ledger_evidence, (v.event_id == e.id) & (e.at >= since))
        .where(e.contact_id.in_(ids))
        .order_by(e.contact_id, e.sequence)
    )
    return _by_contact(connection.execute(texts)), _by_contact(connection.execute(events))


def _by_contact(rows: Any) -> _Rows:
    return {contact: list(group) for contact, group in groupby(rows, lambda row: row.contact_id)}


def _history(
    person: Any, texts: Sequence[Row[Any]], events: Sequence[Row[Any]], since: datetime
) -> History:
    readable = [row for row in texts if row.trace != _EMPTIED]
    caused = {(row.provider, row.provider_message_id) for row in readable}
    steps: list[tuple[datetime, str, Inbound | ConsentEvent]] = [
        (row.received_at, row.id, _inbound(row)) for row in readable
    ]
    standing, at = STRANGER, datetime.min.replace(tzinfo=since.tzinfo)
    for row in events:
        at = max(at, row.at)  # the order of the ledger is that of the fold
        event = event_from(row.kind, row.at, row.programme, row.sender)
        if at < since:
            standing = fold((event,), standing)
        elif not isinstance(event, OptInExpired) and _cause(row.document) not in caused:
            steps.append((at, row.id, event))
    return History(
        contact_id=person.id,
        address=person.address,
        country=person.country,
        since=since,
        standing=standing,
        steps=tuple(_in_order(steps)),
        unreadable=len(texts) - len(readable),
    )


def _in_order(steps: list[tuple[datetime, str, Inbound | ConsentEvent]]) -> Iterator[Step]:
    """By time; ids sort by when they were made, so they decide between what has the same time."""
    for at, _, step in sorted(steps, key=lambda one: one[:2]):
        yield at, step


def _inbound(row: Row[Any]) -> Inbound:
    return Inbound(
        provider=row.provider,
        provider_message_id=row.provider_message_id,
        sender=row.sender,
        recipient=row.recipient,
        text=row.text,
        received_at=row.received_at,
        provider_opt_out=_provider_opt_out(row.raw),
        raw=row.raw,
    )


def _provider_opt_out(raw: str) -> str | None:
    """What Twilio's Advanced Opt-Out did by itself with a message (field OptOutType)."""
    if "OptOutType" not in raw:
        return None
    told = orjson.loads(raw).get("OptOutType")
    return told.upper() or None if isinstance(told, str) else None


def _cause(document: str | None) -> tuple[str, str] | None:
    """The message, by its key, that caused an event with this evidence; None for other causes."""
    source = orjson.loads(document)["source"] if document else {}
    message = source.get("message") or {}
    return (message["provider"], message["id"]) if source.get("method") == "message" else None
