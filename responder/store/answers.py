"""The stored decision of a message that is delivered again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from responder.store import bulk

StoredAnswer = tuple[str, str, tuple[tuple[str, str], ...]]
"""Outcome, reason, and (outbox id, text) of every reply that was given inline."""

_ANSWER = """
SELECT wanted.provider, wanted.id, decisions.outcome, decisions.reason, outbox.id, outbox.text
  FROM {wanted}
  JOIN messages ON messages.provider = wanted.provider
                AND messages.provider_message_id = wanted.id
  JOIN decisions ON decisions.message_id = messages.id
  LEFT JOIN outbox ON outbox.message_id = messages.id
                  AND outbox.state NOT IN ('held', 'superseded')
 ORDER BY messages.id, outbox.position
"""
_ANSWERS = {
    "postgresql": _ANSWER.format(
        wanted="json_to_recordset(%(keys)s::json) AS wanted (provider text, id text)"
    ),
    "sqlite": _ANSWER.format(
        wanted="(SELECT json_extract(value, '$.provider') AS provider,"
        " json_extract(value, '$.id') AS id FROM json_each(:keys)) AS wanted"
    ),
}


def load_answers(
    connection: Connection, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], StoredAnswer]:
    """What was decided and answered to the messages with these (provider, provider id) keys."""
    if not keys:
        return {}
    wanted = bulk.to_json([{"provider": provider, "id": key} for provider, key in keys])
    by_key: dict[tuple[str, str], list[Any]] = {}
    for provider, key, *answer in bulk.execute(
        connection, _ANSWERS[connection.dialect.name], {"keys": wanted}
    ):
        by_key.setdefault((provider, key), []).append(answer)
    return {
        key: (rows[0][0], rows[0][1], tuple((row[2], row[3]) for row in rows if row[2]))
        for key, rows in by_key.items()
    }
