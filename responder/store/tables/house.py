"""What belongs to no person: configs, jobs, imports, and who reads the base."""

from sqlalchemy import Column, Integer, String, Table, Text

from responder.store.tables.columns import ID, UtcDateTime, metadata, own_id

catalogs = Table(
    "catalogs",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("document", Text, nullable=False),
    Column("first_served_at", UtcDateTime, nullable=False),
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

imports = Table(
    "imports",
    metadata,
    own_id(),
    Column("file_sha256", String(64), nullable=False, unique=True),
    Column("provenance", Text, nullable=False),
    Column("rows_done", Integer, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    own_id(),
    Column("name", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", String(256), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)

feed_endpoints = Table(
    "feed_endpoints",
    metadata,
    own_id(),
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
