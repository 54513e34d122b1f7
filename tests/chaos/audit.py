"""Counts what was promised, from the provider's journal and the database alone.

`python -m tests.chaos.audit var/chaos` counts again what a run left there.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, create_engine, select

from responder.core.messages import Purpose
from responder.store import tables as t
from tests.books import folded, projected
from tests.chaos.house import STOPS
from tests.chaos.journal import Journal, Line, read_lines

_JOINS = ("OptedIn", "OptInRequested")
_CONFIRMED = ("OptedIn", "OptedOut")
_EVENTS_OF = Counter(opted_in=1, opted_out=1, requested=1, declined=1)
"""How many events about programmes a message of an outcome makes; of any other, none."""
_MESSAGE_ID = re.compile(r'"id":"(SM[0-9a-f]{32})"')
"""In the evidence of what a text did; a clock's or the provider's acts name none."""
_LATE_AND_IDLE = (
    select(t.messages.c.provider_message_id)
    .join(t.decisions)
    .where(t.decisions.c.outcome == "already_out", t.decisions.c.reason == "late_news")
)
"""Late opt-outs of who has joined since: an event for the record, which ends nothing."""
_UNASKED = (Purpose.PROMOTIONAL, Purpose.REWARD, Purpose.REQUEST)


@dataclass(frozen=True, slots=True)
class Broken:
    """One broken promise: which, and the ids of what it was seen at."""

    promise: str
    seen_at: str


@dataclass
class Findings:
    """`confirmed` are the confirmations that are there once, `looked_up` those of them that a
    look-up found; `blocked` and `failed` could not arrive, through no fault of ours."""

    broken: list[Broken] = field(default_factory=list)
    confirmations: Counter[str] = field(default_factory=Counter)

    def last_line(self) -> str:
        """The counts that have to be zero."""
        counts = Counter(one.promise for one in self.broken)
        return " ".join(f"{promise} {counts[promise]}" for promise in PROMISES)


PROMISES = (
    *("lost", "doubled", "promotional_after_stop"),
    *("confirmations_missing", "confirmations_doubled", "unfolded"),
)


@dataclass(frozen=True, slots=True)
class _Event:
    """A consent event that a person's message caused."""

    kind: str
    programme: str | None
    person: str
    sid: str


