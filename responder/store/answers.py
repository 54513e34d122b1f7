"""The stored decision of a message that is delivered again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from responder.store import bulk

StoredAnswer = tuple[str, str, tuple[tuple[str, str], ...]]
"""Outcome, reason, and (outbox id, text) of every reply that was given inline."""

_AT_ONCE = """
WITH known AS MATERIALIZED (
  SELECT wanted.provider, wanted.key, messages.id
    FROM unnest(%(providers)s::text[], %(ids)s::text[]) AS wanted (provider, key)
   CROSS JOIN LATERAL (
         SELECT id FROM messages
          WHERE provider = wanted.provider AND provider_message_id = wanted.key OFFSET 0
         ) AS messages
), renewed AS (
  UPDATE outbox SET due_at = %(until)s::timestamptz
   WHERE message_id = ANY(ARRAY(SELECT id FROM known)) AND state = 'inline'
  RETURNING id, message_id, position, text
), decided AS (
  SELECT message_id, outcome, reason
    FROM decisions WHERE message_id = ANY(ARRAY(SELECT id FROM known))
)
SELECT known.provider, known.key, decided.outcome, decided.reason, renewed.id, renewed.text
  FROM known
  JOIN decided ON decided.message_id = known.id
  LEFT JOIN renewed ON renewed.message_id = known.id
 ORDER BY known.id, renewed.position
"""
_KNOWN = """
(messages.provider, messages.provider_message_id) IN
(SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:keys))
"""
_RENEW = f"""
UPDATE outbox SET due_at = :until
 WHERE state = 'inline' AND message_id IN (SELECT id FROM messages WHERE {_KNOWN})
"""  # noqa: S608 (our own text)
_ANSWER = f"""
SELECT messages.provider, messages.provider_message_id, decisions.outcome, decisions.reason,
       outbox.id, outbox.text
  FROM messages
  JOIN decisions ON decisions.message_id = messages.id
  LEFT JOIN outbox ON outbox.message_id = messages.id AND outbox.state = 'inline'
 WHERE {_KNOWN}
 ORDER BY messages.id, outbox.position
"""  # noqa: S608 (our own text)


def load_answers(
    connection: Connection, keys: Sequence[tuple[str, str]], watch_until: datetime
) -> dict[tuple[str, str], StoredAnswer]:
    """What was decided and answered to the messages with these (provider, provider id) keys.

    A reply is given again only as long as nothing shows that the provider has it and no worker
    has taken it over; it is then watched anew.
    """
    if not keys:
        return {}
    by_key: dict[tuple[str, str], list[Any]] = {}
    for provider, key, *stored in _renewed(connection, keys, bulk.time_text(watch_until)):
        by_key.setdefault((provider, key), []).append(stored)
    return {
        key: (rows[0][0], rows[0][1], tuple((row[2], row[3]) for row in rows if row[2]))
        for key, rows in by_key.items()
    }


def _renewed(connection: Connection, keys: Sequence[tuple[str, str]], until: str) -> list[Any]:
    if connection.dialect.name == "postgresql":
        providers, ids = map(list, zip(*keys, strict=True))
        wanted = {"providers": providers, "ids": ids, "until": until}
        return bulk.execute(connection, _AT_ONCE, wanted)
    listed = bulk.to_json(keys)
    bulk.execute(connection, _RENEW, {"keys": listed, "until": until})
    return bulk.execute(connection, _ANSWER, {"keys": listed})
