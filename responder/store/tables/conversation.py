"""What was texted to us, what was decided, and what a person has to see to."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from responder.store.tables.columns import ID, UtcDateTime, contact_id, metadata, own_id

messages = Table(
    "messages",
    metadata,
    own_id(),
    Column("provider", String(16), nullable=False),
    Column("provider_message_id", String(64), nullable=False),
    Column("sender", String(128), nullable=False),
    Column("recipient", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("raw", Text, nullable=False),
    UniqueConstraint("provider", "provider_message_id"),
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
    contact_id(),
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

cases = Table(
    "cases",
    metadata,
    own_id(),
    contact_id(),
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
