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


