"""What a batch of decisions writes: one statement a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, update

from responder.core.addresses import parse_address
from responder.core.catalog import Catalog
from responder.core.consent import ProviderUnblocked, Standing
from responder.core.delivery import POLICIES, State
from responder.core.evidence import evidence, to_text
from responder.core.messages import Inbound, Reply
from responder.core.notices import notice
from responder.core.outcomes import Decision, Recent
from responder.store import bulk, changes, tables
from responder.store.changes import Attribution, Change, Row, last
from responder.store.identifiers import new_id


@dataclass(frozen=True, slots=True)
class Decided:
    """One message of a known contact, decided; where the person stood before and stands now.

    `sequence` is that of the contact's last event before this decision; `outbox_ids` are the
    ids of the decision's replies, in order. `inline` says that they travel with the webhook's
    response. `came_by` has the keyword by which they had come to each programme before.
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
    inline: bool = True
    came_by: Mapping[str, str] = field(default_factory=dict)


def append(
    connection: Connection,
    decided: Sequence[Decided],
    catalog: Catalog,
    now: datetime,
    watch: timedelta,
) -> None:
    """Write events with their evidence, projections, decisions and replies.

    A reply that travels with the response is watched: it is due again after `watch`.
    """
    if not decided:
        return
    _drop_held(connection, decided)
    changed = [_change(one, catalog) for one in decided if one.decision.events]
    bulk.write(
        connection,
        *(changes.writes(changed) if changed else ()),
        bulk.insert(tables.decisions, [_decision(one, catalog, now) for one in decided]),
        bulk.upsert(tables.conversations, last(map(_conversation, decided), "number")),
        bulk.insert(tables.outbox, [row for one in decided for row in _replies(one, now, watch)]),
        bulk.upsert(tables.answers, _answers(decided)),
        bulk.insert_or_ignore(tables.cases, _cases(decided, now)),
        bulk.insert(tables.provider_notices, _notices(decided, catalog, now)),
    )


def _change(one: Decided, catalog: Catalog) -> Change:
    events, decision = one.decision.events, one.decision
    documents = (
        to_text(evidence(event, one.message, decision, catalog, one.outbox_ids, one.came_by))
        for event in events
    )
    keyword, replies = decision.came_by, decision.replies
    return Change(
        contact_id=one.contact_id,
        sequence=one.sequence,
        events=events,
        documents=tuple(documents),
        before=one.before,
        standing=one.standing,
        attribution=Attribution(
            number=one.message.recipient,
            keyword=keyword.text if keyword else None,
            source=keyword.source if keyword else None,
            language=replies[0].language if replies else None,
            basis_at=one.message.received_at,
        ),
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
    recent, asking = one.recent, one.recent.asking
    return {
        "contact_id": one.contact_id,
        "number": one.message.recipient,
        "last_text": recent.last_text,
        "last_at": recent.last_at,
        "unknown_at": recent.unknown_at,
        "already_out_at": recent.already_out_at,
        "left_at": recent.left_at,
        "same_text": recent.same_text,
        "wanted_since": recent.allowance.since,
        "wanted": recent.allowance.count,
        "answered_at": recent.allowance.last_at,
        "asking_programme": asking.programme if asking else None,
        "asking_question": asking.question if asking else None,
        "asking_tries": asking.tries if asking else 0,
        "asking_until": asking.until if asking else None,
    }


def _replies(one: Decided, now: datetime, watch: timedelta) -> Iterator[Row]:
    numbered = zip(one.outbox_ids, one.decision.replies, strict=True)
    for position, (outbox_id, reply) in enumerate(numbered):
        state, due_at = _first_state(one, reply, now, watch)
        yield {
            "id": outbox_id,
            "message_id": one.message_id,
            "contact_id": one.contact_id,
            "position": position,
            "programme": reply.programme,
            "purpose": reply.purpose,
            "wording": reply.wording,
            "language": reply.language,
            "sender": one.message.recipient,
            "text": reply.text,
            "state": state,
            "created_at": now,
            "due_at": due_at,
            "expires_at": one.message.received_at + POLICIES[reply.purpose].lifetime,
            "attempts": 0,
        }


def _first_state(
    one: Decided, reply: Reply, now: datetime, watch: timedelta
) -> tuple[State, datetime | None]:
    if reply.held:
        return State.HELD, None
    return (State.INLINE, now + watch) if one.inline else (State.DUE, now)


def _answers(decided: Sequence[Decided]) -> list[Row]:
    answers = {
        (one.contact_id, answered.programme, answered.question): {
            "contact_id": one.contact_id,
            "programme": answered.programme,
            "question": answered.question,
            "value": answered.value,
            "answered_at": one.message.received_at,
        }
        for one in decided
        if (answered := one.decision.answered)
    }
    return list(answers.values())


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


def _notices(decided: Sequence[Decided], catalog: Catalog, now: datetime) -> list[Row]:
    """What the provider's block list is to be told."""
    rows = []
    for one in decided:
        number = catalog.numbers.get(parse_address(one.message.recipient).key)
        opted_in = notice(one.decision, one.before, number)
        if number and opted_in is not None:
            rows.append(
                {
                    "id": new_id(),
                    "contact_id": one.contact_id,
                    "sender": number.sender,
                    "opted_in": opted_in,
                    "at": one.message.received_at,
                    "state": "due",
                    "due_at": now,
                    "attempts": 0,
                }
            )
    return rows


def _drop_held(connection: Connection, decided: Sequence[Decided]) -> None:
    """Who lifted the provider's block is answered now; what was held back has had its day."""
    outbox = tables.outbox
    for one in decided:
        if any(isinstance(event, ProviderUnblocked) for event in one.decision.events):
            mine = (outbox.c.contact_id == one.contact_id) & (outbox.c.state == "held")
            connection.execute(update(outbox).where(mine).values(state="superseded"))
