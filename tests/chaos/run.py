"""One run on one database: begin, disturb, wait for calm, count."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy import select

from responder.store import tables as t
from responder.store.database import Database
from tests.chaos.audit import Audit, Findings
from tests.chaos.databases import opened
from tests.chaos.disturb import Disturbance, Say
from tests.chaos.journal import Journal, read_lines
from tests.chaos.nursery import nursery
from tests.chaos.processes import Keeper, environment, wait_until_up
from tests.chaos.provider import provider

JOURNAL = "stub.jsonl"
_NAMES = {
    "sqlite": ("web-1", "work-1", "work-2"),
    "postgresql": ("web-1", "web-2", "work-1", "work-2"),
}
_REST = 16.0
"""Seconds for the start, and for a quiet end: recovery, then quarantine or lease."""
_LONGER = 25.0
"""Seconds more for that, on a machine that has other things to do."""
_AWAY = 20.0
_RECOVERED = '%"direction"%'
"""What is in the payload of a message that the provider listed, and in no webhook's."""
_KEPT = re.compile(rb'"kept":')


@dataclass(frozen=True, slots=True)
class Report:
    """What was driven, what the provider did wrong, and what the books say of it."""

    driven: Counter[str]
    faults: Counter[str]
    findings: Findings


def run(name: str, seed: int, seconds: float, folder: Path, say: Say) -> Report:
    """Everything on one database ("sqlite", "postgresql") in about so many seconds.

    Leaves its books in `folder`. Raises LookupError where there is no PostgreSQL.
    """
    deadline = monotonic() + seconds + _LONGER
    mine = folder / name
    shutil.rmtree(mine, ignore_errors=True)
    mine.mkdir(parents=True)
    disturbed = min(seconds - _REST, seconds * 0.7)
    with opened(name, folder) as database:
        environ = environment(database.url, mine)
        with (
            provider(environ, seed, mine / JOURNAL) as stub,
            _keeper(name, environ, stub) as keeper,
        ):
            disturbance = Disturbance(keeper, database, stub, mine / JOURNAL, mine / "spool")
            disturbance.disturb(f"{name} {seed}", disturbed, min(_AWAY, 0.4 * disturbed), say)
            disturbance.calm_down(deadline, say)
        report = _count(database.url, mine)
    report.driven["kills"] = disturbance.kills
    return report


def gather(folder: Path, names: tuple[str, ...]) -> None:
    """One journal of all runs in `folder`; each line names its database."""
    with (folder / JOURNAL).open("w", encoding="utf-8") as all_of_them:
        for name in names:
            for line in read_lines(folder / name / JOURNAL):
                text = json.dumps({"database": name, **line}, ensure_ascii=False)
                all_of_them.write(text + "\n")


@contextmanager
def _keeper(name: str, environ: Mapping[str, str], stub: str) -> Iterator[Keeper]:
    """The product's processes, up."""
    folder = Path(environ["RESPONDER_SPOOL"]).parent
    with (
        nursery(folder, {**environ, "TWILIO_API_URL": stub}) as born,
        Keeper(born, _NAMES[name]) as keeper,
    ):
        wait_until_up(f"{environ['RESPONDER_PUBLIC_URL']}/healthz")
        yield keeper


def _count(url: str, folder: Path) -> Report:
    database = Database(url)
    lines = read_lines(folder / JOURNAL)
    journal = Journal().read(lines)
    with database.read() as connection:
        findings = Audit(connection, lines).findings()
        recovered = select(t.messages.c.id).where(t.messages.c.raw.like(_RECOVERED))
        driven = Counter(
            messages=len(journal.sids()),
            deliveries=journal.deliveries,
            acknowledged=sum(one.acknowledged is not None for one in journal.texted.values()),
            accepted=sum(map(len, journal.accepted.values())),
            spooled=sum(len(_KEPT.findall(log.read_bytes())) for log in folder.glob("web-*.log")),
            recovered=len(connection.execute(recovered).all()),
        )
    database.dispose()
    return Report(driven, journal.faults, findings)
