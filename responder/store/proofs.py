"""One person's proof file, from the ledger as its newest head has it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, select

from responder.core.heads import Head, LedgerEvent
from responder.core.merkle import inclusion_proofs, leaf_hash
from responder.core.proofs import ProvenEvent, proof_document
from responder.errors import ResponderError
from responder.store import sealed
from responder.store import tables as t

_NO_KEY = "its key is a former one: put its secret into RESPONDER_SECRET_KEY_OLD"


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof file, and how many events of the person are too new to be in it."""

    document: dict[str, Any]
    not_sealed: int


def prove(
    connection: Connection,
    keys: Mapping[str, Ed25519PublicKey],
    address: str,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Proof:
    """Prove the events of the person with this address key; reads the whole ledger once.

    Raises ResponderError where there is nobody, nothing sealed, or no evidence any more.
    """
    sealed.look_up_by_key(connection)
    head, signature = _newest(connection)
    if head.key_id not in keys:
        raise ResponderError(f"the newest head cannot be shown to be ours: {_NO_KEY}")
    rows = connection.execute(_own(address)).all()
    known = [row for row in rows if row.position is not None and row.position < head.size]
    _require(rows, known)
    leaves = _leaves(connection, head.size, progress)
    paths = inclusion_proofs([row.position for row in known], head.size, leaves)
    proven = [
        ProvenEvent(_event(row), row.salt, row.document, row.position, paths[row.position])
        for row in known
    ]
    document = proof_document(address, head, signature, keys[head.key_id], proven)
    return Proof(document, len(rows) - len(known))


def _newest(connection: Connection) -> tuple[Head, str]:
    newest = sealed.newest_head(connection)
    if newest is None:
        raise ResponderError(
            "nothing is sealed yet: `responder work` or `responder run` seals every second"
        )
    return newest


def _require(rows: Sequence[Row[Any]], known: Sequence[Row[Any]]) -> None:
    if not rows:
        raise ResponderError("there is no event of this address")
    if not known:
        raise ResponderError("no event of this address is sealed yet: ask again in a moment")
    if any(row.document is None for row in known):
        raise ResponderError("evidence of this address is gone: `responder ledger verify` says why")


def _own(address: str) -> Any:
    e, v, p, c = t.ledger_events.c, t.ledger_evidence.c, t.ledger_positions.c, t.contacts.c
    return (
        select(t.ledger_events, v.salt, v.document, p.position)
        .join(t.contacts, c.id == e.contact_id)
        .outerjoin(t.ledger_evidence, v.event_id == e.id)
        .outerjoin(t.ledger_positions, p.event_id == e.id)
        .where(c.address == address)
        .order_by(e.sequence)
    )


def _event(row: Row[Any]) -> LedgerEvent:
    return LedgerEvent(
        *(row.position, row.id, row.contact_id, row.sequence, row.kind),
        *(row.programme, row.sender, row.at, row.commitment),
    )


def _leaves(
    connection: Connection, size: int, progress: Callable[[int, int], None]
) -> Iterator[bytes]:
    for position, leaf in enumerate(sealed.leaves(connection, size)):
        if position % sealed.PAGE == 0:
            progress(position, size)
        yield leaf_hash(leaf)
