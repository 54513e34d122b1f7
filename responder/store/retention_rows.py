"""What goes by its own age: receipts and findings whole, texts and payloads where they stand."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from responder.core import retention as rules
from responder.core.retention import Rule
from responder.store import tables as t

PAGE = 1000
Counts = Counter[str]
"""Rule name → how many rows (`people`: persons, and documents of the erased) it takes."""
o = t.outbox.c


def whole_rows(
    table: Table,
    time: ColumnElement[datetime],
    rule: Rule,
    now: datetime,
    dry: bool,
    connection: Connection,
    after: str,
) -> tuple[str | None, Counts]:
    """Rows that are deleted whole."""
    query = select(table.c.id, time.label("at")).where(table.c.id > after)
    read = connection.execute(query.order_by(table.c.id).limit(PAGE)).all()
    old = [row.id for row in read if row.at < now - rule.keep]
    if old and not dry:
        connection.execute(delete(table).where(table.c.id.in_(old)))
    return go_on_after(read, any(old)), Counter({rule.name: len(old)})


def said(
    now: datetime,
    dry: bool,
    connection: Connection,
    after: str,
) -> tuple[str | None, Counts]:
    """What came in is emptied where it stands: its id makes a repeated delivery known."""
    m, d = t.messages.c, t.decisions.c
    query = (
        select(m.id, m.received_at, t.contacts.c.country)
        .add_columns((m.raw != "{}").label("has_payload"), (m.text != "").label("has_text"))
        .join(t.decisions, d.message_id == m.id)
        .join(t.contacts, t.contacts.c.id == d.contact_id)
        .where(m.id > after)
    )
    read = connection.execute(query.order_by(m.id).limit(PAGE)).all()
    aged = [row for row in read if row.received_at < now - rules.PAYLOADS.keep]
    payloads = [row.id for row in aged if row.has_payload]
    texts = [row.id for row in read if row.has_text and _is_over(row, rules.TEXTS, now)]
    if not dry:
        _set(connection, t.messages, m.id, payloads, raw="{}")
        _set(connection, t.messages, m.id, texts, text="")
        _set(connection, t.decisions, d.message_id, texts, trace="{}")
    counts = Counter({rules.PAYLOADS.name: len(payloads), rules.TEXTS.name: len(texts)})
    return go_on_after(read, bool(aged)), counts


def sent(
    now: datetime,
    dry: bool,
    connection: Connection,
    after: str,
) -> tuple[str | None, Counts]:
    """What went out is emptied, save what is still on its way."""
    query = (
        select(o.id, o.created_at.label("received_at"), t.contacts.c.country)
        .add_columns((o.due_at.is_(None) & (o.text != "")).label("has_text"))
        .join(t.contacts, t.contacts.c.id == o.contact_id)
        .where(o.id > after)
    )
    read = connection.execute(query.order_by(o.id).limit(PAGE)).all()
    texts = [row.id for row in read if row.has_text and _is_over(row, rules.TEXTS, now)]
    if not dry:
        _set(connection, t.outbox, o.id, texts, text="")
    aged = any(row.received_at < now - rules.TEXTS.shortest for row in read)
    return go_on_after(read, aged), Counter({rules.TEXTS.name: len(texts)})


def go_on_after(read: Sequence[Any], some_are_old: bool) -> str | None:
    """The key to go on after: none after the last page, nor where all is young already."""
    return read[-1].id if len(read) == PAGE and some_are_old else None


def _is_over(row: Any, rule: Rule, now: datetime) -> bool:
    return bool(row.received_at < now - rule.period(row.country))


def _set(
    connection: Connection, table: Table, key: ColumnElement[str], ids: list[str], **values: str
) -> None:
    if ids:
        connection.execute(update(table).where(key.in_(ids)).values(values))
