"""Requests that wait for a second yes: some are reminded once, the others expire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select, update

from responder.core.catalog import Catalog, DoubleOptIn, Programme
from responder.core.compose import compose
from responder.core.consent import OptInExpired, State
from responder.core.delivery import POLICIES
from responder.core.delivery import State as Sending
from responder.core.double_opt_in import is_over
from responder.core.evidence import evidence_of_silence, to_text
from responder.core.messages import Purpose
from responder.core.reminder_hours import remind_until
from responder.store import bulk
from responder.store import tables as t
from responder.store.changes import record
from responder.store.identifiers import new_id
from responder.store.ledger import Person, lock_contacts

s = t.subscriptions.c
_PAGE = 100


def expire(connection: Connection, catalog: Catalog, now: datetime) -> int:
    """End requests that nobody answered in time, a page of them; gives how many.

    Those of a programme that is gone from the files, or asks no second yes any more, end too.
    """
    terms = {p.id: p.double_opt_in for p in catalog.programmes.values() if p.double_opt_in}
    rows = connection.execute(_overdue(terms, now)).all()
    people = lock_contacts(connection, [row.contact_id for row in rows], now)
    return sum(_expire(connection, people[row.contact_id], row, catalog, now) for row in rows)


def _overdue(terms: Mapping[str, DoubleOptIn], now: datetime) -> Select[Any]:
    overdue = [
        (s.programme == programme) & (s.requested < now - term.within)
        for programme, term in terms.items()
    ]
    query = select(s.contact_id, s.programme, t.contacts.c.address).join(
        t.contacts, t.contacts.c.id == s.contact_id
    )
    late = or_(s.programme.not_in(terms), *overdue)
    return query.where(s.state == State.PENDING, late).limit(_PAGE)


def _expire(
    connection: Connection,
    person: Person,
    row: Row[Any],
    catalog: Catalog,
    now: datetime,
) -> int:
    subscription = person.standing.subscriptions[row.programme]
    programme = catalog.programmes.get(row.programme)
    if subscription.state is not State.PENDING or not is_over(subscription, programme, now):
        return 0
    event = OptInExpired(now, row.programme)
    begun = subscription.requested or now
    keyword = person.came_by.get(row.programme)
    document = to_text(evidence_of_silence(event, row.address, begun, catalog, keyword))
    record(connection, person, [event], [document])
    return 1


def remind(connection: Connection, catalog: Catalog, now: datetime) -> int:
    """Queue one reminder for each request that waits long enough, in hours that suit the person."""
    wanted = [p for p in catalog.programmes.values() if p.double_opt_in]
    return sum(_remind(connection, programme, catalog, now) for programme in wanted)


def _remind(connection: Connection, programme: Programme, catalog: Catalog, now: datetime) -> int:
    terms = programme.double_opt_in
    if terms is None or terms.remind_after is None:
        return 0
    due = connection.execute(_to_remind(programme, now - terms.remind_after)).all()
    ends = {
        row.contact_id: end
        for row in due
        if (end := remind_until(row.address, catalog.sending, now))
    }
    awake = list(ends)[:_PAGE]
    people = lock_contacts(connection, awake, now)
    still = _to_remind(programme, now - terms.remind_after).where(s.contact_id.in_(awake))
    rows = [  # whoever had the lock may have reminded them
        _reminder(row, programme, catalog, now, ends[row.contact_id])
        for row in connection.execute(still).all()
        if _still_waits(people[row.contact_id], programme, now)
    ]
    bulk.write(connection, bulk.insert(t.outbox, rows))
    reminded = (s.programme == programme.id) & s.contact_id.in_([r["contact_id"] for r in rows])
    connection.execute(update(t.subscriptions).where(reminded).values(reminded=now))
    return len(rows)


def _to_remind(programme: Programme, before: datetime) -> Select[Any]:
    never = or_(s.reminded.is_(None), s.reminded < s.requested)
    return (
        select(s.contact_id, s.number, s.language, t.contacts.c.address)
        .join(t.contacts, t.contacts.c.id == s.contact_id)
        .where(s.state == State.PENDING, s.programme == programme.id, s.requested <= before, never)
        .limit(10 * _PAGE)
    )


def _still_waits(person: Person, programme: Programme, now: datetime) -> bool:
    subscription = person.standing.subscriptions[programme.id]
    waits = subscription.state is State.PENDING and not is_over(subscription, programme, now)
    return waits and not person.standing.blocks


def _reminder(
    row: Row[Any], programme: Programme, catalog: Catalog, now: datetime, latest: datetime
) -> dict[str, object]:
    language = row.language or catalog.language
    text = compose("opt_in_reminder", language, catalog, programme=programme)
    return {
        "id": new_id(),
        "contact_id": row.contact_id,
        "position": 0,
        "programme": programme.id,
        "purpose": Purpose.PROMOTIONAL,
        "wording": "opt_in_reminder",
        "language": language,
        "sender": row.number or programme.numbers[0],
        "text": text,
        "state": Sending.DUE,
        "created_at": now,
        "due_at": now,
        "expires_at": min(now + POLICIES[Purpose.PROMOTIONAL].lifetime, latest),
        "attempts": 0,
    }
