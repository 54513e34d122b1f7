"""What a stranger is given to check the ledger by: its leaves, its signed heads, and proof files.

A head says how many events the ledger had at one moment, and the root of the Merkle tree over
them; it is signed with Ed25519 and names the head before it. A proof file carries one person's
events with their evidence, and their paths to one head. Everything that is hashed or signed is
canonical JSON: sorted keys, no spaces, UTF-8 (RFC 8785 in spirit).
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from responder.core.evidence import commitment, to_text
from responder.core.merkle import leaf_hash, verify_inclusion

FORMAT = "sms-responder-proof/1"
_SMS_CHANNEL = re.compile(r"^(?:sms|mms|rcs):", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """An event with the exact text of its evidence, and its leaf's place and path in the tree."""

    event: LedgerEvent
    salt: str
    evidence: str
    index: int
    path: Sequence[bytes]


def leaf_bytes(event: LedgerEvent) -> bytes:
    """An event as a leaf of the tree: every column."""
    return _canonical(_columns(event))


def head_bytes(head: Head) -> bytes:
    """A head as it is signed and hashed."""
    return _canonical(_columns(head))


def hash_of(head: Head) -> str:
    """What the next head names this one by: SHA-256, hex."""
    return hashlib.sha256(head_bytes(head)).hexdigest()


def derive_seed(secret: str) -> bytes:
    """The 32 bytes of the signing key, from the house's secret key (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), length=32, salt=None, info=b"ledger-head-signing").derive(secret.encode())


def signing_key(secret: str) -> Ed25519PrivateKey:
    """The key that signs this house's heads."""
    return Ed25519PrivateKey.from_private_bytes(derive_seed(secret))


def key_id(public_key: Ed25519PublicKey) -> str:
    """The short name of a key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def sign(head: Head, private_key: Ed25519PrivateKey) -> str:
    """The signature of a head: Ed25519 (RFC 8032), 128 hex digits."""
    return private_key.sign(head_bytes(head)).hex()


def verify(head: Head, signature: str, public_key: Ed25519PublicKey) -> bool:
    """Whether this key signed this head. False, too, for what is no signature at all."""
    try:
        return _signed(head_bytes(head), _from_hex(signature), public_key)
    except ValueError:
        return False


def proof_document(
    address: str,
    head: Head,
    signature: str,
    public_key: Ed25519PublicKey,
    proven: Sequence[ProvenEvent],
) -> dict[str, Any]:
    """One person's events as a proof file, in sequence; `address` is the contact's key.

    The file is as old as its head, and says nothing of what came later.
    """
    return {
        "format": FORMAT,
        "address": address,
        "made_at": _moment(head.at),
        "public_key": public_key.public_bytes_raw().hex(),
        "head": _columns(head),
        "signature": signature,
        "events": [_entry(one) for one in proven],
    }


def check_proof(document: Mapping[str, Any]) -> list[str]:
    """What does not fit in a proof file, in words; empty where the proof holds. Never raises."""
    try:
        return list(_faults(document))
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return [f"This is not a whole {FORMAT} document."]


def _faults(document: Mapping[str, Any]) -> Iterator[str]:
    head, entries = document["head"], document["events"]
    public_key = Ed25519PublicKey.from_public_bytes(_from_hex(document["public_key"]))
    if document["format"] != FORMAT:
        yield f"The format is not {FORMAT}."
    if document["made_at"] != head["at"]:
        yield "The file and its head are not of the same moment."
    if head["key_id"] != key_id(public_key):
        yield "The head names another key."
    if not _signed(_canonical(head), _from_hex(document["signature"]), public_key):
        yield "The signature of the head does not fit."
    events = [entry["event"] for entry in entries]
    if len({event["contact_id"] for event in events}) != 1:
        yield "The events are not those of one contact."
    if [event["sequence"] for event in events] != list(range(1, len(events) + 1)):
        yield "The events are not numbered 1, 2, 3 and so on."
    for number, entry in enumerate(entries, start=1):
        yield from (f"Event {number}: {fault}" for fault in _entry_faults(entry, document))


def _entry_faults(entry: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    event, head = entry["event"], document["head"]
    if commitment(entry["salt"], entry["evidence"]) != event["commitment"]:
        yield "the evidence is not what the ledger committed to."
    said = json.loads(entry["evidence"])["person"]["address"]
    if _SMS_CHANNEL.sub("", said) != document["address"]:
        yield "the evidence is about another address."
    leaf, path = leaf_hash(_canonical(event)), [_from_hex(node) for node in entry["path"]]
    if not verify_inclusion(leaf, entry["index"], head["size"], path, _from_hex(head["root_hex"])):
        yield "it is not in the ledger of this head."


def _entry(proven: ProvenEvent) -> dict[str, Any]:
    return {
        "event": _columns(proven.event),
        "salt": proven.salt,
        "evidence": proven.evidence,
        "index": proven.index,
        "path": [node.hex() for node in proven.path],
    }


def _columns(row: LedgerEvent | Head) -> dict[str, Any]:
    columns = {name: getattr(row, name) for name in row.__slots__}
    return columns | {"at": _moment(row.at)}


def _moment(at: datetime) -> str:
    """UTC in ISO 8601, always with microseconds: one spelling for one moment."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(document: dict[str, Any]) -> bytes:
    return to_text(document).encode()


def _signed(data: bytes, signature: bytes, public_key: Ed25519PublicKey) -> bool:
    try:
        public_key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _from_hex(text: str) -> bytes:
    """Bytes from their one spelling in lower-case hex. ValueError for any other."""
    data = bytes.fromhex(text)
    if data.hex() != text:
        raise ValueError("not lower-case hex")
    return data