class Audit:
    """One database beside the journal of the provider that it worked with."""

    def __init__(self, connection: Connection, lines: Iterable[Line]) -> None:
        self.journal = Journal().read(lines)
        self._connection = connection
        self._changed_nothing = set(connection.execute(_LATE_AND_IDLE).scalars())
        self._events = list(self._read_events())

    def findings(self) -> Findings:
        """Every promise, looked at."""
        found = Findings()
        found.broken += [Broken("lost", sid) for sid in self._lost()]
        found.broken += [Broken("doubled", what) for what in self._doubled()]
        found.broken += [Broken("promotional_after_stop", s) for s in self._after_stop()]
        self._count_confirmations(found)
        books, projection = folded(self._connection), projected(self._connection)
        people = books.keys() | projection.keys()
        unfolded = sum(books.get(who) != projection.get(who) for who in people)
        found.broken += [Broken("unfolded", "a person")] * unfolded
        return found

    def _rows(self, query: Any) -> Iterator[Row[Any]]:
        return iter(self._connection.execute(query))

    def _read_events(self) -> Iterator[_Event]:
        query = (
            select(t.ledger_events, t.ledger_evidence.c.document, t.contacts.c.address)
            .join(t.ledger_evidence, t.ledger_evidence.c.event_id == t.ledger_events.c.id)
            .join(t.contacts, t.contacts.c.id == t.ledger_events.c.contact_id)
        )
        for row in self._rows(query):
            caused = _MESSAGE_ID.search(row.document)
            if caused and caused[1] not in self._changed_nothing:
                yield _Event(row.kind, row.programme, row.address, caused[1])

    def _lost(self) -> Iterator[str]:
        """Whatever the provider received, by webhook or not, is stored and decided."""
        decided = select(t.messages.c.provider_message_id).join(t.decisions)
        known = set(self._connection.execute(decided).scalars())
        return (sid for sid in self.journal.sids() if sid not in known)

    def _doubled(self) -> Iterator[str]:
        """More rows or events for one message than its decision made; one code for two people."""
        query = select(t.messages.c.provider_message_id, t.decisions.c.outcome).join(t.decisions)
        outcomes = [(row.provider_message_id, row.outcome) for row in self._rows(query)]
        yield from (sid for sid, n in Counter(sid for sid, _ in outcomes).items() if n > 1)
        about = (*_JOINS, "OptedOut")
        made = Counter(event.sid for event in self._events if event.kind in about)
        yield from (sid for sid, outcome in outcomes if made[sid] > _EVENTS_OF[outcome])
        owners = defaultdict(set)
        codes = select(t.outbox).where(t.outbox.c.wording == "incentive")
        for row in self._rows(codes):
            owners[row.text].add(row.contact_id)
        yield from (text for text, people in owners.items() if len(people) > 1)

    def _after_stop(self) -> set[str]:
        """The opt-outs after which something left that nobody had asked for anew."""
        stops = defaultdict(list)
        for text in self.journal.texted.values():
            if text.body in STOPS and text.acknowledged:
                stops[text.person].append(text)
        query = select(t.outbox.c.id, t.outbox.c.programme, t.contacts.c.address).join(
            t.contacts, t.contacts.c.id == t.outbox.c.contact_id
        )
        return {
            f"{stop.sid} outbox {row.id} accepted {one.sid}"
            for row in self._rows(query.where(t.outbox.c.purpose.in_(_UNASKED)))
            for one in self.journal.accepted.get(row.id, ())
            for stop in stops[row.address]
            if stop.acknowledged and stop.acknowledged < one.at
            if not self._joined(row, stop.at, one.at)
        }

    def _joined(self, row: Row[Any], after: datetime, before: datetime) -> bool:
        """Whether the person asked for the row's programme between these moments."""
        times = [
            self.journal.texted_at(event.sid)
            for event in self._events
            if event.kind in _JOINS
            and (event.person, event.programme) == (row.address, row.programme)
        ]
        return any(at and after < at < before for at in times)

    def _count_confirmations(self, found: Findings) -> None:
        """Each change of consent by a text: one confirmation, accepted once."""
        rows = self._confirmation_rows()
        for sid in dict.fromkeys(e.sid for e in self._events if e.kind in _CONFIRMED):
            verdict = self._verdict(sid, rows.get(sid, []))
            found.confirmations[verdict] += 1
            if verdict in ("missing", "doubled"):
                ids = " ".join(row.id for row in rows.get(sid, []))
                found.broken.append(Broken(f"confirmations_{verdict}", f"{sid} outbox {ids}"))

    def _confirmation_rows(self) -> dict[str, list[Row[Any]]]:
        message = t.messages.c
        query = select(t.outbox, message.provider_message_id.label("caused_by")).join(t.messages)
        rows = defaultdict(list)
        for row in self._rows(query.where(t.outbox.c.purpose == Purpose.CONFIRMATION)):
            rows[row.caused_by].append(row)
        return rows

    def _verdict(self, sid: str, rows: list[Row[Any]]) -> str:
        taken = [(row, a) for row in rows for a in self.journal.accepted.get(row.id, ())]
        arrived = [(row, a) for row, a in taken if a.sid not in self.journal.failed]
        if len(arrived) > 1:
            return "doubled"
        if not arrived:
            return "failed" if taken else self._why_none(sid)
        row, one = arrived[0]
        if one.body != row.text:
            return "missing"
        return "looked_up" if one.attempt < row.attempts else "confirmed"

    def _why_none(self, sid: str) -> str:
        """Where the provider blocks the person, it has answered, or nothing could pass."""
        query = select(t.messages).where(t.messages.c.provider_message_id == sid)
        message = next(self._rows(query))
        at = self.journal.texted_at(sid) or message.received_at
        blocked = self.journal.was_blocked_since(message.sender, message.recipient, at)
        return "blocked" if blocked else "missing"


def main() -> None:
    """Count again in the folder of the one argument; exit status 1 unless all is zero."""
    folder = Path(sys.argv[1])
    by_database = defaultdict(list)
    for line in read_lines(folder / "stub.jsonl"):
        by_database[line["database"]].append(line)
    total = Findings()
    for name, lines in by_database.items():
        with create_engine(f"sqlite:///{folder / name}.db").connect() as connection:
            found = Audit(connection, lines).findings()
        total.broken += found.broken
        total.confirmations += found.confirmations
    for one in total.broken:
        print(f"{one.promise}: {one.seen_at}")
    print(total.last_line())
    sys.exit(bool(total.broken))


if __name__ == "__main__":
    main()
