"""Verifies the whole ledger in one pass: every event, every evidence, every head.

The work for an event does not grow with the ledger, and what is kept in memory does not either.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection

from responder.core.consent_record import commitment
from responder.core.heads import Head, hash_of, leaf_of
from responder.core.heads import verify as is_signed
from responder.core.merkle import Frontier, leaf_hash, root
from responder.core.tampering import Fault, Finding, Suspect, explain
from responder.store import gaps, sealed
from responder.store.projection import Comparison
from responder.store.sealed import SealedRow

Keys = Mapping[str, Ed25519PublicKey]
Progress = Callable[[int, int], None]
"""Told how many events are verified of how many."""

_AT_MOST = 50
"""Findings that are told; where there are more, the ledger is not to be mended by hand anyway."""


@dataclass(slots=True)
class Report:
    """What was verified. `erased` events are sealed and have no evidence any more, rightly.

    `contacts` were compared with their events; that is not the ledger's own part.
    """

    events: int = 0
    heads: int = 0
    erased: int = 0
    not_sealed: int = 0
    contacts: int = 0
    newest: Head | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything fits."""
        return not self.findings

    @property
    def ledger_holds(self) -> bool:
        """Whether everything fits but the tables beside the ledger."""
        return all(one.fault is Fault.DIFFERS for one in self.findings)

    def add(self, compared: Comparison) -> None:
        """Count what the projection was found to be."""
        self.contacts = compared.contacts
        self.findings += compared.findings


