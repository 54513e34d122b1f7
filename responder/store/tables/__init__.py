"""The tables. Times are aware UTC, ids are UUIDv7 as 32 hexadecimal digits.

`ledger_*` tables refuse UPDATE and DELETE in the database itself (see the first migration):
an event stays for ever; evidence can go only once an `EvidenceErased` event says so. Foreign keys
guard what is written apart; `decisions` and `outbox` name a contact that the same statement's
other rows are checked against, and a check there would only be paid twice.
"""

from responder.store.tables.columns import UtcDateTime, metadata
from responder.store.tables.conversation import cases, conversations, decisions, messages
from responder.store.tables.delivery import (
    outbox,
    provider_drifts,
    provider_notices,
    receipts,
    senders,
)
from responder.store.tables.house import (
    api_tokens,
    catalogs,
    feed_endpoints,
    holds,
    imports,
    job_leases,
)
from responder.store.tables.ledger import (
    frontiers,
    ledger_events,
    ledger_evidence,
    ledger_heads,
    ledger_positions,
)
from responder.store.tables.people import (
    answers,
    contact_tags,
    contacts,
    incentive_codes,
    provider_blocks,
    standings,
    subscriptions,
    suppressions,
)

__all__ = [
    "UtcDateTime",
    "answers",
    "api_tokens",
    "cases",
    "catalogs",
    "contact_tags",
    "contacts",
    "conversations",
    "decisions",
    "feed_endpoints",
    "frontiers",
    "holds",
    "imports",
    "incentive_codes",
    "job_leases",
    "ledger_events",
    "ledger_evidence",
    "ledger_heads",
    "ledger_positions",
    "messages",
    "metadata",
    "outbox",
    "provider_blocks",
    "provider_drifts",
    "provider_notices",
    "receipts",
    "senders",
    "standings",
    "subscriptions",
    "suppressions",
]
