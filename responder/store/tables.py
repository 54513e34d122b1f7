"""The tables. Times are aware UTC, ids are UUIDv7 as 32 hexadecimal digits.

`ledger_*` tables refuse UPDATE and DELETE in the database itself (see the first migration):
an event stays for ever; evidence can go only once an `EvidenceErased` event says so. Foreign keys
guard what is written apart; `decisions` and `outbox` name a contact that the same statement's
other rows are checked against, and a check there would only be paid twice.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on both databases; a naive one is a mistake and refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Store UTC. Raises ValueError for a naive value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return UTC; SQLite keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


ID = String(32)


def _id(**options: Any) -> Column[str]:
    return Column("id", ID, primary_key=True, **options)


def _contact(**options: Any) -> Column[str]:
    return Column("contact_id", ID, ForeignKey("contacts.id"), nullable=False, **options)


catalogs = Table(
    "catalogs",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("document", Text, nullable=False),
    Column("first_served_at", UtcDateTime, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    Column("provider", String(16), nullable=False),
    Column("provider_message_id", String(64), nullable=False),
    Column("sender", String(128), nullable=False),
    Column("recipient", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("raw", Text, nullable=False),
    UniqueConstraint("provider", "provider_message_id"),
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    Column("address", String(128), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("country", String(2)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_inbound_at", UtcDateTime, nullable=False),
    Column("unreachable_since", UtcDateTime),
    Column("unreachable_code", String(16)),
)

standings = Table(
    "standings",
    metadata,
    Column("contact_id", ID, ForeignKey("contacts.id"), primary_key=True),
    Column("out_since", UtcDateTime),
)

decisions = Table(
    "decisions",
    metadata,
    Column("message_id", ID, ForeignKey("messages.id"), primary_key=True),
    Column("contact_id", ID, nullable=False, index=True),
    Column("outcome", String(32), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("trace", Text, nullable=False),
    Column("catalog_hash", String(64), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
)

conversations = Table(
    "conversations",
    metadata,
    _contact(),
    Column("number", String(128), nullable=False),
    Column("last_text", String(32)),
    Column("last_at", UtcDateTime),
    Column("unknown_at", UtcDateTime),
    Column("already_out_at", UtcDateTime),
    Column("left_at", UtcDateTime),
    Column("same_text", Integer, nullable=False, server_default="0"),
    Column("wanted_since", UtcDateTime),
    Column("wanted", Integer, nullable=False, server_default="0"),
    Column("answered_at", UtcDateTime),
    Column("asking_programme", String(64)),
    Column("asking_question", String(32)),
    Column("asking_tries", Integer, nullable=False, server_default="0"),
    Column("asking_until", UtcDateTime),
    PrimaryKeyConstraint("contact_id", "number"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _contact(),
    Column("programme", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("since", UtcDateTime),
    Column("ended", UtcDateTime),
    Column("number", String(128)),
    Column("keyword", String(64)),
    Column("source", String(64)),
    Column("language", String(8)),
    Column("requested", UtcDateTime),
    Column("reminded", UtcDateTime),
    Column("basis", String(16)),
    Column("basis_at", UtcDateTime),
    Column("licence", String(8)),
    Column("used", Integer),
    PrimaryKeyConstraint("contact_id", "programme"),
    Index(None, "programme", "state"),
)

answers = Table(
    "answers",
    metadata,
    _contact(),
    Column("programme", String(64), nullable=False),
    Column("question", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("contact_id", "programme", "question"),
)

incentive_codes = Table(
    "incentive_codes",
    metadata,
    Column("programme", String(64), nullable=False),
    Column("code", String(40), nullable=False),
    Column("position", Integer, nullable=False),
    Column("contact_id", ID, ForeignKey("contacts.id")),
    Column("given_at", UtcDateTime),
    PrimaryKeyConstraint("programme", "code"),
    UniqueConstraint("programme", "contact_id"),
)
Index(
    "ix_incentive_codes_left",
    incentive_codes.c.programme,
    incentive_codes.c.position,
    sqlite_where=incentive_codes.c.contact_id.is_(None),
    postgresql_where=incentive_codes.c.contact_id.is_(None),
)

provider_blocks = Table(
    "provider_blocks",
    metadata,
    _contact(),
    Column("sender", String(128), nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("contact_id", "sender"),
)

ledger_events = Table(
    "ledger_events",
    metadata,
    _id(),
    _contact(),
    Column("sequence", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("programme", String(64)),
    Column("sender", String(128)),
    Column("at", UtcDateTime, nullable=False),
    Column("commitment", String(64), nullable=False),
    UniqueConstraint("contact_id", "sequence"),
)

ledger_evidence = Table(
    "ledger_evidence",
    metadata,
    Column("event_id", ID, ForeignKey("ledger_events.id"), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("document", Text, nullable=False),
)

ledger_positions = Table(
    "ledger_positions",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("event_id", ID, ForeignKey("ledger_events.id"), nullable=False, unique=True),
)

ledger_heads = Table(
    "ledger_heads",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("previous_hash", String(64)),
    Column("key_id", String(16), nullable=False),
    Column("signature", String(128), nullable=False),
)

frontiers = Table(
    "frontiers",
    metadata,
    Column("name", ID, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("peaks", Text, nullable=False),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("key_id", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("reason", ID, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    _id(),
    Column("file_sha256", String(64), nullable=False, unique=True),
    Column("provenance", Text, nullable=False),
    Column("rows_done", Integer, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

contact_tags = Table(
    "contact_tags",
    metadata,
    _contact(),
    Column("tag", String(64), nullable=False),
    PrimaryKeyConstraint("contact_id", "tag"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    _id(),
    Column("name", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", String(256), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

feed_endpoints = Table(
    "feed_endpoints",
    metadata,
    _id(),
    Column("url", String(1024), nullable=False),
    Column("salt", ID, nullable=False),
    Column("former_salt", ID),
    Column("former_until", UtcDateTime),
    Column("position", Integer, nullable=False),
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("failing_since", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("message_id", ID, ForeignKey("messages.id")),
    Column("contact_id", ID, nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("programme", String(64)),
    Column("purpose", String(16), nullable=False),
    Column("wording", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    Column("sender", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("attempted_at", UtcDateTime),
    Column("claimed_by", ID),
    Column("provider_message_id", String(64)),
    Column("error_code", String(16)),
    UniqueConstraint("message_id", "position"),
)
Index(
    "ix_outbox_due",
    outbox.c.sender,
    outbox.c.due_at,
    sqlite_where=outbox.c.due_at.is_not(None),
    postgresql_where=outbox.c.due_at.is_not(None),
)
Index(
    "uq_outbox_provider_message_id",
    outbox.c.provider_message_id,
    unique=True,
    sqlite_where=outbox.c.provider_message_id.is_not(None),
    postgresql_where=outbox.c.provider_message_id.is_not(None),
)
_DEAD = text("state IN ('failed', 'undelivered', 'expired', 'lost')")
Index("ix_outbox_dead", outbox.c.state, sqlite_where=_DEAD, postgresql_where=_DEAD)

senders = Table(
    "senders",
    metadata,
    Column("sender", String(128), primary_key=True),
    Column("free_at", UtcDateTime),
    Column("paused_until", UtcDateTime),
    Column("pause_code", String(16)),
)

job_leases = Table(
    "job_leases",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("owner", ID),
    Column("expires_at", UtcDateTime),
    Column("succeeded_at", UtcDateTime),
)

holds = Table(
    "holds",
    metadata,
    Column("name", String(48), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

provider_notices = Table(
    "provider_notices",
    metadata,
    _id(),
    _contact(index=True),
    Column("sender", String(128), nullable=False),
    Column("opted_in", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error_code", String(16)),
)
Index(
    "ix_provider_notices_due",
    provider_notices.c.due_at,
    sqlite_where=provider_notices.c.due_at.is_not(None),
    postgresql_where=provider_notices.c.due_at.is_not(None),
)

provider_drifts = Table(
    "provider_drifts",
    metadata,
    _id(),
    _contact(index=True),
    Column("sender", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("error_code", String(16)),
    Column("found_at", UtcDateTime, nullable=False),
)

receipts = Table(
    "receipts",
    metadata,
    _id(),
    Column("provider", String(16), nullable=False),
    Column("provider_message_id", String(64), nullable=False, index=True),
    Column("outbox_id", ID),
    Column("status", String(16), nullable=False),
    Column("error_code", String(16)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("raw", Text, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    _contact(),
    Column("message_id", ID, ForeignKey("messages.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
)
Index(
    "uq_cases_open",
    cases.c.contact_id,
    cases.c.kind,
    unique=True,
    sqlite_where=cases.c.closed_at.is_(None),
    postgresql_where=cases.c.closed_at.is_(None),
)
