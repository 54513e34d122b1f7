"""Bring a database to this software's revision, and tell whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from responder.errors import MigrationNeeded
from responder.store.database import Database

_SCRIPTS = Path(__file__).parents[2] / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up to `revision`, in one transaction, one process at a time."""
    with database.write() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to `revision`; `base` leaves an empty database."""
    with database.write() as connection:
        command.downgrade(_config(connection), revision)


def check(database: Database) -> None:
    """Compare the tables with the definitions. Raises alembic's CommandError on a difference."""
    with database.write() as connection:
        command.check(_config(connection))


def require_current(connection: Connection) -> None:
    """Raises MigrationNeeded unless the database is at this software's revision."""
    current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    if current != head:
        raise MigrationNeeded(
            f"The database is at revision {current or 'none'}, this software needs {head}:"
            " run responder db upgrade"
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
