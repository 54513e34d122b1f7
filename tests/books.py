"""Reads the database's books: the ledger's events folded, and the projection beside them."""

from sqlalchemy import Connection, case, func, select

from responder.core.consent import (
    ConfirmationReported,
    ConsentEvent,
    EvidenceErased,
    OptedIn,
    OptedOut,
    OptInExpired,
    OptInRequested,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
    State,
    Subscription,
    Unreachable,
    fold,
)
from responder.store import tables as t


def folded(connection: Connection) -> dict[str, Standing]:
    """Address → the fold of the ledger's events, in their sequence."""
    events: dict[str, list[ConsentEvent]] = {}
    query = (
        select(t.ledger_events, t.contacts.c.address)
        .join(t.contacts)
        .order_by(t.ledger_events.c.contact_id, t.ledger_events.c.sequence)
    )
    for row in connection.execute(query):
        events.setdefault(row.address, []).append(_event(row))
    return {address: fold(history) for address, history in events.items()}


def projected(connection: Connection) -> dict[str, Standing]:
    """Address → the standing that the projection's tables tell, for who has any event."""
    addresses = {row.id: row for row in connection.execute(select(t.contacts))}
    subscriptions: dict[str, dict[str, Subscription]] = {}
    for row in connection.execute(select(t.subscriptions)):
        mine = subscriptions.setdefault(row.contact_id, {})
        mine[row.programme] = Subscription(State(row.state), row.since, row.ended, row.requested)
    blocks: dict[str, set[str]] = {}
    for row in connection.execute(select(t.provider_blocks).where(t.provider_blocks.c.blocked)):
        blocks.setdefault(row.contact_id, set()).add(row.sender)
    out_since = {row.contact_id: row.out_since for row in connection.execute(select(t.standings))}
    e = t.ledger_events.c
    own = case((e.kind.not_in(("Unreachable", "ConfirmationReported")), e.at))
    newest = connection.execute(select(e.contact_id, func.max(own)).group_by(e.contact_id))
    return {
        addresses[contact].address: Standing(
            subscriptions.get(contact, {}),
            out_since.get(contact),
            frozenset(blocks.get(contact, ())),
            last_at,
        )
        for contact, last_at in newest
    }


def _event(row: object) -> ConsentEvent:
    kind, at = row.kind, row.at  # type: ignore[attr-defined]
    programme, sender = row.programme, row.sender  # type: ignore[attr-defined]
    makers = {
        "OptInRequested": lambda: OptInRequested(at, programme),
        "OptedIn": lambda: OptedIn(at, programme),
        "OptInExpired": lambda: OptInExpired(at, programme),
        "OptedOut": lambda: OptedOut(at, programme),
        "ProviderBlocked": lambda: ProviderBlocked(at, sender),
        "ProviderUnblocked": lambda: ProviderUnblocked(at, sender),
        "Unreachable": lambda: Unreachable(at),
        "ConfirmationReported": lambda: ConfirmationReported(at),
        "EvidenceErased": lambda: EvidenceErased(at),
    }
    return makers[kind]()
