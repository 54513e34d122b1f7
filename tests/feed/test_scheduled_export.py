"""The contact base as files: whole, daily, and for nobody else on the machine."""

import csv
from pathlib import Path

import pytest

from responder.core.catalog import Catalog
from responder.errors import ResponderError
from responder.export.whole import whole_file
from responder.inbox import Inbox
from responder.scheduled_export import export
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import PERSON, inbound


def test_each_programme_has_one_file_a_day_with_who_is_active(
    database: Database, catalog: Catalog, clock: Clock, tmp_path: Path
) -> None:
    Inbox(database, lambda: catalog, clock).receive([inbound("JA", at=clock())])
    assert export(database, catalog, tmp_path / "out", clock()) == 2
    assert export(database, catalog, tmp_path / "out", clock()) == 0
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == ["jazz-2026-11-21.csv", "klubben-2026-11-21.csv"]
    text = (tmp_path / "out" / names[1]).read_text(encoding="utf-8-sig")
    assert [row["address"] for row in csv.DictReader(text.splitlines())] == [PERSON]


def test_the_next_day_has_files_of_its_own_for_their_owner_only(
    database: Database, catalog: Catalog, clock: Clock, tmp_path: Path
) -> None:
    export(database, catalog, tmp_path, clock())
    clock.forward(days=1)
    assert export(database, catalog, tmp_path, clock()) == 2
    modes = {file.stat().st_mode & 0o777 for file in tmp_path.glob("*.csv")}
    assert modes == {0o600}


def test_a_file_that_cannot_be_finished_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "base.csv"
    file.write_bytes(b"yesterday")
    with pytest.raises(ResponderError, match="No space left"):
        fill_the_disk(file)
    left = [(one.name, one.read_bytes()) for one in tmp_path.iterdir()]
    assert left == [("base.csv", b"yesterday")]


def fill_the_disk(file: Path) -> None:
    with whole_file(file) as out:
        out.write(b"half")
        raise OSError(28, "No space left on device")


def test_a_folder_that_cannot_be_made_is_told(
    database: Database, catalog: Catalog, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ResponderError, match="cannot be written: File exists"):
        export(database, catalog, tmp_path / "out", clock())
