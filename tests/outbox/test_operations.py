"""What an operator sees: `/readyz` in words, `/metrics` in figures, with every one of the bad days."""

from pathlib import Path

import pytest
from flask import Flask

from responder.core.messages import Purpose
from responder.inbox import Inbox
from responder.outbox import Dispatcher
from responder.schedule import run
from responder.settings import Settings
from responder.store import ceiling, outbox
from responder.store.database import Database
from responder.work import EVERY
from tests.conftest import Clock
from tests.factories import HOUSE, KLUBBEN, NUMBER, OFF_NUMBER, Texter, inbound, write_config
from tests.outbox.conftest import delayed, queue, readdress, rows, the_worker
from tests.postgres import Postgres
from tests.stub import Faults, Stub


@pytest.fixture
def config(tmp_path: Path) -> Path:
    programme = KLUBBEN.replace(
        "[sources]", '[incentive]\ncodes = "codes.txt"\nwarn_below = 2\n\n[sources]'
    )
    house = f"{HOUSE}\n[replies]\nhouse_per_hour = 3\n"
    folder = write_config(tmp_path / "config", house, klubben=programme)
    (folder / "codes.txt").write_text("A-1\nA-2\nA-3\n")
    return folder


def readyz(app: Flask) -> dict[str, object]:
    answer = app.test_client().get("/readyz")
    return dict(answer.get_json()) | {"code": answer.status_code}


def figures(app: Flask, name: str) -> dict[str, float]:
    """A metric's figures by what stands in its braces."""
    text = app.test_client().get("/metrics").text
    lines = [line.rpartition(" ") for line in text.splitlines() if line.startswith(name)]
    return {key.removeprefix(name).strip("{}"): float(value) for key, _, value in lines}


def test_a_house_without_a_worker_is_ready_and_says_that_no_job_was_done(app: Flask) -> None:
    shown = readyz(app)
    never = "never done: is responder work running?"
    assert (shown["code"], shown["status"], shown["database"]) == (200, "ready", "ok")
    assert shown["jobs"] == dict.fromkeys(EVERY, never)
    assert (shown["sending"], shown["replies"]) == ("ok", "ok")
    assert shown["spool"] == {"waiting": 0, "quarantined": 0}


def test_each_job_is_told_by_its_last_success_and_when_it_is_late(
    app: Flask, settings: Settings, database: Database, stub: Stub, clock: Clock
) -> None:
    for job in the_worker(settings, database, stub, clock).jobs():
        run(job, database, clock, "a")
    assert readyz(app)["jobs"] == dict.fromkeys(EVERY, "ok")
    done = figures(app, "responder_job_last_success_timestamp_seconds")
    assert done == pytest.approx({f'job="{name}"': clock().timestamp() for name in EVERY})
    clock.forward(minutes=10)
    jobs = dict(readyz(app)["jobs"])  # type: ignore[call-overload]
    assert (jobs["dispatch"], jobs["recover"]) == ("late: last done 600 seconds ago", "ok")


def test_paused_sending_is_told_with_its_error(
    app: Flask, stub: Stub, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
) -> None:
    inbox.receive([delayed("JA", clock)])
    stub.faults = Faults(refuse_auth=1)
    dispatcher.dispatch()
    assert readyz(app)["sending"] == {"*": "paused by error 20003"}
    assert figures(app, "responder_sending_paused") == {'sender="*"': 1}
    clock.forward(minutes=2)
    assert readyz(app)["sending"] == "ok"
    assert figures(app, "responder_sending_paused") == {}


def test_the_ceiling_is_told(app: Flask, database: Database, texter: Texter, clock: Clock) -> None:
    for person in range(10, 13):
        texter("HJÄLP", sender=f"+467017406{person}")
    with database.write() as connection:
        ceiling.watch(connection, 3, clock())
    assert readyz(app)["replies"] == "the house ceiling is reached"
    assert figures(app, "responder_reply_ceiling_reached") == {"": 1}
    assert figures(app, "responder_replies_last_hour") == {"": 3}


