"""The contact base for export: one row a subscription, in constant memory."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, exists, func, select, type_coerce

from responder.store import bulk
from responder.store import tables as t

_PAGE = 5000
FIELDS = (
    *("address", "programme", "state", "since", "ended", "keyword", "source", "language"),
    *("number", "country", "basis", "licence", "reachable", "tags"),
)
"""The columns of an export, in order. Answers follow."""
ALL_FIELDS = (*FIELDS, "answers")
Row = tuple[Any, ...]
"""The values of `ALL_FIELDS`: times as texts (UTC), `tags` as a sequence, `answers` by question."""
_NO_ANSWERS: Mapping[str, str] = {}

s, c = t.subscriptions.c, t.contacts.c


@dataclass(frozen=True, slots=True)
class Filters:
    """What else a row must be. `since` and `until` (exclusive) are when people joined.

    One of the named sources, countries, languages and tags is enough; all `answers` must fit.
    """

    sources: Sequence[str] = ()
    countries: Sequence[str] = ()
    languages: Sequence[str] = ()
    tags: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    answers: Mapping[str, str] = field(default_factory=dict)


_ALL = Filters()


def subscriptions(
    connection: Connection,
    programme: str | None = None,
    state: str | None = None,
    filters: Filters = _ALL,
) -> Iterator[list[Row]]:
    """Pages of rows, one a subscription; `state` None gives all of them."""
    query = _filtered(_rows(connection.dialect.name), programme, state, filters)
    filled = _filled(connection)
    result = connection.execution_options(yield_per=_PAGE).execute(query)
    for page in result.partitions(_PAGE):
        blocked, tags, answers = _details(connection, [row[0] for row in page], filled)
        yield [
            (
                *row[1:],
                row[0] not in blocked,
                tags.get(row[0], ()),
                answers.get((row[0], row[2]), _NO_ANSWERS),
            )
            for row in page
        ]


def programmes(connection: Connection) -> list[str]:
    """The programmes that anybody was ever in, and those of the newest catalog, sorted."""
    newest = select(t.catalogs.c.document).order_by(t.catalogs.c.first_served_at.desc()).limit(1)
    files = json.loads(connection.execute(newest).scalar() or "{}")
    found = {Path(name).stem for name in files if name.startswith("programmes/")}
    following = select(func.min(s.programme))  # one short search of the index for each
    name = connection.execute(following).scalar()
    while name is not None:
        found.add(name)
        name = connection.execute(following.where(s.programme > name)).scalar()
    return sorted(found)


def questions(connection: Connection, programme: str) -> list[str]:
    """The questions of a programme that anybody answered, sorted."""
    asked = select(t.answers.c.question).where(t.answers.c.programme == programme).distinct()
    return sorted(connection.execute(asked).scalars())


def _rows(dialect: str) -> Select[Any]:
    """Rows of the contact's id, then FIELDS up to the licence."""
    return select(
        *(s.contact_id, c.address, s.programme, s.state),
        *(_iso(s.since, dialect), _iso(s.ended, dialect)),
        *(s.keyword, s.source, s.language, s.number, c.country, s.basis, s.licence),
    ).join(t.contacts, c.id == s.contact_id)


def _iso(column: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """A time as text, made by the database: a million of them cost little there."""
    if dialect == "postgresql":
        return func.to_char(column, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"', type_=String)
    stored = type_coerce(column, String)
    return func.replace(func.substr(stored, 1, 19), " ", "T", type_=String).concat("+00:00")


def _filtered(
    query: Select[Any], programme: str | None, state: str | None, filters: Filters
) -> Select[Any]:
    if programme:
        query = query.where(s.programme == programme)
    if state:
        query = query.where(s.state == state)
    for column, wanted in (
        (s.source, filters.sources),
        (c.country, filters.countries),
        (s.language, filters.languages),
    ):
        if wanted:
            query = query.where(column.in_(wanted))
    if filters.since:
        query = query.where(s.since >= filters.since)
    if filters.until:
        query = query.where(s.since < filters.until)
    if filters.tags:
        g = t.contact_tags.c
        query = query.where(exists().where(g.contact_id == s.contact_id, g.tag.in_(filters.tags)))
    a = t.answers.c
    for question, value in filters.answers.items():
        own = (a.contact_id == s.contact_id) & (a.programme == s.programme)
        query = query.where(exists().where(own, a.question == question, a.value == value))
    return query


_AMONG = {
    "postgresql": "= ANY(%(ids)s)",
    "sqlite": "IN (SELECT value FROM json_each(:ids))",
}
_LOOK = {
    "provider_blocks": "SELECT contact_id FROM provider_blocks"
    " WHERE blocked AND contact_id {among}",
    "contact_tags": "SELECT contact_id, tag FROM contact_tags"
    " WHERE contact_id {among} ORDER BY tag",
    "answers": "SELECT contact_id, programme, question, value FROM answers"
    " WHERE contact_id {among}",
}


def _filled(connection: Connection) -> set[str]:
    """Which of these tables hold anything: many bases have no tags, and to look takes long."""
    anything = "SELECT 1 FROM {} LIMIT 1"
    return {table for table in _LOOK if bulk.execute(connection, anything.format(table), {})}


def _details(
    connection: Connection, contact_ids: Sequence[str], filled: Collection[str]
) -> tuple[set[str], dict[str, list[str]], dict[tuple[str, str], dict[str, str]]]:
    """Of these contacts: who is blocked at the provider, their tags, their answers."""
    dialect, ids = connection.dialect.name, list(dict.fromkeys(contact_ids))
    given: Any = ids if dialect == "postgresql" else bulk.to_json(ids)

    def look(table: str) -> list[Any]:
        if table not in filled:
            return []
        return bulk.execute(connection, _LOOK[table].format(among=_AMONG[dialect]), {"ids": given})

    tags: dict[str, list[str]] = {}
    for contact_id, tag in look("contact_tags"):
        tags.setdefault(contact_id, []).append(tag)
    answers: dict[tuple[str, str], dict[str, str]] = {}
    for contact_id, programme, question, value in look("answers"):
        answers.setdefault((contact_id, programme), {})[question] = value
    return {row[0] for row in look("provider_blocks")}, tags, answers
