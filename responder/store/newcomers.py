"""The rows of people who were never seen before, by the driver's fastest means.

They say what `changes` writes for anybody; but a stranger has one event, no standing to move and
nothing queued, and a million of them should not pay for the general case.
"""

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from responder.core.consent import State
from responder.core.consent_record import commitment
from responder.core.import_evidence import Papers
from responder.core.provenance import Candidate, joined
from responder.store import bulk
from responder.store.identifiers import new_id, new_salt

_SUBSCRIPTIONS = (
    *("contact_id", "programme", "state", "since", "source", "language"),
    *("basis", "basis_at", "licence"),
)
_EVENTS = ("id", "contact_id", "sequence", "kind", "programme", "at", "commitment")
_EVIDENCE = ("event_id", "salt", "document")
_time = functools.lru_cache(maxsize=1000)(bulk.time_text)
Cells = tuple[Any, ...]


def welcome(
    connection: Connection, papers: Papers, new: Sequence[tuple[str, Candidate]], now: datetime
) -> None:
    """Opt in contacts without any history, given with their ids; each may stand here once."""
    stated = papers.provenance
    assert stated is not None  # noqa: S101 (nobody joins without)
    zone = "+00" if connection.dialect.name == "postgresql" else ""  # SQLite keeps none
    subscriptions, events, evidence = [], [], []
    for contact_id, candidate in new:
        event = joined(candidate, now)
        document, salt, event_id = papers.joined(candidate, event), new_salt(), new_id()
        programme, at = candidate.programme, f"{_time(event.at)}{zone}"
        place = (candidate.source, candidate.language, stated.basis)
        basis = (f"{_time(candidate.at)}{zone}", stated.licence)
        subscriptions.append((contact_id, programme, State.ACTIVE.value, at, *place, *basis))
        digest = commitment(salt, document)
        events.append((event_id, contact_id, 1, type(event).__name__, programme, at, digest))
        evidence.append((event_id, salt, document))
    _insert(connection, "subscriptions", _SUBSCRIPTIONS, subscriptions)
    _insert(connection, "ledger_events", _EVENTS, events)
    _insert(connection, "ledger_evidence", _EVIDENCE, evidence)


def _insert(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Cells]
) -> None:
    driver: Any = connection.connection.driver_connection
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        with driver.cursor().copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" * len(columns))
    driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
