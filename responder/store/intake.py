"""People of a file come into the base a chunk at a time, each chunk a transaction.

Contacts are locked by address, in one statement, as the hot path does.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from responder.core.consent import STRANGER, fold
from responder.core.import_evidence import Papers
from responder.core.provenance import Candidate, Verdict, joined, weigh
from responder.store import bulk, changes
from responder.store import tables as t
from responder.store.changes import Attribution, Change
from responder.store.crowd import find, left_at, lock_or_make
from responder.store.imports import Importing, Tally, tally
from responder.store.ledger import Person
from responder.store.newcomers import welcome
from responder.store.suppressions import Hasher, suppressed

_Weighed = list[tuple[Candidate, Verdict]]


class Overtaken(Exception):
    """Somebody was erased while this chunk was on its way: do it again."""


def preview(
    connection: Connection, keys: Hasher, candidates: Sequence[Candidate], now: datetime
) -> Tally:
    """What `take_in` would do; reads only."""
    addresses = {c.address.key for c in candidates}
    people = find(connection, addresses, now)
    return tally(_weigh(connection, candidates, people, suppressed(connection, keys, addresses)))


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
    weighed = _weigh(connection, candidates, people, out)
    new = [candidate for candidate, verdict in weighed if verdict is Verdict.NEW]
    _write(connection, importing.papers, new, people, now)
    return tally(weighed)


def _weigh(
    connection: Connection,
    candidates: Sequence[Candidate],
    people: Mapping[str, Person],
    out: set[str],
) -> _Weighed:
    left = left_at(connection, [p.contact_id for p in people.values() if p.sequence])
    nobody = Person("", STRANGER)
    weighed = []
    for candidate in candidates:
        key = candidate.address.key
        person = people.get(key, nobody)
        left_then = left.get(person.contact_id)
        weighed.append((candidate, weigh(candidate, person.standing, key in out, left_then)))
    return weighed


def _write(
    connection: Connection,
    papers: Papers,
    new: Sequence[Candidate],
    people: Mapping[str, Person],
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
