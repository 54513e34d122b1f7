"""One job, one worker at a time: a lease in the database, whatever number of workers there are."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from responder.store import bulk
from responder.store.tables import job_leases


def take(connection: Connection, job: str, owner: str, now: datetime, length: timedelta) -> bool:
    """Take or renew the lease of a job; False where another worker has it.

    A lease that ends later than one taken now would is from a clock that was wrong, and void.
    """
    _know(connection, job)
    lease = job_leases.c
    free = or_(
        lease.owner.is_(None),
        lease.owner == owner,
        lease.expires_at <= now,
        lease.expires_at > now + length,
    )
    taken = update(job_leases).where(lease.job == job, free)
    return connection.execute(taken.values(owner=owner, expires_at=now + length)).rowcount == 1


def succeed(connection: Connection, job: str, owner: str, now: datetime) -> None:
    """The job was done, and its lease is free; one that all do has none."""
    _know(connection, job)
    lease = job_leases.c
    mine = (lease.job == job) & or_(lease.owner == owner, lease.owner.is_(None))
    done = update(job_leases).where(mine).values(owner=None, expires_at=None, succeeded_at=now)
    connection.execute(done)


def last_successes(connection: Connection) -> dict[str, datetime | None]:
    """When each job was last done; a job that never was is absent or None."""
    query = select(job_leases.c.job, job_leases.c.succeeded_at)
    return {row.job: row.succeeded_at for row in connection.execute(query)}


def _know(connection: Connection, job: str) -> None:
    row = {"job": job, "owner": None, "expires_at": None, "succeeded_at": None}
    bulk.write(connection, bulk.insert_or_ignore(job_leases, [row]))
