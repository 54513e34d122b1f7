"""What a command opens, as the environment names it: the database, and what else it needs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from responder.core.catalog import Catalog, Programme
from responder.errors import ResponderError
from responder.keys import Keys
from responder.live import open_catalog
from responder.settings import Settings, load_settings
from responder.store.clock import DatabaseClock
from responder.store.database import Database
from responder.store.migrate import require_current


@dataclass(frozen=True, slots=True)
class Opened:
    """The settings, the house's keys, a database of this software's revision, and its clock."""

    settings: Settings
    database: Database
    keys: Keys
    clock: DatabaseClock


@contextmanager
def open_database() -> Iterator[Opened]:
    """The database for as long as this block lasts.

    Raises SettingsError, DatabaseAway, or MigrationNeeded.
    """
    settings = load_settings(os.environ)
    database = Database(settings.database_url)
    try:
        with database.read() as connection:
            require_current(connection)
        keys = Keys(settings.secret_key, settings.former_secret_keys)
        yield Opened(settings, database, keys, DatabaseClock(database))
    finally:
        database.dispose()


@dataclass(frozen=True, slots=True)
class House:
    """What an act needs: database, catalog, keys and the time."""

    database: Database
    catalog: Catalog
    keys: Keys
    now: datetime

    def programme(self, name: str | None) -> Programme | None:
        """The programme of this name. Raises ResponderError that names those there are."""
        if name is None:
            return None
        if found := self.catalog.programmes.get(name):
            return found
        known = ", ".join(sorted(self.catalog.programmes))
        raise ResponderError(f'there is no programme "{name}". Use one of: {known}')


@contextmanager
def open_house() -> Iterator[House]:
    """The database with the catalog, which the database then knows. Raises ConfigError as well."""
    with open_database() as opened:
        now = opened.clock()
        catalog = open_catalog(opened.settings, opened.database, now)
        yield House(opened.database, catalog, opened.keys, now)
