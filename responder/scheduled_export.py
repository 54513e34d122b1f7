"""The contact base as files in a folder: one a programme and day, for tools that fetch files."""

from datetime import datetime
from pathlib import Path

from responder.core.catalog import Catalog
from responder.errors import ResponderError
from responder.export.forms import write_csv
from responder.export.whole import whole_file
from responder.store.database import Database
from responder.store.reports import questions, subscriptions


def export(database: Database, catalog: Catalog, folder: Path, now: datetime) -> int:
    """Write `<programme>-<date>.csv` (UTC) where there is none of today; gives how many.

    Each holds who is active now. It appears whole or not at all, and for its owner only. Raises
    ResponderError where the folder cannot be written.
    """
    _make(folder)
    missing = [
        (programme, file)
        for programme in catalog.programmes
        if not (file := folder / f"{programme}-{now:%Y-%m-%d}.csv").exists()
    ]
    for programme, file in missing:
        with whole_file(file) as out, database.read_long() as connection:
            asked = questions(connection, programme)
            write_csv(subscriptions(connection, programme, "active"), out, asked)
    return len(missing)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResponderError(f"{folder} cannot be written: {error.strerror}") from error
