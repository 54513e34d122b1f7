"""What hangs on people and goes with time, and people who are erased once all theirs is over."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select, update

from responder.core import retention as rules
from responder.core.addresses import AddressKind
from responder.core.catalog import Catalog
from responder.core.consent import State
from responder.core.retention import Rule
from responder.store import tables as t
from responder.store.database import Database
from responder.store.erase import drop_kept_proof, erase
from responder.store.erasure_plan import count, is_on_its_way
from responder.store.retention_rows import PAGE, Counts, go_on_after
from responder.store.suppressions import Hasher

s = t.subscriptions.c


def people(
    now: datetime,
    dry: bool,
    over: list[str],
    connection: Connection,
    after: str,
) -> tuple[str | None, Counts]:
    """What hangs on people; whose time is over goes into `over`, to be erased one by one."""
    c = t.contacts.c
    query = select(c.id, c.country, c.kind).where(c.id > after).order_by(c.id).limit(PAGE)
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
    return go_on_after(read, True), counts


def _take(connection: Connection, table: Table, where: ColumnElement[bool], *, dry: bool) -> int:
    if dry:
        return count(connection, table, where)
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


def erase_who_left(
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