def test_rows_are_counted_by_state_and_the_oldest_that_could_leave_by_its_age(
    app: Flask, database: Database, texter: Texter, clock: Clock
) -> None:
    texter("JA")
    queue(database, clock, Purpose.CONFIRMATION)
    queue(database, clock, Purpose.CONFIRMATION, state="failed", due_at=None)
    clock.forward(seconds=90)
    counted = {'state="inline"': 2, 'state="due"': 1, 'state="failed"': 1}
    assert figures(app, "responder_outbox_rows") == counted
    assert figures(app, "responder_outbox_overdue_seconds") == {"": 90}


def test_what_is_settled_is_not_counted(
    app: Flask, database: Database, inbox: Inbox, dispatcher: Dispatcher, clock: Clock
) -> None:
    inbox.receive([delayed("HJÄLP", clock)])
    dispatcher.dispatch()
    clock.forward(hours=1)
    assert rows(database)[0].state == "queued"
    assert figures(app, "responder_outbox_rows") == {}
    assert figures(app, "responder_outbox_overdue_seconds") == {"": 0}


def test_disagreements_with_the_provider_and_open_cases_are_counted(
    app: Flask,
    database: Database,
    inbox: Inbox,
    dispatcher: Dispatcher,
    texter: Texter,
    clock: Clock,
) -> None:
    texter("radera mina uppgifter")
    assert figures(app, "responder_cases_open") == {"": 1}
    inbox.receive([delayed("JA", clock)])
    readdress(database, "+15005550004")
    clock.forward(seconds=1)
    dispatcher.dispatch()
    assert figures(app, "responder_provider_drift") == {"": 1}


def test_codes_that_are_left_are_counted(app: Flask, texter: Texter) -> None:
    assert figures(app, "responder_incentive_codes_left") == {'programme="klubben"': 3}
    for person in range(10, 13):
        texter("JA", sender=f"+467017406{person}", to=(NUMBER, OFF_NUMBER)[person % 2])
    assert figures(app, "responder_incentive_codes_left") == {'programme="klubben"': 0}


def test_codes_that_run_out_are_warned_of(app: Flask, texter: Texter) -> None:
    low = "responder_incentive_codes_low"
    texter("JA", sender="+46701740610")
    assert (readyz(app)["codes"], figures(app, low)) == ("ok", {})
    texter("JA", sender="+46701740611")
    assert readyz(app)["codes"] == {"klubben": "1 left"}
    assert figures(app, low) == {'programme="klubben"': 1}


def test_what_waits_in_the_spool_is_counted(app: Flask) -> None:
    app.extensions["refuge"].spool.keep(inbound("JA"))
    assert readyz(app)["spool"] == {"waiting": 1, "quarantined": 0}
    assert figures(app, "responder_spool_waiting") == {"": 1}


def test_a_dead_letter_is_counted_until_it_is_sent_again(
    app: Flask, database: Database, texter: Texter, dispatcher: Dispatcher, clock: Clock
) -> None:
    texter("radera mina uppgifter")
    dead = queue(database, clock, Purpose.CONFIRMATION, state="undelivered", due_at=None)
    assert figures(app, "responder_outbox_rows")['state="undelivered"'] == 1
    with database.write() as connection:
        outbox.requeue(connection, [dead], clock())
    dispatcher.dispatch()
    assert 'state="undelivered"' not in figures(app, "responder_outbox_rows")


def test_a_database_that_is_away_is_told_and_what_the_spool_holds_still_is(
    app: Flask, database: Database, postgres: Postgres
) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's connections")
    with postgres.away(str(database.url.database)):
        shown = readyz(app)
        assert (shown["code"], shown["status"]) == (503, "not ready")
        assert "the database does not answer" in str(shown["database"])
        assert figures(app, "responder_spool_waiting") == {"": 0}
        assert figures(app, "responder_outbox_rows") == {}
    assert readyz(app)["code"] == 200


def test_others_than_the_operator_see_no_details(app: Flask) -> None:
    proxied = {"X-Forwarded-For": "127.0.0.1"}
    client = app.test_client()
    assert client.get("/readyz", headers=proxied).get_json() == {"status": "ready"}
    assert client.get("/metrics", headers=proxied).status_code == 403
