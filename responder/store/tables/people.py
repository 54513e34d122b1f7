"""Who they are, where they stand, and what they told us."""

from sqlalchemy import (
    Boolean,
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

contacts = Table(
    "contacts",
    metadata,
    own_id(),
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

subscriptions = Table(
    "subscriptions",
    metadata,
    contact_id(),
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

provider_blocks = Table(
    "provider_blocks",
    metadata,
    contact_id(),
    Column("sender", String(128), nullable=False),
    Column("blocked", Boolean, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("contact_id", "sender"),
)

answers = Table(
    "answers",
    metadata,
    contact_id(),
    Column("programme", String(64), nullable=False),
    Column("question", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("contact_id", "programme", "question"),
)

contact_tags = Table(
    "contact_tags",
    metadata,
    contact_id(),
    Column("tag", String(64), nullable=False),
    PrimaryKeyConstraint("contact_id", "tag"),
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

suppressions = Table(
    "suppressions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("key_id", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("reason", ID, nullable=False),
)
