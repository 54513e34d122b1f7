"""Proof files: one person's events with their evidence, and their paths to one signed head.

A person whose evidence was erased has no address any more, and so no proof file.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from responder.core.consent_record import commitment
from responder.core.heads import (
    Head,
    LedgerEvent,
    canonical,
    columns,
    from_hex,
    is_signed,
    key_id,
    moment,
)
from responder.core.merkle import leaf_hash, verify_inclusion

FORMAT = "sms-responder-proof/1"
_SMS_CHANNEL = re.compile(r"^(?:sms|mms|rcs):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProvenEvent:
    """An event with the exact text of its evidence, and its leaf's place and path in the tree."""

    event: LedgerEvent
    salt: str
    evidence: str
    index: int
    path: Sequence[bytes]


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
        "made_at": moment(head.at),
        "public_key": public_key.public_bytes_raw().hex(),
        "head": columns(head),
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
    public_key = Ed25519PublicKey.from_public_bytes(from_hex(document["public_key"]))
    if document["format"] != FORMAT:
        yield f"The format is not {FORMAT}."
    if document["made_at"] != head["at"]:
        yield "The file and its head are not of the same moment."
    if head["key_id"] != key_id(public_key):
        yield "The head names another key."
    if not is_signed(canonical(head), from_hex(document["signature"]), public_key):
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
    said = json.loads(entry["evidence"])
    person = said.get("subject") or said["person"]  # as schema 1 called it
    if _SMS_CHANNEL.sub("", person["address"]) != document["address"]:
        yield "the evidence is about another address."
    leaf, path = leaf_hash(canonical(event)), [from_hex(node) for node in entry["path"]]
    if not verify_inclusion(leaf, entry["index"], head["size"], path, from_hex(head["root_hex"])):
        yield "it is not in the ledger of this head."


def _entry(proven: ProvenEvent) -> dict[str, Any]:
    return {
        "event": columns(proven.event),
        "salt": proven.salt,
        "evidence": proven.evidence,
        "index": proven.index,
        "path": [node.hex() for node in proven.path],
    }
