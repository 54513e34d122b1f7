"""Imports: a file's people come into the base a chunk at a time, each chunk a transaction.

How far an import came is committed with what it did, so a killed one goes on where it stopped.
Contacts are locked by address, in one statement, as the hot path does.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from responder.core.consent import STRANGER, OptedOut, fold
from responder.core.import_evidence import Papers
from responder.core.provenance import Candidate, Verdict, joined, weigh
from responder.store import bulk, changes
from responder.store import tables as t
from responder.store.changes import Attribution, Change
from responder.store.crowd import find, left_at, lock_known, lock_or_make
from responder.store.identifiers import new_id
from responder.store.ledger import Person
from responder.store.newcomers import welcome
from responder.store.suppressions import Hasher, suppress, suppressed

_REASON = "import"
i = t.imports.c


class Overtaken(Exception):
    """Somebody was erased while this chunk was on its way: do it again."""


@dataclass(slots=True)
class Tally:
    """What became of the good rows: how many by verdict, the new ones by country and programme."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    new: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count another chunk in."""
        self.verdicts.update(other.verdicts)
        self.new.update(other.new)


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


def preview(
    connection: Connection, keys: Hasher, candidates: Sequence[Candidate], now: datetime
) -> Tally:
    """What `take_in` would do; reads only."""
    people = find(connection, {c.address.key for c in candidates}, now)
    return _tally(_weighed(connection, keys, candidates, people))


def take_in(
    connection: Connection, importing: Importing, candidates: Sequence[Candidate], now: datetime
) -> Tally:
    """Opt in who may come in, with the evidence of it. Raises Overtaken."""
    out = suppressed(connection, importing.keys, {c.address.key for c in candidates})
    people = lock_or_make(
        connection, [c for c in candidates if c.state == "active" and c.address.key not in out], now
    )
    strangers = [address for address, person in people.items() if not person.sequence]
    if connection.dialect.name == "postgresql" and suppressed(
        connection, importing.keys, strangers
    ):
        raise Overtaken
    weighed = _judge(connection, candidates, people, out)
    new = [candidate for candidate, verdict in weighed if verdict is Verdict.NEW]
    _write(connection, importing.papers, new, people, now)
    return _tally(weighed)


def shut_out(
    connection: Connection, importing: Importing, candidates: Sequence[Candidate], now: datetime
) -> Tally:
    """Suppress everybody of a list without provenance; who is a contact is opted out."""
    lines = {c.address.key: c.line for c in candidates}
    people = lock_known(connection, set(lines), now)
    leaving = {a: p for a, p in people.items() if not p.standing.is_out}
    event = OptedOut(now)
    bulk.write(
        connection,
        *changes.writes(
            [
                Change(
                    contact_id=person.contact_id,
                    sequence=person.sequence,
                    events=(event,),
                    documents=(importing.papers.suppressed(event, address, lines[address]),),
                    before=person.standing,
                    standing=fold((event,), person.standing),
                )
                for address, person in leaving.items()
            ]
        ),
    )
    already = suppressed(connection, importing.keys, lines)
    suppress(connection, importing.keys, lines, _REASON, now)
    return shut_tally(candidates, already)


def preview_shut_out(
    connection: Connection, keys: Hasher, candidates: Sequence[Candidate]
) -> Tally:
    """What `shut_out` would do; reads only."""
    return shut_tally(candidates, suppressed(connection, keys, {c.address.key for c in candidates}))


def shut_tally(candidates: Iterable[Candidate], already: set[str]) -> Tally:
    """Who is suppressed now, and who was."""
    tally = Tally()
    for candidate in candidates:
        if candidate.address.key in already:
            tally.verdicts[Verdict.SUPPRESSED] += 1
        else:
            tally.verdicts[Verdict.NEW] += 1
            tally.new[candidate.address.country or "", ""] += 1
    return tally


def _weighed(
    connection: Connection, keys: Hasher, candidates: Sequence[Candidate], people: dict[str, Person]
) -> list[tuple[Candidate, Verdict]]:
    out = suppressed(connection, keys, {c.address.key for c in candidates})
    return _judge(connection, candidates, people, out)


def _judge(
    connection: Connection,
    candidates: Sequence[Candidate],
    people: dict[str, Person],
    out: set[str],
) -> list[tuple[Candidate, Verdict]]:
    left = left_at(connection, [p.contact_id for p in people.values() if p.sequence])
    stranger = Person("", STRANGER)
    weighed = []
    for candidate in candidates:
        key = candidate.address.key
        person = people.get(key, stranger)
        left_then = left.get(person.contact_id)
        weighed.append((candidate, weigh(candidate, person.standing, key in out, left_then)))
    return weighed


def _write(
    connection: Connection,
    papers: Papers,
    new: Sequence[Candidate],
    people: dict[str, Person],
    now: datetime,
) -> None:
    """Strangers who join one programme by the short way, all others by the general one."""
    times = Counter(candidate.address.key for candidate in new)
    strangers, changed, tags, answers = [], [], [], []
    for candidate in new:
        key = candidate.address.key
        person = people[key]
        if person.standing is STRANGER and times[key] == 1:
            strangers.append((person.contact_id, candidate))
        else:
            changed.append(_change(candidate, person, papers, now))
        tags += [{"contact_id": person.contact_id, "tag": tag} for tag in candidate.tags]
        answers += _answers(person.contact_id, candidate, now)
    welcome(connection, papers, strangers, now)
    bulk.write(
        connection,
        *changes.writes(changed),
        bulk.insert_or_ignore(t.contact_tags, tags),
        bulk.insert_or_ignore(t.answers, answers),
    )


def _answers(contact_id: str, candidate: Candidate, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": contact_id,
            "programme": candidate.programme,
            "question": question,
            "value": value,
            "answered_at": now,
        }
        for question, value in candidate.answers.items()
    ]


def _change(candidate: Candidate, person: Person, papers: Papers, now: datetime) -> Change:
    event = joined(candidate, now)
    before, sequence = person.standing, person.sequence
    person.standing, person.sequence = fold((event,), before), sequence + 1
    stated = papers.provenance
    attribution = Attribution(
        number=None,
        keyword=None,
        source=candidate.source,
        language=candidate.language,
        basis=stated.basis if stated else "consent",
        basis_at=candidate.at,
        licence=stated.licence if stated else "owned",
    )
    return Change(
        contact_id=person.contact_id,
        sequence=sequence,
        events=(event,),
        documents=(papers.joined(candidate, event),),
        before=before,
        standing=person.standing,
        attribution=attribution,
    )


def _tally(weighed: Iterable[tuple[Candidate, Verdict]]) -> Tally:
    tally = Tally()
    for candidate, verdict in weighed:
        tally.verdicts[verdict] += 1
        if verdict is Verdict.NEW:
            tally.new[candidate.address.country or "", candidate.programme] += 1
    return tally
