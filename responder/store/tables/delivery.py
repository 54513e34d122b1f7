"""What we owe or gave, how fast each number sends, and what the provider said."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from responder.store.tables.columns import ID, UtcDateTime, contact_id, metadata, own_id

outbox = Table(
    "outbox",
    metadata,
    own_id(),
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

receipts = Table(
    "receipts",
    metadata,
    own_id(),
    Column("provider", String(16), nullable=False),
    Column("provider_message_id", String(64), nullable=False, index=True),
    Column("outbox_id", ID),
    Column("status", String(16), nullable=False),
    Column("error_code", String(16)),
    Column("received_at", UtcDateTime, nullable=False),
    Column("raw", Text, nullable=False),
)

provider_notices = Table(
    "provider_notices",
    metadata,
    own_id(),
    contact_id(index=True),
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
    own_id(),
    contact_id(index=True),
    Column("sender", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("error_code", String(16)),
    Column("found_at", UtcDateTime, nullable=False),
)
