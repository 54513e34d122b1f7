"""Real parts: SQLite always, PostgreSQL when one can be had, the application over WSGI."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from sqlalchemy import make_url, text

from responder.app import create_app
from responder.authoring import load_catalog
from responder.core.catalog import Catalog
from responder.settings import Settings
from responder.store import migrate
from responder.store.database import Database
from tests.factories import ACCOUNT, TOKEN, Texter, write_config
from tests.postgres import Postgres, find_postgres

hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")  # speed is for benchmarks


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_config(tmp_path / "config")


@pytest.fixture
def catalog(config: Path) -> Catalog:
    return load_catalog(config)[0]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = find_postgres()
    if server is None:
        reason = "no PostgreSQL: set TEST_POSTGRES_URL, or install the package postgresql"
        if os.environ.get("REQUIRE_POSTGRES"):
            pytest.fail(reason)
        pytest.skip(reason)
    with server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind without any table."""
    if request.param == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path}/empty.db")
        return
    with request.getfixturevalue("postgres").scratch_database() as url:
        yield from _opened(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of each kind, copied from one that was migrated once."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "test.db")
        yield from _opened(f"sqlite:///{tmp_path}/test.db")
        return
    template = request.getfixturevalue("postgres_template")
    with request.getfixturevalue("postgres").scratch_database(template) as url:
        yield from _opened(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    for database in _opened(f"sqlite:///{path}"):
        migrate.upgrade(database)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Iterator[str]:
    with postgres.scratch_database() as url:
        for database in _opened(url):
            migrate.upgrade(database)
        yield str(make_url(url).database)


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def settings(database: Database, config: Path, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database.url.render_as_string(hide_password=False),
        config=config,
        public_url="https://sms.example",
        port=8000,
        local=False,
        account_sid=ACCOUNT,
        auth_tokens=(TOKEN,),
        secret_key="0" * 64,
        spool=tmp_path / "spool",
    )


@pytest.fixture
def app(settings: Settings, database: Database, clock: Clock) -> Flask:
    return create_app(settings, database, clock)


@pytest.fixture
def texter(app: Flask, settings: Settings) -> Texter:
    """Texts as the provider would deliver them, and tells what was answered."""
    return Texter(app.test_client(), settings.public_url)


@pytest.fixture
def count(database: Database):  # type: ignore[no-untyped-def]
    """How many rows a table has."""

    def count_rows(table: str) -> int:
        with database.read() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    return count_rows
