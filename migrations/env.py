"""Alembic's environment: the connection is handed in, and only one process migrates at a time."""

from alembic import context
from sqlalchemy import Connection, text

from responder.store.tables import metadata

_ADVISORY_LOCK = 7_266_483_011


def run(connection: Connection) -> None:
    """Migrate inside the caller's transaction; on SQLite that already holds the write lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