def verify(
    connection: Connection,
    keys: Keys,
    kept: Head | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Check everything; `keys` are the house's public keys by key id, former ones too.

    `kept` is a head that was kept elsewhere, whose signature was checked. For a long transaction
    that only reads; what is sealed meanwhile is left for the next time.
    """
    return _Verification(connection, keys, kept, progress).run()


class _Verification:
    """One pass. `_frontier` is what the events so far add up to, `_expected` the next position.

    `_misfit` is the first head that does not fit, with the frontier that the one before it had.
    """

    def __init__(
        self, connection: Connection, keys: Keys, kept: Head | None, progress: Progress
    ) -> None:
        self._connection = connection
        self._keys = keys
        self._kept = kept
        self._progress = progress
        self._extent = sealed.extent(connection)
        self._frontier = Frontier()
        self._expected = 0
        self._misfit: tuple[Frontier, Head] | None = None
        self._report = Report()

    def run(self) -> Report:
        sealed.look_up_by_key(self._connection)
        try:
            self._check_tree()
        except ValueError:
            self._find(Fault.FORGED_HEAD, None, "a head has a time that is none")
        _exhaust(self._leaves(self._extent.positions))  # what no head covers
        if self._misfit:
            self._explain(*self._misfit)
        self._check_end()
        sealed.look_up_freely(self._connection)
        self._look_beside()
        self._report.findings.sort(key=_by_position)
        del self._report.findings[_AT_MOST:]
        return self._report

    def _look_beside(self) -> None:
        """Look for what the sealed order does not lead to."""
        sound = not self._report.findings  # so what was read is what was sealed, each event once
        documents = self._report.events - self._report.erased
        beside = gaps.find(self._connection, (self._report.events, documents) if sound else None)
        self._report.not_sealed = beside.not_sealed
        self._report.findings += beside.findings

    def _check_tree(self) -> None:
        """Every head in turn, a page at a time, each page beside the leaves that it covers."""
        heads = sealed.heads(self._connection, self._extent.size)
        while page := list(islice(heads, sealed.PAGE)):
            leaves = self._leaves(page[-1][0].size)
            for head, signature in page:
                self._check_head(head, signature, leaves)
            _exhaust(leaves)

    def _check_head(self, head: Head, signature: str, leaves: Iterator[bytes]) -> None:
        before = self._frontier
        sound = self._is_ours(head, signature, self._report.newest)
        self._advance(leaves, head.size)
        if sound and not self._misfit and not self._matches(head):
            self._misfit = before, head
        self._report.heads += 1
        self._report.newest = head

    def _is_ours(self, head: Head, signature: str, previous: Head | None) -> bool:
        key = self._keys.get(head.key_id)
        if key is None:
            why = f"it names the key {head.key_id}, which this house does not have"
            return self._forged(head, f"{why}; a former one belongs in RESPONDER_SECRET_KEY_OLD")
        if not is_signed(head, signature, key):
            return self._forged(head, "its signature does not fit")
        expected = hash_of(previous) if previous else None
        if head.previous_hash == expected:
            return True
        if not any(one.fault is Fault.FORGED_HEAD for one in self._report.findings):
            size = previous.size if previous else 0
            text = f"a head between the sizes {size} and {head.size} is gone"
            self._find(Fault.DELETED, size, text)
        return True

    def _forged(self, head: Head, why: str) -> bool:
        self._find(Fault.FORGED_HEAD, None, f"the head of size {head.size}: {why}")
        return False

    def _advance(self, leaves: Iterator[bytes], size: int) -> None:
        """Take the leaves below a size; the kept head is compared on the way."""
        kept = self._kept.size if self._kept else size
        for stop in sorted({min(kept, size), size}):
            count = stop - self._frontier.size
            if count > 0:
                self._frontier = self._frontier.append(islice(leaves, count))
            if self._kept and stop == kept:
                self._compare(self._kept)

    def _compare(self, kept: Head) -> None:
        """The ledger must begin with the one that the kept head is about."""
        self._kept = None
        if not self._matches(kept):
            text = f"its first {kept.size} events are not those of the head that was kept"
            self._find(Fault.ROLLED_BACK, None, text)

    def _matches(self, head: Head) -> bool:
        same_size = self._frontier.size == head.size
        return same_size and root(self._frontier).hex() == head.root_hex

    def _explain(self, before: Frontier, head: Head) -> None:
        """Say which event it is, unless one of them is named already."""
        named = (one.position for one in self._report.findings if one.position is not None)
        if any(before.size <= position < head.size for position in named):
            return
        found = sealed.rows(self._connection, before.size, head.size + 1)
        surplus = self._extent.sealed - self._extent.size
        try:
            suspects = [Suspect(row.event(), row.document) for row in map(SealedRow._make, found)]
        except ValueError:
            text = f"one of the events from position {before.size} on has a time that is none"
            self._find(Fault.CHANGED, before.size, text)
        else:
            self._report.findings.append(explain(suspects, before, head, surplus))

    def _leaves(self, stop: int) -> Iterator[bytes]:
        """The leaf hashes in order, up to a position; each row is checked on the way."""
        for row in sealed.rows(self._connection, self._expected, stop):
            salt, document, _, position, event_id, contact, sequence, kind, *rest = row
            programme, sender, at, promise = rest
            if position != self._expected:
                self._miss(self._expected, position - 1)
            self._expected = position + 1
            if promise is None:
                text = f"position {position}: the event {event_id} is gone"
                self._find(Fault.DELETED, position, text)
                continue
            if document is None or salt is None or commitment(salt, document) != promise:
                self._blame_evidence(SealedRow(*row))
            when = sealed.spelt(at)
            yield leaf_hash(
                leaf_of(
                    position, event_id, contact, sequence, kind, programme, sender, when, promise
                )
            )
            self._report.events += 1
            if self._report.events % sealed.PAGE == 0:
                self._progress(self._report.events, self._extent.sealed)

    def _miss(self, first: int, last: int) -> None:
        where = f"position {first}" + (f" to {last}" if last > first else "")
        self._find(Fault.DELETED, first, f"{where}: nothing stands there any more")

    def _blame_evidence(self, row: SealedRow) -> None:
        """Evidence that is not there, or does not fit."""
        if row.document is None and row.is_erased:
            self._report.erased += 1
        elif row.document is None:
            text = f"position {row.position}: its evidence is gone, and no event erased it"
            self._find(Fault.DELETED, row.position, text)
        else:
            text = f"position {row.position}: the evidence is not what the event commits to"
            self._find(Fault.CHANGED, row.position, text)

    def _check_end(self) -> None:
        """Nothing may stand above the newest head, and the sealer's own note must agree."""
        size, noted = self._extent.size, self._extent.frontier
        if self._extent.positions > size:
            self._check_above(noted.size if noted else 0)
        elif noted is not None and noted.size > size:
            text = f"{noted.size - size} positions and their head are gone"
            self._find(Fault.DELETED, size, text)
        elif not self._misfit and noted not in (None, self._frontier):
            self._find(Fault.CHANGED, None, "the frontier that the sealer goes on from")
        if self._kept:
            missing = self._kept.size - size
            text = f"{missing} events of the head that was kept are not in this ledger"
            self._find(Fault.ROLLED_BACK, None, text)

    def _check_above(self, noted: int) -> None:
        size, above = self._extent.size, self._extent.positions
        if noted >= above:
            self._find(Fault.DELETED, size, f"the head over the positions {size} to {above - 1}")
        elif not any(one.fault is Fault.INSERTED for one in self._report.findings):
            text = f"position {size}: it is above the newest head, and nothing sealed it"
            self._find(Fault.INSERTED, size, text)

    def _find(self, fault: Fault, position: int | None, text: str) -> None:
        self._report.findings.append(Finding(fault, position, text))


def _exhaust(leaves: Iterator[bytes]) -> None:
    """Have the rest of the leaves checked, too."""
    for _ in leaves:
        pass


def _by_position(finding: Finding) -> float:
    return float("inf") if finding.position is None else finding.position
