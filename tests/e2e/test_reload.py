"""The config changes under two serving processes on one PostgreSQL: no restart, no gap."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.e2e.test_run import FRIEND, PATIENCE, House, free_port
from tests.factories import ACCOUNT, JAZZ, KLUBBEN, TOKEN, write_config
from tests.postgres import Postgres

LOOKS = 20
"""So many answers in a row, over connections of their own, come from both processes."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config", klubben=KLUBBEN) / "programmes"


@pytest.fixture
def house(config: Path, tmp_path: Path, postgres: Postgres) -> Iterator[House]:
    with postgres.scratch_database() as url:
        port = free_port()
        more = {
            "RESPONDER_DATABASE_URL": url,
            "RESPONDER_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "RESPONDER_SECRET_KEY": "0" * 64,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
        house = House(tmp_path, port, more)
        assert house.run("db", "upgrade").returncode == 0
        yield house


def told(house: House) -> dict[str, object]:
    shown: dict[str, object] = requests.get(f"{house.url}/readyz", timeout=PATIENCE).json()
    return shown


def everywhere(house: House, holds: Callable[[dict[str, object]], bool]) -> None:
    """Wait until every process says so."""
    deadline, seen = time.monotonic() + PATIENCE, 0
    while seen < LOOKS:
        assert time.monotonic() < deadline
        seen = seen + 1 if holds(told(house)) else 0
        time.sleep(0.02)


def test_every_process_follows_the_files_and_refuses_bad_ones(house: House, config: Path) -> None:
    with house.running("serve", "--workers", "2", until="Listening") as server:
        first = told(house)["catalog"]
        (config / "jazz.toml").write_text(JAZZ)
        everywhere(house, lambda now: now["catalog"] != first)
        second = told(house)["catalog"]
        assert "Jazz" in house.text("--url", house.url, "JAZZ")[0]
        (config / "jazz.toml").write_text("name =")
        server.send_signal(signal.SIGHUP)
        everywhere(house, lambda now: now["config"] != "ok")
        assert told(house)["catalog"] == second
        assert house.text("--url", house.url, "--from", FRIEND, "STOPP")
        (config / "jazz.toml").unlink()
        everywhere(house, lambda now: (now["catalog"], now["config"]) == (first, "ok"))
    log = (house.folder / "log").read_text()
    assert log.count('"event":"started"') == 2  # nobody was replaced
    assert log.count('"event":"catalog_refused"') >= 2
