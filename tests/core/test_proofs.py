"""Proof files: nothing changed is accepted, and every fault is said in words."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from responder.core.evidence import commitment, to_text
from responder.core.heads import LedgerEvent, leaf_bytes, sign
from responder.core.merkle import Frontier, inclusion_proofs, leaf_hash, root
from responder.core.proofs import ProvenEvent, check_proof, proof_document
from tests.core.test_heads import EVENT, HEAD, KEY, PERSON, PUBLIC, SALT


def evidence_of(text: str, address: str = PERSON) -> str:
    return to_text({"subject": {"address": address}, "source": {"message": {"text": text}}})


def committed(event: LedgerEvent, evidence: str) -> LedgerEvent:
    return replace(event, commitment=commitment(SALT, evidence))


def proof(address: str = PERSON, size: int = 11, **changed: Any) -> dict[str, Any]:
    """A proof of one person's JA (event 3) and STOPP (the ledger's last) among other events."""
    said = [evidence_of('JA, bästa "vänner"\n👍', address), evidence_of("STOPP", address)]
    joined = committed(replace(EVENT, position=3), said[0])
    left = replace(EVENT, position=size, sequence=2, kind="OptedOut", programme=None, **changed)
    events = {2: joined, size - 1: committed(left, said[1])}
    leaves = [leaf_hash(leaf_bytes(events.get(i, replace(EVENT, position=i)))) for i in range(size)]
    head = replace(HEAD, size=size, root_hex=root(Frontier().append(leaves)).hex())
    paths = inclusion_proofs(events, size, leaves)
    proven = [
        ProvenEvent(event, SALT, text, index, paths[index])
        for (index, event), text in zip(events.items(), said, strict=True)
    ]
    return proof_document(PERSON, head, sign(head, KEY), PUBLIC, proven)


PROOF = proof()


def with_value(place: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The proof with one value replaced."""
    document = copy.deepcopy(PROOF)
    inner: Any = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return document


def test_a_whole_proof_has_no_faults() -> None:
    assert check_proof(json.loads(json.dumps(PROOF))) == []


@pytest.mark.parametrize("size", [4, 8, 9, 100])
def test_a_proof_holds_in_ledgers_of_every_size(size: int) -> None:
    assert check_proof(proof(size=size)) == []


def test_a_person_who_texted_over_rcs_has_one_address() -> None:
    assert check_proof(proof(address=f"rcs:{PERSON}")) == []


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("format",), "sms-responder-proof/2", "The format is not sms-responder-proof/1."),
        (("made_at",), "2027-11-21T12:00:00.000000+00:00", "not of the same moment"),
        (("head", "key_id"), "0" * 16, "The head names another key."),
        (("signature",), "00" * 64, "The signature of the head does not fit."),
        (("head", "size"), 12, "The signature of the head does not fit."),
        (("events",), [], "The events are not those of one contact."),
        (("events",), PROOF["events"][1:], "The events are not numbered 1, 2, 3 and so on."),
        (("events",), PROOF["events"][::-1], "The events are not numbered 1, 2, 3 and so on."),
        (("address",), "+46701740606", "Event 2: the evidence is about another address."),
        (("events", 0, "salt"), "00", "Event 1: the evidence is not what the ledger committed to."),
        (("events", 0, "index"), 3, "Event 1: it is not in the ledger of this head."),
        (("events", 1, "event", "kind"), "OptedIn", "Event 2: it is not in the ledger"),
        (("events", 1, "path"), [], "Event 2: it is not in the ledger of this head."),
        (("public_key",), "AB" * 32, "This is not a whole sms-responder-proof/1 document."),
    ],
)
def test_a_fault_is_said_in_words(place: tuple[str | int, ...], value: Any, fault: str) -> None:
    assert fault in "\n".join(check_proof(with_value(place, value)))


def test_events_of_two_people_are_no_proof() -> None:
    assert check_proof(proof(contact_id="d" * 32)) == ["The events are not those of one contact."]


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists), st.sampled_from(list(PROOF)))
def test_a_value_of_another_shape_is_a_fault(value: Any, key: str) -> None:
    assume(value != PROOF[key])
    assert check_proof(with_value((key,), value))
    assert check_proof(with_value(("events", 0, "event"), value))


@pytest.mark.parametrize("key", PROOF)
def test_a_proof_that_lacks_a_part_is_not_whole(key: str) -> None:
    lacking = {name: value for name, value in PROOF.items() if name != key}
    assert check_proof(lacking) == ["This is not a whole sms-responder-proof/1 document."]
