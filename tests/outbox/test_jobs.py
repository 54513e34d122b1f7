"""Each job is one worker's at a time, by a lease in the database; whoever dies is followed."""

from datetime import datetime, timedelta
from threading import Event

import pytest

from responder.errors import DatabaseAway
from responder.schedule import Job, create_scheduler, run
from responder.settings import Settings
from responder.store import leases
from responder.store.database import Database
from responder.vitals import lateness
from responder.work import EVERY
from tests.conftest import Clock
from tests.factories import PERSON, Texter
from tests.outbox.conftest import at_once, sent, the_worker, until
from tests.stub import Faults, Stub

MINUTE = timedelta(minutes=1)


def job(work, every: timedelta = MINUTE, shared: bool = False) -> Job:  # type: ignore[no-untyped-def]
    return Job("expire", every, work, shared)


def take(database: Database, owner: str, now: datetime) -> bool:
    with database.write() as connection:
        return leases.take(connection, "expire", owner, now, 3 * MINUTE)


def last_success(database: Database) -> datetime | None:
    with database.read() as connection:
        return leases.last_successes(connection).get("expire")


def test_eight_workers_at_once_do_a_job_once(database: Database, clock: Clock) -> None:
    refused: list[int] = []

    def work() -> int:
        until(lambda: len(refused) == 7)
        return 1

    def compete(index: int) -> bool:
        ran = run(job(work), database, clock, str(index))
        if not ran:
            refused.append(index)
        return ran

    assert sum(at_once(8, compete)) == 1


def test_a_shared_job_is_done_by_all_at_once(database: Database, clock: Clock) -> None:
    done: list[int] = []
    ran = at_once(4, lambda i: run(job(lambda: len(done), shared=True), database, clock, str(i)))
    assert ran == [True] * 4
    assert last_success(database) == clock()


def test_who_has_the_lease_keeps_it_until_it_is_over(database: Database, clock: Clock) -> None:
    assert take(database, "a", clock())
    clock.forward(minutes=2)
    assert not take(database, "b", clock())
    assert take(database, "a", clock())
    clock.forward(minutes=2)
    assert not take(database, "b", clock())
    clock.forward(minutes=1)
    assert take(database, "b", clock())


def test_a_job_that_is_done_leaves_its_lease_to_anybody(database: Database, clock: Clock) -> None:
    for owner in "ab":
        assert run(job(lambda: 0), database, clock, owner)


@pytest.mark.parametrize("error", [RuntimeError("x"), DatabaseAway("x")])
def test_a_job_that_fails_is_no_success_and_is_tried_again(
    database: Database, clock: Clock, error: Exception
) -> None:
    def fail() -> int:
        raise error

    assert not run(job(fail), database, clock, "a")
    assert last_success(database) is None
    assert run(job(lambda: 0), database, clock, "a")
    assert last_success(database) == clock()


def test_a_worker_that_lost_its_lease_reports_no_success(database: Database, clock: Clock) -> None:
    def slow() -> int:
        clock.forward(hours=1)
        assert take(database, "b", clock())
        return 0

    run(job(slow), database, clock, "a")
    assert last_success(database) is None
    assert not take(database, "a", clock())


def test_a_clock_that_jumps_back_an_hour_holds_no_job_up(database: Database, clock: Clock) -> None:
    assert take(database, "a", clock())
    clock.forward(hours=-1)
    assert take(database, "b", clock())


def test_two_schedulers_share_the_work_and_both_do_what_is_shared(
    database: Database, clock: Clock
) -> None:
    at_work: list[str] = []
    most: list[int] = []
    turn = timedelta(seconds=0.02)

    def worker(owner: str) -> list[Job]:
        def work() -> int:
            at_work.append(owner)
            most.append(len(at_work))
            Event().wait(0.01)
            at_work.remove(owner)
            return 0

        return [job(work, turn)]

    schedulers = [create_scheduler(worker(o), database, clock, o) for o in "ab"]
    for scheduler in schedulers:
        scheduler.start()
    until(lambda: len(most) >= 10)
    for scheduler in schedulers:
        scheduler.shutdown()
    assert max(most) == 1


@pytest.fixture
def jobs(settings: Settings, database: Database, stub: Stub, clock: Clock) -> list[Job]:
    """All that a worker does."""
    return the_worker(settings, database, stub, clock).jobs()


def test_every_job_of_a_worker_runs_and_is_told_by_its_last_success(
    database: Database, jobs: list[Job], clock: Clock
) -> None:
    assert [run(one, database, clock, "a") for one in jobs] == [True] * len(EVERY)
    with database.read() as connection:
        assert leases.last_successes(connection) == dict.fromkeys(EVERY, clock())


def test_a_round_of_all_jobs_sends_what_a_webhook_could_not(
    database: Database, stub: Stub, jobs: list[Job], texter: Texter, clock: Clock
) -> None:
    texter("JA")
    clock.forward(minutes=5)
    for one in (*jobs, *jobs):
        run(one, database, clock, "a")
    assert [message["to"] for message in sent(stub)] == [PERSON]


def test_a_provider_that_is_away_stops_no_other_job(
    database: Database, stub: Stub, jobs: list[Job], clock: Clock
) -> None:
    stub.faults = Faults(refuse_auth=1)
    ran = {one.name: run(one, database, clock, "a") for one in jobs}
    assert [name for name, done in ran.items() if not done] == ["recover"]


@pytest.mark.parametrize("name", EVERY)
def test_a_job_is_late_after_three_of_its_turns_and_a_minute(name: str, clock: Clock) -> None:
    allowed = 3 * EVERY[name] + MINUTE
    assert lateness(name, clock() - allowed, clock()) == "ok"
    late = lateness(name, clock() - allowed - timedelta(seconds=1), clock())
    assert late == f"late: last done {int(allowed.total_seconds()) + 1} seconds ago"
    assert lateness(name, None, clock()).startswith("never done")
