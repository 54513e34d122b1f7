"""How the house is: what `/readyz` tells in words and `/metrics` in figures."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection

from responder.errors import DatabaseAway, ResponderError
from responder.live import LiveCatalog
from responder.spool import Spool
from responder.store import ceiling, codes, holds, leases, pace
from responder.store.database import Database
from responder.store.health import health
from responder.store.migrate import require_current
from responder.work import EVERY

GRACE = timedelta(minutes=1)
"""A job is late when it was not done for three of its turns and this."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """Looks at the database and the spool each time it is asked."""

    database: Database
    live: LiveCatalog
    spool: Spool
    clock: Callable[[], datetime]

    def fault(self) -> str | None:
        """Why no message can be committed here, or None."""
        try:
            with self.database.read() as connection:
                require_current(connection)
        except ResponderError as error:
            return str(error)
        return None

    def details(self, fault: str | None) -> dict[str, Any]:
        """What an operator may see beside ready or not."""
        kept = {"waiting": self.spool.waiting(), "quarantined": self.spool.quarantined()}
        served = self.live.served
        shown = {
            "database": fault or "ok",
            "catalog": served.catalog.hash,
            "config": {"refused": served.refused} if served.refused else "ok",
            "spool": kept,
        }
        return shown if fault else shown | self._from_database()

    def figures(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; those that the database tells are absent while it is away."""
        yield _gauge("responder_spool_waiting", "Messages kept in the spool.", self.spool.waiting())
        yield _gauge(
            "responder_spool_quarantined",
            "Spool files that could not be read or received, for a person to see.",
            self.spool.quarantined(),
        )
        yield from self._of_the_catalog()
        try:
            with self.database.read() as connection:
                yield from self._gauges(connection)
        except DatabaseAway:
            return

    def _of_the_catalog(self) -> Iterator[GaugeMetricFamily]:
        served = self.live.served
        name, text = (
            "responder_catalog_refused",
            "1 while newer files are kept out.",
        )
        yield _gauge(name, text, int(bool(served.refused)))
        name = "responder_catalog_served_since_timestamp_seconds"
        yield _gauge(name, "When this catalog began to be served.", served.since.timestamp())

    def _from_database(self) -> dict[str, Any]:
        now = self.clock()
        with self.database.read() as connection:
            done = leases.last_successes(connection)
            paused = pace.pauses(connection, now)
            full = holds.is_full(connection, now)
            left = codes.codes_left(connection)
        return {
            "jobs": {job: lateness(job, done.get(job), now) for job in EVERY},
            "sending": {row.sender: f"paused by error {row.pause_code}" for row in paused} or "ok",
            "replies": "the house ceiling is reached" if full else "ok",
            "codes": {name: f"{left.get(name, 0)} left" for name in self._low(left)} or "ok",
        }

    def _low(self, left: Mapping[str, int]) -> list[str]:
        """The programmes that have fewer codes than their files want to be warned of."""
        incentives = ((p.id, p.incentive) for p in self.live().programmes.values() if p.incentive)
        return [name for name, one in incentives if left.get(name, 0) < one.warn_below]

    def _gauges(self, connection: Connection) -> Iterator[GaugeMetricFamily]:
        now = self.clock()
        yield from _of_what_is_owed(connection, now)
        yield from _of_replies(connection, now)
        left = codes.codes_left(connection)
        name, text = "responder_incentive_codes_left", "Incentive codes that nobody has yet."
        yield _by(name, text, "programme", left)
        name, text = "responder_incentive_codes_low", "1 where they are below warn_below."
        yield _by(name, text, "programme", dict.fromkeys(self._low(left), 1))
        done = leases.last_successes(connection)
        name, text = "responder_job_last_success_timestamp_seconds", "When each job was last done."
        yield _by(name, text, "job", {job: at.timestamp() for job, at in done.items() if at})


def _of_what_is_owed(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    found = health(connection, now)
    yield _by("responder_outbox_rows", "Outbox rows to be acted on, or dead.", "state", found.rows)
    yield _gauge(
        "responder_outbox_overdue_seconds",
        "How long the oldest text that could leave has waited.",
        found.overdue.total_seconds(),
    )
    paused = {row.sender: 1 for row in pace.pauses(connection, now)}
    name, text = "responder_sending_paused", "Senders that are paused; * is all of them."
    yield _by(name, text, "sender", paused)
    yield _gauge("responder_provider_drift", "Block lists found to differ.", found.drifts)
    yield _gauge("responder_cases_open", "Requests that wait for a person.", found.cases)


def _of_replies(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    replies = ceiling.replies_of_the_hour(connection, now)
    yield _gauge("responder_replies_last_hour", "Automatic replies of the last hour.", replies)
    name, text = "responder_reply_ceiling_reached", "1 while the house answers only opt-outs."
    yield _gauge(name, text, int(holds.is_full(connection, now)))


def lateness(job: str, succeeded: datetime | None, now: datetime) -> str:
    """`ok`, or how late a job is."""
    if succeeded is None:
        return "never done: is responder work running?"
    late = now - succeeded
    if late <= 3 * EVERY[job] + GRACE:
        return "ok"
    return f"late: last done {int(late.total_seconds())} seconds ago"


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, figure in values.items():
        family.add_metric([value], figure)
    return family
