"""What goes by itself once its time is over: counted, or done, page by page.

Each walk follows a primary key, which sorts by time, and ends at the first page on which all is
young: no statement is long, however much there is. More than the rules say only a person deletes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select, update

from responder.core import retention as rules
from responder.core.addresses import AddressKind
from responder.core.catalog import Catalog
from responder.core.consent import State
from responder.core.retention import Rule
from responder.store import tables as t
from responder.store.database import Database
from responder.store.erase import drop_kept_proof, erase, is_on_its_way
from responder.store.suppressions import Hasher

_PAGE = 1000
Counts = Counter[str]
"""Rule name → how many rows (`people`: persons, and documents of the erased) it takes."""
_Page = Callable[[Connection, str], tuple[str | None, Counts]]
"""Sees to the rows after a key; gives the last key it read, None at the end, and its counts."""
o, s = t.outbox.c, t.subscriptions.c


def retain(
    database: Database,
    keys: Hasher,
    catalog: Catalog,
    now: datetime,
    *,
    dry: bool = False,
    told: Callable[[Counts], None] = lambda _: None,
) -> Counts:
    """Do what the rules say, or with `dry` count it; `told` hears of the sum after each page."""
    total: Counts = Counter({rule.name: 0 for rule in rules.RULES})
    over: list[str] = []
    pages: tuple[_Page, ...] = (
        partial(_rows, t.receipts, t.receipts.c.received_at, rules.RECEIPTS, now, dry),
        partial(_rows, t.provider_drifts, t.provider_drifts.c.found_at, rules.DRIFTS, now, dry),
        partial(_said, now, dry),
        partial(_sent, now, dry),
        partial(_people, now, dry, over),
    )
    for page in pages:
        for counts in _walk(database, page, dry=dry):
            total.update(counts)
            told(total)
    total[rules.PEOPLE.name] += len(over) if dry else _erase(database, keys, catalog, over, now)
    told(total)
    return total


def _walk(database: Database, page: _Page, *, dry: bool) -> Iterator[Counts]:
    after: str | None = ""
    while after is not None:
        with database.read() if dry else database.write() as connection:
            after, counts = page(connection, after)
        yield counts


def _rows(
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
    read = connection.execute(query.order_by(table.c.id).limit(_PAGE)).all()
    old = [row.id for row in read if row.at < now - rule.keep]
    if old and not dry:
        connection.execute(delete(table).where(table.c.id.in_(old)))
    return _next(read, any(old)), Counter({rule.name: len(old)})


def _said(
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
    read = connection.execute(query.order_by(m.id).limit(_PAGE)).all()
    aged = [row for row in read if row.received_at < now - rules.PAYLOADS.keep]
    payloads = [row.id for row in aged if row.has_payload]
    texts = [row.id for row in read if row.has_text and _is_over(row, rules.TEXTS, now)]
    if not dry:
        _set(connection, t.messages, m.id, payloads, raw="{}")
        _set(connection, t.messages, m.id, texts, text="")
        _set(connection, t.decisions, d.message_id, texts, trace="{}")
    counts = Counter({rules.PAYLOADS.name: len(payloads), rules.TEXTS.name: len(texts)})
    return _next(read, bool(aged)), counts


def _sent(
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
    read = connection.execute(query.order_by(o.id).limit(_PAGE)).all()
    texts = [row.id for row in read if row.has_text and _is_over(row, rules.TEXTS, now)]
    if not dry:
        _set(connection, t.outbox, o.id, texts, text="")
    aged = any(row.received_at < now - rules.TEXTS.shortest for row in read)
    return _next(read, aged), Counter({rules.TEXTS.name: len(texts)})


def _people(
    now: datetime,
    dry: bool,
    over: list[str],
    connection: Connection,
    after: str,
) -> tuple[str | None, Counts]:
    """What hangs on people; whose time is over goes into `over`, to be erased one by one."""
    c = t.contacts.c
    query = select(c.id, c.country, c.kind).where(c.id > after).order_by(c.id).limit(_PAGE)
    read = connection.execute(query).all()
    alive = [row for row in read if row.kind != AddressKind.ERASED]
    counts: Counts = Counter()
    for rule, table, is_old in _ATTACHED:
        for ids, before in _by_period(alive, rule, now):
            where = table.c.contact_id.in_(ids) & is_old(before)
            counts[rule.name] += _take(connection, table, where, dry=dry)
    for ids, before in _by_period(alive, rules.PEOPLE, now):
        over += connection.execute(select(c.id).where(c.id.in_(ids), _has_left(before))).scalars()
    tombs = [row.id for row in read if row.kind == AddressKind.ERASED]
    counts[rules.PEOPLE.name] += drop_kept_proof(connection, tombs, now, dry=dry) if tombs else 0
    return _next(read, True), counts


def _take(connection: Connection, table: Table, where: ColumnElement[bool], *, dry: bool) -> int:
    if dry:
        counted = select(func.count()).select_from(table).where(where)
        return int(connection.execute(counted).scalar_one())
    if table is t.subscriptions:
        return connection.execute(update(table).where(where).values(_NO_ATTRIBUTES)).rowcount
    return connection.execute(delete(table).where(where)).rowcount


_NO_ATTRIBUTES = dict.fromkeys(("number", "keyword", "source", "language"))


def _silent(before: datetime) -> ColumnElement[bool]:
    return t.conversations.c.last_at < before


def _answers_of_the_left(before: datetime) -> ColumnElement[bool]:
    a = t.answers.c
    same = (s.contact_id == a.contact_id) & (s.programme == a.programme)
    return select(s.contact_id).where(same, _ended(before)).exists()


def _attributes_of_the_left(before: datetime) -> ColumnElement[bool]:
    known = [s[name].is_not(None) for name in _NO_ATTRIBUTES]
    return _ended(before) & or_(*known)


def _ended(before: datetime) -> ColumnElement[bool]:
    return (s.state == State.ENDED) & (s.ended < before)


_ATTACHED: tuple[tuple[Rule, Table, Callable[[datetime], ColumnElement[bool]]], ...] = (
    (rules.CONVERSATIONS, t.conversations, _silent),
    (rules.ANSWERS, t.answers, _answers_of_the_left),
    (rules.ATTRIBUTES, t.subscriptions, _attributes_of_the_left),
)


def _has_left(before: datetime) -> ColumnElement[bool]:
    """Nothing heard, nothing running or ended since, no case open, nothing on its way."""
    c = t.contacts.c
    running = s.state.in_((State.ACTIVE, State.PENDING)) | (s.ended >= before)
    runs = select(s.contact_id).where(s.contact_id == c.id, running).exists()
    asked = select(t.cases.c.id).where(t.cases.c.contact_id == c.id, t.cases.c.closed_at.is_(None))
    return (c.last_inbound_at < before) & ~runs & ~asked.exists() & ~is_on_its_way()


def _erase(
    database: Database, keys: Hasher, catalog: Catalog, people: Sequence[str], now: datetime
) -> int:
    """Each in a transaction of their own, so that nobody waits; who came back meanwhile stays."""
    done = 0
    for contact_id in people:
        with database.write() as connection:
            country = select(t.contacts.c.country).where(t.contacts.c.id == contact_id)
            before = now - rules.PEOPLE.period(connection.execute(country).scalar())
            still = select(t.contacts.c.id).where(t.contacts.c.id == contact_id, _has_left(before))
            if connection.execute(still.with_for_update()).first():
                reason = "nothing runs, and the time to keep the proof is over"
                erase(connection, keys, contact_id, "retention", reason, catalog, now)
                done += 1
    return done


def _by_period(
    people: Sequence[Any], rule: Rule, now: datetime
) -> Iterator[tuple[list[str], datetime]]:
    """People with the same period together, and the time before which it is over."""
    ids: dict[datetime, list[str]] = {}
    for row in people:
        ids.setdefault(now - rule.period(row.country), []).append(row.id)
    for before, same in ids.items():
        yield same, before


def _is_over(row: Any, rule: Rule, now: datetime) -> bool:
    return bool(row.received_at < now - rule.period(row.country))


def _next(read: Sequence[Any], some_are_old: bool) -> str | None:
    """The key to go on after: none after the last page, nor where all is young already."""
    return read[-1].id if len(read) == _PAGE and some_are_old else None


def _set(
    connection: Connection, table: Table, key: ColumnElement[str], ids: list[str], **values: str
) -> None:
    if ids:
        connection.execute(update(table).where(key.in_(ids)).values(values))
