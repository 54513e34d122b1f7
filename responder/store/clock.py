"""One clock for all workers: the database's."""

from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import text

from responder.clock import utc_now
from responder.errors import DatabaseAway
from responder.store.database import Database

_SECONDS = 10.0


class DatabaseClock:
    """The database server's time, by its distance from ours, measured every ten seconds.

    Leases compare times of several machines, and must not depend on any one of them. SQLite
    has no clock of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._distance = timedelta()
        self._measured = float("-inf")

    def __call__(self) -> datetime:
        """The time now, aware, in UTC."""
        if not self._database.is_sqlite and monotonic() - self._measured > _SECONDS:
            self._measure()
        return utc_now() + self._distance

    def _measure(self) -> None:
        self._measured = monotonic()
        try:
            with self._database.read() as connection:
                theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        except DatabaseAway:
            return
        self._distance = theirs - utc_now()
