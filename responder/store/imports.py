"""One import: how far it came, and what became of its rows.

How far it came is committed with what it did, so a killed import goes on where it stopped.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from responder.core.import_evidence import Papers
from responder.core.provenance import Candidate, Verdict
from responder.store import bulk
from responder.store import tables as t
from responder.store.identifiers import new_id
from responder.store.suppressions import Hasher

i = t.imports.c


@dataclass(slots=True)
class Tally:
    """What became of the good rows: how many by verdict, the new ones by country and programme."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    new: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count another chunk in."""
        self.verdicts.update(other.verdicts)
        self.new.update(other.new)


def tally(weighed: Iterable[tuple[Candidate, Verdict]]) -> Tally:
    """Count what became of these rows."""
    counted = Tally()
    for candidate, verdict in weighed:
        counted.verdicts[verdict] += 1
        if verdict is Verdict.NEW:
            counted.new[candidate.address.country or "", candidate.programme] += 1
    return counted


@dataclass(frozen=True, slots=True)
class Importing:
    """One import as the store sees it: its row's id, its keys, its papers."""

    import_id: str
    keys: Hasher
    papers: Papers


def begin(connection: Connection, sha256: str, provenance: str, now: datetime) -> tuple[str, int]:
    """The import of this file: its id, and how many rows of it are done.

    An interrupted import goes on, unless it is told to do something else now (`provenance` is
    how it is to be done): then, and after a finished one, all rows are looked at again.
    """
    found = connection.execute(select(t.imports).where(i.file_sha256 == sha256)).one_or_none()
    if found is None:
        import_id = new_id()
        made = {"id": import_id, "file_sha256": sha256, "provenance": provenance}
        bulk.write(connection, bulk.insert(t.imports, [{**made, "rows_done": 0, "begun_at": now}]))
        return import_id, 0
    if found.ended_at is None and found.provenance == provenance:
        return found.id, found.rows_done
    again = update(t.imports).where(i.id == found.id)
    connection.execute(
        again.values(provenance=provenance, rows_done=0, begun_at=now, ended_at=None)
    )
    return found.id, 0


def advance(connection: Connection, import_id: str, rows_done: int) -> None:
    """So many rows of the file are done, with this commit."""
    mine = update(t.imports).where(i.id == import_id)
    connection.execute(mine.values(rows_done=rows_done))


def end(connection: Connection, import_id: str, now: datetime) -> None:
    """Every row was looked at."""
    connection.execute(update(t.imports).where(i.id == import_id).values(ended_at=now))
