"""The stored decision of a message that is delivered again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select, tuple_

from responder.store.tables import decisions, messages, outbox

StoredAnswer = tuple[str, str, tuple[tuple[str, str], ...]]
"""Outcome, reason, and (outbox id, text) of every reply that was given inline."""

_ANSWER = (
    select(
        messages.c.provider,
        messages.c.provider_message_id,
        decisions.c.outcome,
        decisions.c.reason,
        outbox.c.id,
        outbox.c.text,
    )
    .join(decisions, decisions.c.message_id == messages.c.id)
    .outerjoin(
        outbox,
        (outbox.c.message_id == messages.c.id) & outbox.c.state.not_in(("held", "superseded")),
    )
    .order_by(messages.c.id, outbox.c.position)
)


def load_answers(
    connection: Connection, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], StoredAnswer]:
    """What was decided and answered to the messages with these (provider, provider id) keys."""
    if not keys:
        return {}
    key = tuple_(messages.c.provider, messages.c.provider_message_id)
    by_key: dict[tuple[str, str], list[Any]] = {}
    for row in connection.execute(_ANSWER.where(key.in_(keys))):
        by_key.setdefault((row.provider, row.provider_message_id), []).append(row)
    return {
        key: (rows[0].outcome, rows[0].reason, tuple((r.id, r.text) for r in rows if r.id))
        for key, rows in by_key.items()
    }
