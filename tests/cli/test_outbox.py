"""`responder outbox`, `responder provider drift` and `responder recover`, against the provider's books."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from click.testing import Result
from sqlalchemy import select, update

from responder.app import create_app, create_gateway
from responder.core.delivery import PATIENCE
from responder.live import open_catalog
from responder.outbox import Dispatcher
from responder.settings import Settings, load_settings
from responder.store import tables as t
from responder.store.database import Database
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.factories import ACCOUNT, NUMBER, PERSON, TOKEN, Texter
from tests.stub import Stub

UNSUBSCRIBED = "+15005550004"
"""A number that the provider says has stopped us."""


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(ACCOUNT, TOKEN) as running:
        yield running


@pytest.fixture
def environ(stub: Stub) -> dict[str, str]:
    return {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": stub.url,
        "RESPONDER_SECRET_KEY": "0" * 64,
    }


@pytest.fixture
def command(run: Run, environ: dict[str, str], config) -> Callable[..., Result]:
    """One command on a migrated database."""
    assert run("db", "upgrade", **environ).exit_code == 0
    return lambda *arguments: run(*arguments, **environ)


@pytest.fixture
def settings(command, environ: dict[str, str]) -> Settings:
    return load_settings(environ)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    yield database
    database.dispose()


@pytest.fixture
def clock() -> Clock:
    """It begins now, because the provider's books have real times."""
    clock = Clock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
def blocked(settings: Settings, database: Database, clock: Clock) -> str:
    """A person joined whose confirmation the provider refused; gives that row's id."""
    Texter(create_app(settings, database, clock).test_client(), settings.public_url)("JA")
    with database.write() as connection:
        connection.execute(update(t.contacts).values(address=UNSUBSCRIBED))
        connection.execute(update(t.outbox).values(state="due", due_at=clock()))
    dispatch(settings, database, clock)
    with database.read() as connection:
        return str(connection.execute(select(t.outbox.c.id)).scalar_one())


def dispatch(settings: Settings, database: Database, clock: Clock) -> None:
    clock.forward(seconds=1)
    catalog = open_catalog(settings, database, clock())
    gateway = create_gateway(settings)
    Dispatcher(database, gateway, lambda: catalog, clock, lambda: 0.0, PATIENCE).dispatch()


def test_a_house_without_dead_letters_lists_none(command) -> None:
    result = command("outbox", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 dead letters\n")


def test_a_dead_letter_is_listed_with_its_error_and_nobodys_number(command, blocked: str) -> None:
    result = command("outbox", "list")
    for part in (blocked, "failed", "21610", "confirmation", NUMBER, "+15…04"):
        assert part in result.stdout
    assert UNSUBSCRIBED not in result.stdout
    assert result.stderr == "1 dead letters\n"


def test_machines_get_a_json_object_a_line(command, blocked: str) -> None:
    (line,) = command("outbox", "list", "--json").stdout.splitlines()
    shown = json.loads(line)
    assert (shown["id"], shown["state"], shown["error"], shown["attempts"]) == (
        blocked,
        "failed",
        "21610",
        1,
    )


def test_a_requeued_letter_leaves_the_list_and_is_sent(
    command, stub: Stub, settings: Settings, database: Database, clock: Clock, blocked: str
) -> None:
    with database.write() as connection:
        connection.execute(update(t.contacts).values(address=PERSON))
    assert command("outbox", "requeue", blocked).stdout == "1 of 1 will be sent again\n"
    assert command("outbox", "list").stdout == ""
    clock.forward(minutes=1)
    dispatch(settings, database, clock)
    assert [message["to"] for message in stub.books()["messages"]] == [PERSON]  # type: ignore[attr-defined]


def test_what_is_no_dead_letter_is_not_requeued(command, blocked: str) -> None:
    assert command("outbox", "requeue", blocked, "x").stdout == "1 of 2 will be sent again\n"
    assert command("outbox", "requeue", blocked).stdout == "0 of 1 will be sent again\n"


def test_without_a_disagreement_drift_exits_0(command) -> None:
    result = command("provider", "drift")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 disagreements\n")


def test_a_disagreement_is_told_and_exits_1(command, blocked: str) -> None:
    result = command("provider", "drift")
    assert (result.exit_code, result.stderr) == (1, "1 disagreements\n")
    assert "blocked_there" in result.stdout
    (line,) = command("provider", "drift", "--json").stdout.splitlines()
    shown = json.loads(line)
    assert (shown["sender"], shown["error"], shown["contact"]) == (NUMBER, "21610", "+15…04")


def test_a_dry_run_tells_what_was_missed_and_receives_nothing(
    command, stub: Stub, database: Database
) -> None:
    text_half_an_hour_ago(stub)
    result = command("recover", "--since", an_hour_ago(), "--dry-run")
    assert result.stdout.startswith("1 listed by the provider, 1 never seen here\n")
    assert "+46…05" in result.stdout
    assert PERSON not in result.stdout
    assert messages(database) == 0


def test_what_was_missed_is_received_once(command, stub: Stub, database: Database) -> None:
    text_half_an_hour_ago(stub)
    first = command("recover", "--since", an_hour_ago())
    again = command("recover", "--since", an_hour_ago())
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "1 received, 0 failed" in first.stdout
    assert again.stdout == "1 listed by the provider, 0 never seen here\n"
    assert messages(database) == 1


@pytest.mark.parametrize("since", ["yesterday", "", "2026-13-01"])
def test_a_time_that_is_none_is_wrong_usage(command, since: str) -> None:
    result = command("recover", "--since", since)
    assert result.exit_code == 2
    assert "is no time: write 2026-11-21T08:00" in result.stderr


def test_a_provider_that_does_not_let_us_in_is_no_traceback(
    run: Run, environ: dict[str, str], command
) -> None:
    wrong = environ | {"TWILIO_AUTH_TOKEN": "wrong"}
    result = run("recover", "--since", an_hour_ago(), **wrong)
    assert (result.exit_code, result.stderr) == (2, "Error: Twilio could not be asked: 20003\n")


def text_half_an_hour_ago(stub: Stub) -> None:
    """A person has texted, and no webhook told us."""
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=30)):
        stub.text(PERSON, NUMBER, "JA")


def an_hour_ago() -> str:
    return (datetime.now(UTC) - timedelta(hours=1)).isoformat()


def messages(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(select(t.messages.c.id)).all())
