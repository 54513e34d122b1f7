"""What the provider's block list is to be told: queued with the act, told by a job.

An opt-out is told only when nothing is on its way to the person any more, or the block would eat
the confirmation that announces it; and only of who is still out, since it blocks all that the
sender has for them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from responder.core.catalog import Catalog
from responder.core.consent import ConsentEvent, ProviderBlocked, ProviderUnblocked
from responder.core.consent import State as Subscribed
from responder.core.delivery import POLICIES, State
from responder.core.evidence import evidence_of_notice, to_text
from responder.core.messages import Purpose
from responder.gateways import Consent
from responder.store import bulk
from responder.store import tables as t
from responder.store.changes import record
from responder.store.ledger import Person, lock_contacts
from responder.store.refusals import drift

n = t.provider_notices.c


def claim(
    connection: Connection, catalog: Catalog, now: datetime, lease_until: datetime, limit: int
) -> list[Consent]:
    """Lease notices whose time has come, oldest first; those that no longer hold are dropped."""
    o = t.outbox.c
    on_its_way = select(o.id).where(o.contact_id == n.contact_id, o.due_at.is_not(None)).exists()
    query = (
        select(t.provider_notices, t.contacts.c.address)
        .join(t.contacts, t.contacts.c.id == n.contact_id)
        .where(n.due_at <= now, n.opted_in | ~on_its_way)
        .order_by(n.due_at, n.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=t.provider_notices)
    )
    found = connection.execute(query).all()
    moot = {row.id for row in found if not row.opted_in and _is_in(connection, row, catalog)}
    dropped = update(t.provider_notices).where(n.id.in_(moot))
    connection.execute(dropped.values(state="superseded", due_at=None))
    rows = [row for row in found if row.id not in moot]
    leased = update(t.provider_notices).where(n.id.in_([row.id for row in rows]))
    connection.execute(leased.values(due_at=lease_until, attempts=n.attempts + 1))
    return [Consent(row.id, row.address, row.sender, row.opted_in, row.at) for row in rows]


def _is_in(connection: Connection, row: Row[Any], catalog: Catalog) -> bool:
    """Whether the person is in, or about to join, a programme of this sender."""
    s = t.subscriptions.c
    senders = [number for number in catalog.numbers.values() if number.sender == row.sender]
    programmes = {p.id for number in senders for p in catalog.programmes_on(number)}
    mine = (s.contact_id == row.contact_id) & s.programme.in_(programmes)
    running = s.state.in_((Subscribed.PENDING, Subscribed.ACTIVE))
    return connection.execute(select(s.programme).where(mine, running).limit(1)).first() is not None


def settle(
    connection: Connection, told: Sequence[tuple[str, str | None]], catalog: Catalog, now: datetime
) -> None:
    """Write each answer: taken, and then the block is as we said; or refused, which is a drift."""
    codes = dict(told)
    found = connection.execute(select(t.provider_notices).where(n.id.in_(codes))).all()
    people = lock_contacts(connection, [row.contact_id for row in found], now)
    for row in found:
        code = codes[row.id]
        mine = update(t.provider_notices).where(n.id == row.id)
        state = "told" if code is None else "refused"
        connection.execute(mine.values(state=state, due_at=None, error_code=code))
        if code is None:
            _apply(connection, row, people[row.contact_id], catalog, now)
        else:
            found_drift = drift(row.contact_id, row.sender, "not_told", code, now)
            bulk.write(connection, bulk.insert(t.provider_drifts, [found_drift]))


def _apply(
    connection: Connection, row: Row[Any], person: Person, catalog: Catalog, now: datetime
) -> None:
    """The provider obeyed; what was held back for the block may leave once it is gone."""
    event: ConsentEvent = ProviderBlocked(now, row.sender)
    if row.opted_in:
        event = ProviderUnblocked(now, row.sender)
        _release(connection, row.contact_id, now)
    if (row.sender in person.standing.blocks) == row.opted_in:
        address = connection.execute(
            select(t.contacts.c.address).where(t.contacts.c.id == row.contact_id)
        ).scalar_one()
        record(connection, person, [event], [to_text(evidence_of_notice(event, address, catalog))])


def _release(connection: Connection, contact_id: str, now: datetime) -> None:
    o = t.outbox.c
    held = update(t.outbox).where(o.contact_id == contact_id, o.state == State.HELD)
    late = POLICIES[Purpose.CONFIRMATION].lifetime
    connection.execute(held.values(state=State.DUE, due_at=now, expires_at=now + late))
