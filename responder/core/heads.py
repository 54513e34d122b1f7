"""The ledger's leaves and its signed heads.

A head says how many events the ledger had at one moment, and the root of the Merkle tree over
them; it is signed with Ed25519 and names the head before it. Positions and leaves count from 0.
Everything that is hashed or signed is canonical JSON: sorted keys, no spaces, UTF-8 (RFC 8785 in
spirit).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from responder.core.consent_record import to_text

FORMAT = "sms-responder-head/1"


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One row of the ledger. `position` counts all events, `sequence` those of one contact."""

    position: int
    id: str
    contact_id: str
    sequence: int
    kind: str
    programme: str | None
    sender: str | None
    at: datetime
    commitment: str


@dataclass(frozen=True, slots=True)
class Head:
    """The ledger at one moment: `size` events under this root.

    `previous_hash` is the hash of the head before, None for the first. Hashes are lower-case hex.
    """

    size: int
    root_hex: str
    at: datetime
    previous_hash: str | None
    key_id: str


def in_order(events: Sequence[LedgerEvent]) -> list[LedgerEvent]:
    """Events as they are sealed: by id, but each contact's own by sequence.

    An id tells the time of the process that made it, and the clocks of two may differ.
    """
    by_contact = sorted(events, key=lambda event: (event.contact_id, event.sequence))
    own = {c: iter(list(e)) for c, e in groupby(by_contact, lambda event: event.contact_id)}
    return [next(own[event.contact_id]) for event in sorted(events, key=lambda event: event.id)]


def leaf_bytes(event: LedgerEvent) -> bytes:
    """An event as a leaf of the tree: every column."""
    return leaf_of(
        *(event.position, event.id, event.contact_id, event.sequence, event.kind),
        *(event.programme, event.sender, moment(event.at), event.commitment),
    )


def leaf_of(
    position: int,
    event_id: str,
    contact_id: str,
    sequence: int,
    kind: str,
    programme: str | None,
    sender: str | None,
    at: str | datetime,
    commitment: str,
) -> bytes:
    """The leaf of these columns, spelt out in canonical order: a whole ledger is read so.

    `at` is in its one spelling, or UTC without a zone and with microseconds: orjson spells that
    the same, and an event costs two microseconds less.
    """
    return orjson.dumps(
        {
            "at": at,
            "commitment": commitment,
            "contact_id": contact_id,
            "id": event_id,
            "kind": kind,
            "position": position,
            "programme": programme,
            "sender": sender,
            "sequence": sequence,
        },
        option=orjson.OPT_NAIVE_UTC,
    )


def head_bytes(head: Head) -> bytes:
    """A head as it is signed and hashed."""
    return canonical(columns(head))


def hash_of(head: Head) -> str:
    """What the next head names this one by: SHA-256, hex."""
    return hashlib.sha256(head_bytes(head)).hexdigest()


def derive(secret: str, purpose: bytes) -> bytes:
    """The 32 bytes of one purpose's key, from the house's secret key (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The key that signs this house's heads."""
    return Ed25519PrivateKey.from_private_bytes(derive(secret, b"ledger-head-signing"))


def key_id(public_key: Ed25519PublicKey) -> str:
    """The short name of a key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def sign(head: Head, private_key: Ed25519PrivateKey) -> str:
    """The signature of a head: Ed25519 (RFC 8032), 128 hex digits."""
    return private_key.sign(head_bytes(head)).hex()


def verify(head: Head, signature: str, public_key: Ed25519PublicKey) -> bool:
    """Whether this key signed this head. False, too, for what is no signature at all."""
    try:
        return is_signed(head_bytes(head), from_hex(signature), public_key)
    except ValueError:
        return False


def head_document(head: Head, signature: str, public_key: Ed25519PublicKey) -> dict[str, Any]:
    """A signed head as it is published, mailed or kept elsewhere."""
    return {
        "format": FORMAT,
        "head": columns(head),
        "signature": signature,
        "public_key": public_key.public_bytes_raw().hex(),
    }


def read_head(document: Mapping[str, Any]) -> tuple[Head, str]:
    """The head and its signature from what was published; a proof file carries one too.

    ValueError where it is none.
    """
    try:
        given = document["head"]
        head = Head(**given | {"at": datetime.fromisoformat(given["at"])})
        if not isinstance(head.size, int) or columns(head) != given:
            raise ValueError("not a head in its one spelling")
        return head, str(document["signature"])
    except (AttributeError, LookupError, TypeError) as error:
        raise ValueError("not a head") from error


def columns(row: LedgerEvent | Head) -> dict[str, Any]:
    """Every column, the time in its one spelling."""
    values = {name: getattr(row, name) for name in row.__slots__}
    return values | {"at": moment(row.at)}


def moment(at: datetime) -> str:
    """UTC in ISO 8601, always with microseconds: one spelling for one moment."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(document: dict[str, Any]) -> bytes:
    """The bytes that are hashed or signed."""
    return to_text(document).encode()


def is_signed(data: bytes, signature: bytes, public_key: Ed25519PublicKey) -> bool:
    """Whether this key signed these bytes."""
    try:
        public_key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def from_hex(text: str) -> bytes:
    """Bytes from their one spelling in lower-case hex. ValueError for any other."""
    data = bytes.fromhex(text)
    if data.hex() != text:
        raise ValueError("not lower-case hex")
    return data
