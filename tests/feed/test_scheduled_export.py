"""The contact base as files: whole, daily, and for nobody else on the machine."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from responder.cli.forms import write_csv
from responder.core.catalog import Catalog
from responder.errors import ResponderError
from responder.inbox import Inbox
from responder.scheduled_export import export
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import PERSON, inbound


def test_each_programme_has_one_file_a_day_with_who_is_active(
    database: Database, catalog: Catalog, clock: Clock, tmp_path: Path
) -> None:
    Inbox(database, catalog, clock).receive([inbound("JA", at=clock())])
    assert export(database, catalog, tmp_path / "out", write_csv, clock()) == 2
    assert export(database, catalog, tmp_path / "out", write_csv, clock()) == 0
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == ["jazz-2026-11-21.csv", "klubben-2026-11-21.csv"]
    text = (tmp_path / "out" / names[1]).read_text(encoding="utf-8-sig")
    assert [row["address"] for row in csv.DictReader(text.splitlines())] == [PERSON]


def test_the_next_day_has_files_of_its_own_for_their_owner_only(
    database: Database, catalog: Catalog, clock: Clock, tmp_path: Path
) -> None:
    export(database, catalog, tmp_path, write_csv, clock())
    clock.forward(days=1)
    assert export(database, catalog, tmp_path, write_csv, clock()) == 2
    modes = {file.stat().st_mode & 0o777 for file in tmp_path.glob("*.csv")}
    assert modes == {0o600}


def test_an_export_that_fails_leaves_nothing_behind(
    database: Database, catalog: Catalog, clock: Clock, tmp_path: Path
) -> None:
    def fails(_: Iterable[dict[str, Any]], out: BinaryIO, __: Sequence[str]) -> int:
        out.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(ResponderError, match="No space left"):
        export(database, catalog, tmp_path / "out", fails, clock())
    assert list((tmp_path / "out").iterdir()) == []
