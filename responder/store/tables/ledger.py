"""The ledger: events and their evidence, their order, and the signed heads of its tree."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from responder.store.tables.columns import ID, UtcDateTime, contact_id, metadata, own_id

ledger_events = Table(
    "ledger_events",
    metadata,
    own_id(),
    contact_id(),
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
