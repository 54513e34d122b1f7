"""The clock: what `responder work` does and how often. Each job takes a database lease first.

APScheduler keeps no job store here: any number of workers run the same jobs, and the lease lets
one of them work. Sending needs none, since it claims row by row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from responder.errors import ResponderError
from responder.store import leases
from responder.store.database import Database

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """`work` is done `every` so often, and gives how much it did.

    All workers do a `shared` one at once.
    """

    name: str
    every: timedelta
    work: Callable[[], int]
    shared: bool = False


def create_scheduler(
    jobs: list[Job], database: Database, clock: Callable[[], datetime], owner: str
) -> BackgroundScheduler:
    """A scheduler, not yet started, that runs each job under its lease."""
    scheduler = BackgroundScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            run,
            IntervalTrigger(seconds=job.every.total_seconds()),
            args=[job, database, clock, owner],
            id=job.name,
            next_run_time=datetime.now(scheduler.timezone),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return scheduler


def run(job: Job, database: Database, clock: Callable[[], datetime], owner: str) -> bool:
    """Do a job if nobody else does; whether it was done. What fails is tried at the next turn."""
    lease = max(3 * job.every, timedelta(minutes=2))
    try:
        if not job.shared:
            with database.write() as connection:
                if not leases.take(connection, job.name, owner, clock(), lease):
                    return False
        done = job.work()
        with database.write() as connection:
            leases.succeed(connection, job.name, owner, clock())
    except ResponderError as error:
        _log.warning("job_failed", job=job.name, detail=str(error))
        return False
    except Exception as error:  # a boundary: one job's fault must not stop the others
        _log.error("job_failed", job=job.name, error=type(error).__name__)
        return False
    if done:
        _log.info("job_done", job=job.name, count=done)
    return True
