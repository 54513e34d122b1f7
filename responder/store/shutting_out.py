"""A list without provenance: everybody on it is suppressed, and who is a contact is out."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from responder.core.consent import OptedOut, fold
from responder.core.import_evidence import Papers
from responder.core.provenance import Candidate, Verdict
from responder.store import bulk, changes
from responder.store.changes import Change
from responder.store.crowd import lock_known
from responder.store.imports import Importing, Tally, tally
from responder.store.ledger import Person
from responder.store.suppressions import Hasher, suppress, suppressed

_REASON = "import"


def shut_out(
    connection: Connection, importing: Importing, candidates: Sequence[Candidate], now: datetime
) -> Tally:
    """Suppress everybody of a list without provenance; who is a contact is opted out."""
    lines = {c.address.key: c.line for c in candidates}
    people = lock_known(connection, set(lines), now)
    leaving = [
        _leaving(address, person, importing.papers, lines[address], now)
        for address, person in people.items()
        if not person.standing.is_out
    ]
    bulk.write(connection, *changes.writes(leaving))
    already = suppressed(connection, importing.keys, lines)
    suppress(connection, importing.keys, lines, _REASON, now)
    return _tally(candidates, already)


def preview(connection: Connection, keys: Hasher, candidates: Sequence[Candidate]) -> Tally:
    """What `shut_out` would do; reads only."""
    return _tally(candidates, suppressed(connection, keys, {c.address.key for c in candidates}))


def _leaving(address: str, person: Person, papers: Papers, line: int, now: datetime) -> Change:
    event = OptedOut(now)
    return Change(
        contact_id=person.contact_id,
        sequence=person.sequence,
        events=(event,),
        documents=(papers.suppressed(event, address, line),),
        before=person.standing,
        standing=fold((event,), person.standing),
    )


def _tally(candidates: Sequence[Candidate], already: set[str]) -> Tally:
    """Who is suppressed now, and who was."""
    return tally(
        (one, Verdict.SUPPRESSED if one.address.key in already else Verdict.NEW)
        for one in candidates
    )
