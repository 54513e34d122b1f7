"""What a command needs of the house: database, catalog, keys and the time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from responder.app import open_catalog
from responder.core.catalog import Catalog, Programme
from responder.errors import ResponderError
from responder.keys import Keys
from responder.settings import load_settings
from responder.store.clock import DatabaseClock
from responder.store.database import Database


@dataclass(frozen=True, slots=True)
class House:
    """What every act needs."""

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
    """Database, catalog, keys and the time, from the environment."""
    settings = load_settings(os.environ)
    database = Database(settings.database_url)
    try:
        now = DatabaseClock(database)()
        catalog = open_catalog(settings, database, now)
        keys = Keys(settings.secret_key, settings.former_secret_keys)
        yield House(database, catalog, keys, now)
    finally:
        database.dispose()
