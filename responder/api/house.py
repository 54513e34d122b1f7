"""What the API's views work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from responder.core.catalog import Catalog
from responder.keys import Keys
from responder.store.database import Database


@dataclass(frozen=True, slots=True)
class House:
    """The database, the marketers' files, the keys and the clock."""

    database: Database
    catalog: Catalog
    keys: Keys
    clock: Callable[[], datetime]
