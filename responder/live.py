"""The catalog that is served: the last good one of a config folder that people change.

Every process looks at the folder by itself. What is found good takes the place of what was served
in one step; what is not is kept out, and told until the files are good again.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

from responder.authoring import Examined, load_catalog, read_codes
from responder.authoring.apart import Mark, examine_apart, mark_of
from responder.authoring.findings import Finding
from responder.core.catalog import Catalog
from responder.errors import ConfigError, ResponderError, SettingsError
from responder.keys import Keys
from responder.settings import Settings
from responder.store.catalogs import keep_catalog
from responder.store.codes import keep_codes
from responder.store.database import Database
from responder.store.migrate import require_current
from responder.store.suppressions import key_ids

_log = structlog.get_logger()
_PAUSE = 1.0  # seconds between two looks
_TOLD = 10


@dataclass(frozen=True, slots=True)
class Served:
    """The catalog that is served, since when, and what is wrong with newer files."""

    catalog: Catalog
    since: datetime
    refused: tuple[str, ...] = ()


class LiveCatalog:
    """Follows one config folder. `adopt` does what a catalog needs before it may serve."""

    def __init__(
        self,
        folder: Path,
        served: Served,
        mark: Mark,
        adopt: Callable[[Catalog, str], None],
        clock: Callable[[], datetime],
    ) -> None:
        self.served = served
        self._folder = folder
        self._examined = self._seen = mark
        self._adopt = adopt
        self._clock = clock
        self._woken = threading.Event()

    def __call__(self) -> Catalog:
        """The catalog of this moment: who asks once and keeps it is not disturbed by a change."""
        return self.served.catalog

    def look(self, *, anyway: bool = False) -> None:
        """Take up what has changed, once the files have rested for a look.

        `anyway` examines them at once, changed or not. Raises DatabaseAway, and then the next
        look tries again.
        """
        mark = mark_of(self._folder)
        rests, self._seen = mark == self._seen, mark
        if not anyway and (mark == self._examined or not rests):
            return
        try:
            examined = examine_apart(self._folder)
            if mark_of(self._folder) == mark:  # else it was changed meanwhile
                self._settle(examined)
                self._examined = mark
        except ConfigError as error:
            self._refuse([str(error)])
            self._examined = mark

    def _settle(self, examined: Examined) -> None:
        if examined.catalog is None:
            self._refuse([str(finding) for finding in examined.errors])
            return
        self._adopt(examined.catalog, examined.document)
        former = self.served
        if examined.catalog.hash == former.catalog.hash:  # only a file of codes was changed
            self.served = replace(former, refused=())
            return
        self.served = Served(examined.catalog, self._clock())
        for finding in examined.findings:
            _tell(finding)
        new, old = self.served.catalog.hash[:12], former.catalog.hash[:12]
        _log.info("catalog_changed", catalog=new, former=old)

    def _refuse(self, findings: list[str]) -> None:
        self.served = replace(self.served, refused=tuple(findings))
        kept = self.served.catalog.hash[:12]
        _log.error("catalog_refused", kept=kept, errors=len(findings), findings=findings[:_TOLD])

    def wake(self) -> None:
        """Look at once, whether anything seems changed or not. Safe in a signal handler."""
        self._woken.set()

    def keep_looking(self, stop: threading.Event) -> threading.Thread:
        """Look in the background until `stop` is set."""

        def loop() -> None:
            while not stop.is_set():
                self._try(anyway=self._woken.wait(_PAUSE))

        thread = threading.Thread(target=loop, name="catalog", daemon=True)
        thread.start()
        return thread

    def _try(self, *, anyway: bool) -> None:
        self._woken.clear()
        try:
            self.look(anyway=anyway)
        except ResponderError as error:
            _log.warning("catalog_waits", detail=str(error))
        except Exception as error:  # a boundary: the thread must live, and the last good one serves
            _log.error("catalog_failed", error=type(error).__name__)


def follow_catalog(
    settings: Settings, database: Database, clock: Callable[[], datetime]
) -> LiveCatalog:
    """Open the catalog, and be ready to follow its files. Raises what `open_catalog` raises."""
    mark = mark_of(settings.config)

    def adopt(catalog: Catalog, document: str) -> None:
        with database.write() as connection:
            _adopt(connection, settings.config, catalog, document, clock())

    served = Served(open_catalog(settings, database, clock()), clock())
    return LiveCatalog(settings.config, served, mark, adopt, clock)


def open_catalog(settings: Settings, database: Database, now: datetime) -> Catalog:
    """Load the marketers' files and keep what the database has to know of them.

    Raises ConfigError, MigrationNeeded, DatabaseAway, or SettingsError where the database holds
    what no key can be read by any more.
    """
    catalog, document = load_catalog(settings.config, _tell)
    with database.write() as connection:
        require_current(connection)
        _require_keys(connection, Keys(settings.secret_key, settings.former_secret_keys))
        _adopt(connection, settings.config, catalog, document, now)
    return catalog


def _adopt(
    connection: Connection, folder: Path, catalog: Catalog, document: str, now: datetime
) -> None:
    """Evidence will refer to these files, and codes are handed out from the database."""
    keep_catalog(connection, catalog.hash, document, now)
    for programme in catalog.programmes.values():
        if programme.incentive:
            keep_codes(connection, programme.id, read_codes(folder, programme.incentive))


def _tell(finding: Finding) -> None:
    _log.warning("config_finding", finding=str(finding))


def _require_keys(connection: Connection, keys: Keys) -> None:
    if key_ids(connection) - keys.suppression_key_ids:
        raise SettingsError(
            "Suppressed numbers are kept under a secret key that is missing: add the former"
            " RESPONDER_SECRET_KEY to RESPONDER_SECRET_KEY_OLD"
        )
