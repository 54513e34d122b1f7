"""Everything that is stored about one person."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from responder.store import tables as t


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is stored of one person, oldest first.

    `suppressions` are the entries of the suppression list, which names nobody: they are found
    by the person's hashes. `imports` are the lines of files that brought the person in or out.
    """

    contact: dict[str, Any]
    subscriptions: list[dict[str, Any]]
    blocks: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    replies: list[dict[str, Any]]
    events: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    tags: list[str]
    codes: list[dict[str, Any]]
    suppressions: list[dict[str, Any]]
    imports: list[dict[str, Any]]


def dossier(connection: Connection, address: str, hashes: Sequence[str] = ()) -> Dossier | None:
    """Everything about the person with this address key, or None. `hashes` are its keyed ones."""
    everyone = select(t.contacts, t.standings.c.out_since).outerjoin(t.standings)
    contact = connection.execute(everyone.where(t.contacts.c.address == address)).one_or_none()
    if contact is None:
        return None
    m, d, e, a = t.messages.c, t.decisions.c, t.ledger_events.c, t.answers.c
    said = select(
        *(m.id, m.received_at, m.recipient, m.text, m.provider_message_id),
        *(d.outcome, d.reason, d.trace, d.catalog_hash),
    ).join(t.messages, m.id == d.message_id)
    events = select(t.ledger_events, t.ledger_evidence.c.document).outerjoin(
        t.ledger_evidence, t.ledger_evidence.c.event_id == e.id
    )
    blocks = select(t.provider_blocks).where(t.provider_blocks.c.blocked)

    def mine(query: Select[Any], table: Any, *order: Any) -> list[dict[str, Any]]:
        query = query.where(table.c.contact_id == contact.id).order_by(*order)
        return [_plain(row) for row in connection.execute(query)]

    found = mine(events, t.ledger_events, e.sequence)
    labels = mine(select(t.contact_tags), t.contact_tags, t.contact_tags.c.tag)
    return Dossier(
        contact=_plain(contact),
        subscriptions=mine(select(t.subscriptions), t.subscriptions, t.subscriptions.c.programme),
        blocks=mine(blocks, t.provider_blocks, t.provider_blocks.c.sender),
        messages=mine(said, t.decisions, m.received_at, m.id),
        replies=mine(select(t.outbox), t.outbox, t.outbox.c.created_at, t.outbox.c.position),
        events=found,
        cases=mine(select(t.cases), t.cases, t.cases.c.opened_at),
        answers=mine(select(t.answers), t.answers, a.programme, a.question),
        tags=[row["tag"] for row in labels],
        codes=mine(select(t.incentive_codes), t.incentive_codes, t.incentive_codes.c.programme),
        suppressions=suppressions_of(connection, hashes),
        imports=[source for event in found if (source := _import(event))],
    )


def suppressions_of(connection: Connection, hashes: Sequence[str]) -> list[dict[str, Any]]:
    """The entries of the suppression list under these hashes, without the hashes."""
    s = t.suppressions.c
    query = select(s.since, s.reason).where(s.hash.in_(hashes)).order_by(s.since)
    return [_plain(row) for row in connection.execute(query)]


def _import(event: dict[str, Any]) -> dict[str, Any] | None:
    """The file and line that an event's evidence names, where an import was its source."""
    source = json.loads(event["document"] or "{}").get("source", {})
    if source.get("method") not in {"import", "import_suppression"}:
        return None
    told = {key: source.get(key) for key in ("method", "file", "line", "provenance")}
    return {"at": event["at"], "programme": event["programme"], **told}


def _plain(row: Any) -> dict[str, Any]:
    return dict(row._mapping)
