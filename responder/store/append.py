"""What a batch of decisions writes: one statement a table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, update

from responder.core.catalog import Catalog
from responder.core.consent import (
    ConsentEvent,
    OptedIn,
    OptedOut,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
)
from responder.core.evidence import commitment, evidence, to_text
from responder.core.messages import Inbound
from responder.core.outcomes import Decision, Recent
from responder.store import bulk, tables
from responder.store.identifiers import new_id, new_salt

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """One message of a known contact, decided; where the person stood before and stands now.

    `sequence` is that of the contact's last event before this decision; `outbox_ids` are the
    ids of the decision's replies, in order.
    """

    message_id: str
    message: Inbound
    contact_id: str
    sequence: int
    decision: Decision
    before: Standing
    standing: Standing
    recent: Recent
    outbox_ids: tuple[str, ...]


def append(
    connection: Connection, decided: Sequence[Decided], catalog: Catalog, now: datetime
) -> None:
    """Write events with their evidence, projections, decisions and replies."""
    if not decided:
        return
    _drop_held(connection, decided)
    events = [row for one in decided for row in _event_rows(one, catalog)]
    blocks = [row for one in decided for row in _blocks(one)]
    bulk.write(
        connection,
        bulk.insert(tables.decisions, [_decision(one, catalog, now) for one in decided]),
        bulk.upsert(tables.conversations, _last(map(_conversation, decided), "number")),
        bulk.insert(tables.ledger_events, [event for event, _ in events]),
        bulk.insert(tables.ledger_evidence, [proof for _, proof in events]),
        bulk.insert(tables.outbox, [row for one in decided for row in _replies(one, now)]),
        bulk.upsert(tables.subscriptions, _subscriptions(decided), keep=_ATTRIBUTION),
        bulk.upsert(tables.standings, _standings(decided)),
        bulk.upsert(tables.provider_blocks, _last(blocks, "sender")),
        bulk.insert_or_ignore(tables.cases, _cases(decided, now)),
    )


def _event_rows(one: Decided, catalog: Catalog) -> Iterator[tuple[Row, Row]]:
    for sequence, event in enumerate(one.decision.events, start=one.sequence + 1):
        document = to_text(evidence(event, one.message, one.decision, catalog))
        salt, event_id = new_salt(), new_id()
        yield (
            {
                "id": event_id,
                "contact_id": one.contact_id,
                "sequence": sequence,
                "kind": type(event).__name__,
                "programme": getattr(event, "programme", None),
                "sender": getattr(event, "sender", None),
                "at": event.at,
                "commitment": commitment(salt, document),
            },
            {"event_id": event_id, "salt": salt, "document": document},
        )


def _decision(one: Decided, catalog: Catalog, now: datetime) -> Row:
    return {
        "message_id": one.message_id,
        "contact_id": one.contact_id,
        "outcome": one.decision.outcome,
        "reason": one.decision.reason,
        "trace": _trace(one),
        "catalog_hash": catalog.hash,
        "decided_at": now,
    }


def _trace(one: Decided) -> str:
    """raw → stripped → canonical → rule → intent; the raw text stands with the message."""
    understood = one.decision.understanding
    return orjson.dumps(
        {
            "stripped": understood.stripped,
            "words": understood.words,
            "rule": understood.rule,
            "matched": understood.matched,
            "keyword": " ".join(understood.keyword or ()),
            "intent": understood.intent,
        }
    ).decode()


def _conversation(one: Decided) -> Row:
    return {
        "contact_id": one.contact_id,
        "number": one.message.recipient,
        "last_text": one.recent.last_text,
        "last_at": one.recent.last_at,
        "unknown_at": one.recent.unknown_at,
        "already_out_at": one.recent.already_out_at,
    }


def _replies(one: Decided, now: datetime) -> Iterator[Row]:
    numbered = zip(one.outbox_ids, one.decision.replies, strict=True)
    for position, (outbox_id, reply) in enumerate(numbered):
        yield {
            "id": outbox_id,
            "message_id": one.message_id,
            "contact_id": one.contact_id,
            "position": position,
            "purpose": reply.purpose,
            "wording": reply.wording,
            "language": reply.language,
            "sender": one.message.recipient,
            "text": reply.text,
            "state": "held" if reply.held else "inline",
            "created_at": now,
        }


def _standings(decided: Sequence[Decided]) -> list[Row]:
    """Since when a person is out of everything, where that changed."""
    moved = {d.contact_id: d for d in decided if d.before.out_since != d.standing.out_since}
    return [{"contact_id": c, "out_since": one.standing.out_since} for c, one in moved.items()]


_ATTRIBUTION = ("number", "keyword", "source", "language")


def _subscriptions(decided: Sequence[Decided]) -> list[Row]:
    """The final state of every subscription that moved; who joined keeps where they came from."""
    rows: dict[tuple[str, str], Row] = {}
    for one in decided:
        for event in one.decision.events:
            for programme in _moved(event, one.standing):
                row = rows.setdefault((one.contact_id, programme), {})
                row |= _state(one, programme)
                if isinstance(event, OptedIn):
                    row |= _attribution(one)
    return list(rows.values())


def _moved(event: ConsentEvent, standing: Standing) -> tuple[str, ...]:
    if not isinstance(event, OptedIn | OptedOut):
        return ()
    return (event.programme,) if event.programme else tuple(standing.subscriptions)


def _state(one: Decided, programme: str) -> Row:
    subscription = one.standing.subscriptions[programme]
    return {
        "contact_id": one.contact_id,
        "programme": programme,
        "state": subscription.state,
        "since": subscription.since,
        "ended": subscription.ended,
    }


def _attribution(one: Decided) -> Row:
    keyword, replies = one.decision.keyword, one.decision.replies
    return {
        "number": one.message.recipient,
        "keyword": keyword.text if keyword else None,
        "source": keyword.source if keyword else None,
        "language": replies[0].language if replies else None,
    }


def _blocks(one: Decided) -> Iterator[Row]:
    for event in one.decision.events:
        if isinstance(event, ProviderBlocked | ProviderUnblocked):
            yield {
                "contact_id": one.contact_id,
                "sender": event.sender,
                "blocked": isinstance(event, ProviderBlocked),
                "since": event.at,
            }


def _cases(decided: Sequence[Decided], now: datetime) -> list[Row]:
    """Cases for a person to see; one of a kind at a time."""
    return [
        {
            "id": new_id(),
            "contact_id": one.contact_id,
            "message_id": one.message_id,
            "kind": one.decision.case,
            "opened_at": now,
        }
        for one in decided
        if one.decision.case
    ]


def _drop_held(connection: Connection, decided: Sequence[Decided]) -> None:
    """Who lifted the provider's block is answered now; what was held back has had its day."""
    outbox = tables.outbox
    for one in decided:
        if any(isinstance(event, ProviderUnblocked) for event in one.decision.events):
            mine = (outbox.c.contact_id == one.contact_id) & (outbox.c.state == "held")
            connection.execute(update(outbox).where(mine).values(state="superseded"))


def _last(rows: Iterable[Row], key: str) -> list[Row]:
    """The last row for each contact and key: one upsert must not touch a row twice."""
    return list({(row["contact_id"], row[key]): row for row in rows}.values())
