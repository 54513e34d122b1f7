"""What an import does or would do, for people and for machines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from responder.core.import_rows import Fault
from responder.core.provenance import STAYS_OUT, Verdict
from responder.store.imports import Tally

SHOWN = 10
"""So many bad rows are shown; all of them are in the file of rejected rows."""


@dataclass(slots=True)
class Difference:
    """The difference that a file makes to the base. `begun_at` is the row it went on from."""

    joins: bool
    rows: int = 0
    begun_at: int = 0
    twice: int = 0
    bad: int = 0
    faults: list[Fault] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """Count bad rows, and keep the first of them to show."""
        for fault in faults:
            self.bad += 1
            if len(self.faults) < SHOWN:
                self.faults.append(fault)

    @property
    def stays_out(self) -> dict[Verdict, int]:
        """How many stay out, by reason."""
        return {v: self.tally.verdicts[v] for v in STAYS_OUT if self.tally.verdicts[v]}

    @property
    def by_country(self) -> Counter[str]:
        """The new ones by country."""
        return _summed((country or "?", n) for (country, _), n in self.tally.new.items())

    @property
    def by_programme(self) -> Counter[str]:
        """The new ones by programme."""
        return _summed((programme, n) for (_, programme), n in self.tally.new.items() if programme)


def as_json(found: Difference, rejected: Path | None, dry_run: bool) -> dict[str, Any]:
    """The difference for a machine."""
    new, listed = found.tally.verdicts[Verdict.NEW], found.tally.verdicts[Verdict.SUPPRESSED]
    counts = {
        "new": new if found.joins else 0,
        "already_in": found.tally.verdicts[Verdict.ALREADY_IN],
        "stays_out": found.stays_out if found.joins else {},
        "suppressed": 0 if found.joins else new,
        "already_suppressed": 0 if found.joins else listed,
    }
    return {
        "dry_run": dry_run,
        "rows": found.rows,
        "continued_at": found.begun_at,
        **counts,
        "twice": found.twice,
        "bad": found.bad,
        "new_by_country": found.by_country,
        "new_by_programme": found.by_programme,
        "faults": [
            {"line": f.line, "column": f.column, "value": f.value, "reason": f.reason}
            for f in found.faults
        ],
        "rejected": str(rejected) if rejected else None,
    }


def as_text(found: Difference, rejected: Path | None, dry_run: bool) -> str:
    """The difference for a person."""
    return "\n".join(_lines(found, rejected, dry_run))


def _lines(found: Difference, rejected: Path | None, dry_run: bool) -> Iterator[str]:
    if found.begun_at:
        yield f"Went on after row {found.begun_at:,}, where this import had stopped."
    yield f"{found.rows:,} rows"
    yield from _joining(found) if found.joins else _suppressing(found)
    if found.twice:
        yield f"{found.twice:>10,} stand in the file twice and count once"
    if found.bad:
        yield f"{found.bad:>10,} bad rows"
    for fault in found.faults:
        place = f"{fault.column} {fault.value!r}: " if fault.column else ""
        yield f"{'':>10} line {fault.line}: {place}{fault.reason}"
    if found.bad > len(found.faults):
        yield f"{'':>10} and {found.bad - len(found.faults):,} more"
    if rejected:
        yield f"The bad rows are in {rejected}"
    if dry_run:
        yield "This was a dry run: nothing was written."


def _joining(found: Difference) -> Iterator[str]:
    yield f"{found.tally.verdicts[Verdict.NEW]:>10,} new{_by(found)}"
    yield f"{found.tally.verdicts[Verdict.ALREADY_IN]:>10,} are in already and stay as they are"
    for verdict, count in found.stays_out.items():
        yield f"{count:>10,} stay out: {STAYS_OUT[verdict]}"


def _suppressing(found: Difference) -> Iterator[str]:
    yield "No provenance was given, so nobody joins: everybody in this file is suppressed."
    yield f"{found.tally.verdicts[Verdict.NEW]:>10,} newly suppressed{_by(found)}"
    yield f"{found.tally.verdicts[Verdict.SUPPRESSED]:>10,} were suppressed before"


def _by(found: Difference) -> str:
    parts = (found.by_country.most_common(), found.by_programme.most_common())
    told = "; ".join(", ".join(f"{name} {n:,}" for name, n in part) for part in parts if part)
    return f" ({told})" if told else ""


def _summed(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for name, count in pairs:
        total[name] += count
    return total
