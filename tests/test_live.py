"""What is served while people change the files: the last good catalog, whole."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from responder.authoring.apart import mark_of
from responder.errors import DatabaseAway
from responder.live import LiveCatalog
from responder.store import pending
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import HOUSE, JAZZ, KLUBBEN, Texter, write_config
from tests.postgres import Postgres


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", HOUSE, klubben=KLUBBEN, jazz=JAZZ)


@pytest.fixture
def live(app: Flask) -> LiveCatalog:
    return app.extensions["catalog"]  # type: ignore[no-any-return]


def programme(config: Path, name: str) -> Path:
    return config / "programmes" / f"{name}.toml"


def look_twice(live: LiveCatalog) -> None:
    """Files are taken up once they have rested for a look."""
    live.look()
    live.look()


def states(database: Database) -> dict[str, str]:
    with database.read() as connection:
        rows = connection.execute(text("SELECT programme, state FROM subscriptions"))
        return {row.programme: row.state for row in rows}


def readyz(app: Flask) -> dict[str, object]:
    shown: dict[str, object] = app.test_client().get("/readyz").get_json()
    return shown


def test_a_new_keyword_joins_without_a_restart(
    live: LiveCatalog, config: Path, texter: Texter
) -> None:
    assert texter("BULLAR").replies != texter("JA").replies
    programme(config, "bullar").write_text(JAZZ.replace("JAZZ", "BULLAR"))
    look_twice(live)
    assert "bullar" in live().programmes
    assert "Jazz" in texter("BULLAR", sender="+46701740606").replies[0]


def test_a_bad_file_is_refused_and_the_last_good_one_serves(
    app: Flask, live: LiveCatalog, config: Path, texter: Texter
) -> None:
    before = live()
    programme(config, "klubben").write_text(KLUBBEN.replace("keywords", "keyword"))
    look_twice(live)
    assert live() is before
    assert "programmes/klubben.toml:4: R101" in str(readyz(app)["config"])
    assert "responder_catalog_refused 1.0" in app.test_client().get("/metrics").text
    assert texter("JA").replies


def test_what_is_mended_is_told_no_longer(app: Flask, live: LiveCatalog, config: Path) -> None:
    programme(config, "klubben").write_text("name = ")
    look_twice(live)
    assert readyz(app)["config"] != "ok"
    programme(config, "klubben").write_text(KLUBBEN)
    look_twice(live)
    assert readyz(app)["config"] == "ok"


def test_files_that_are_still_being_written_are_left_alone(live: LiveCatalog, config: Path) -> None:
    programme(config, "bullar").write_text("name = ")
    live.look()
    programme(config, "bullar").write_text(JAZZ.replace("JAZZ", "BULLAR"))
    live.look()
    assert (live.served.refused, "bullar" in live().programmes) == ((), False)
    live.look()
    assert "bullar" in live().programmes


def test_a_signal_examines_at_once(live: LiveCatalog, config: Path) -> None:
    path = programme(config, "klubben")
    before = path.stat()
    path.write_text(KLUBBEN.replace("nyheter", "nyhetar"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    live.look()
    assert live().programmes["klubben"].messages == "erbjudanden och nyheter"
    live.look(anyway=True)
    assert live().programmes["klubben"].messages == "erbjudanden och nyhetar"


def test_whoever_is_in_a_programme_that_vanished_stays_and_may_stop(
    live: LiveCatalog, config: Path, texter: Texter, database: Database
) -> None:
    texter("JAZZ")
    programme(config, "jazz").unlink()
    look_twice(live)
    assert states(database) == {"jazz": "active"}
    assert texter("HJÄLP").replies
    assert texter("STOPP").replies
    assert states(database) == {"jazz": "ended"}


def test_a_request_in_a_programme_that_vanished_expires(
    live: LiveCatalog, config: Path, texter: Texter, database: Database, clock: Clock
) -> None:
    programme(config, "jazz").write_text('opt_in = "double"\n' + JAZZ)
    look_twice(live)
    texter("JAZZ")
    programme(config, "jazz").unlink()
    look_twice(live)
    assert texter("hej").status == 200
    with database.write() as connection:
        pending.remind(connection, live(), clock())
        pending.expire(connection, live(), clock() + timedelta(days=30))
    assert states(database) == {"jazz": "ended"}


def test_nothing_is_taken_up_while_the_database_is_away(
    live: LiveCatalog, config: Path, database: Database, postgres: Postgres
) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's connections")
    programme(config, "bullar").write_text(JAZZ.replace("JAZZ", "BULLAR"))
    live.look()
    with postgres.away(str(database.url.database)), pytest.raises(DatabaseAway):
        live.look()
    assert "bullar" not in live().programmes
    live.look()
    assert "bullar" in live().programmes


def test_a_mark_changes_with_every_change(config: Path) -> None:
    marks = {mark_of(config)}
    programme(config, "klubben").write_text(KLUBBEN + "\n")
    marks.add(mark_of(config))
    programme(config, "jazz").rename(programme(config, "swing"))
    marks.add(mark_of(config))
    programme(config, "swing").unlink()
    marks.add(mark_of(config))
    assert len(marks) == 4


def test_where_the_files_cannot_be_examined_the_last_good_ones_serve(
    live: LiveCatalog, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    programme(config, "bullar").write_text(JAZZ.replace("JAZZ", "BULLAR"))
    look_twice(live)
    assert "could not be examined" in live.served.refused[0]
    monkeypatch.undo()
    live.look(anyway=True)
    assert (live.served.refused, "bullar" in live().programmes) == ((), True)
