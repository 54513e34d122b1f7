"""What the API's views work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from responder.core.catalog import Catalog, Serving
from responder.keys import Keys
from responder.store.database import Database


@dataclass(frozen=True, slots=True)
class House:
    """The database, the marketers' files, the keys and the clock."""

    database: Database
    serving: Serving
    keys: Keys
    clock: Callable[[], datetime]

    @property
    def catalog(self) -> Catalog:
        """The catalog of this moment; a view asks once, so no reload divides its answer."""
        return self.serving()
