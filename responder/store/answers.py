"""The stored decision of a message that is delivered again."""

from collections.abc import Sequence
from datetime import datetime
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
  LEFT JOIN outbox ON outbox.message_id = messages.id AND outbox.state = 'inline'
 ORDER BY messages.id, outbox.position
"""
_RENEW = """
UPDATE outbox SET due_at = {until}
  FROM {wanted}
  JOIN messages ON messages.provider = wanted.provider
                AND messages.provider_message_id = wanted.id
 WHERE outbox.message_id = messages.id AND outbox.state = 'inline'
"""
_POSTGRESQL = {
    "wanted": "json_to_recordset(%(keys)s::json) AS wanted (provider text, id text)",
    "until": "%(until)s::timestamptz",
}
_SQLITE = {
    "wanted": "(SELECT json_extract(value, '$.provider') AS provider,"
    " json_extract(value, '$.id') AS id FROM json_each(:keys)) AS wanted",
    "until": ":until",
}
_STATEMENTS = {
    "postgresql": (_RENEW.format_map(_POSTGRESQL), _ANSWER.format_map(_POSTGRESQL)),
    "sqlite": (_RENEW.format_map(_SQLITE), _ANSWER.format_map(_SQLITE)),
}


def load_answers(
    connection: Connection, keys: Sequence[tuple[str, str]], watch_until: datetime
) -> dict[tuple[str, str], StoredAnswer]:
    """What was decided and answered to the messages with these (provider, provider id) keys.

    A reply is given again only as long as nothing shows that the provider has it and no worker
    has taken it over; it is then watched anew.
    """
    if not keys:
        return {}
    wanted = bulk.to_json([{"provider": provider, "id": key} for provider, key in keys])
    renew, answer = _STATEMENTS[connection.dialect.name]
    until = bulk.time_text(watch_until)
    bulk.execute(connection, renew, {"keys": wanted, "until": until})
    by_key: dict[tuple[str, str], list[Any]] = {}
    for provider, key, *stored in bulk.execute(connection, answer, {"keys": wanted}):
        by_key.setdefault((provider, key), []).append(stored)
    return {
        key: (rows[0][0], rows[0][1], tuple((row[2], row[3]) for row in rows if row[2]))
        for key, rows in by_key.items()
    }
