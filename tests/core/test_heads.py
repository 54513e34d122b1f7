"""Leaves, signed heads and proof files: exact bytes, and nothing changed is accepted."""

import copy
import hashlib
import hmac
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from responder.core.evidence import commitment, to_text
from responder.core.heads import (
    Head,
    LedgerEvent,
    ProvenEvent,
    check_proof,
    derive_seed,
    hash_of,
    head_bytes,
    key_id,
    leaf_bytes,
    proof_document,
    sign,
    signing_key,
    verify,
)
from responder.core.merkle import Frontier, inclusion_proofs, leaf_hash, root

SECRET = "a secret of the tests"
KEY = signing_key(SECRET)
PUBLIC = KEY.public_key()
PERSON, SALT = "+46701740605", "5a" * 16
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENT = LedgerEvent(7, "e" * 32, "c" * 32, 1, "OptedIn", "klubben", None, NOON, "0" * 64)
HEAD = Head(size=11, root_hex="ab" * 32, at=NOON, previous_hash=None, key_id=key_id(PUBLIC))


def evidence_of(text: str, address: str = PERSON) -> str:
    return to_text({"person": {"address": address}, "message": {"text": text}})


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


def test_a_leaf_is_every_column_in_canonical_json() -> None:
    assert leaf_bytes(replace(EVENT, programme="grädde")).decode() == (
        '{"at":"2026-11-21T12:00:00.000000+00:00",'
        f'"commitment":"{"0" * 64}","contact_id":"{"c" * 32}","id":"{"e" * 32}","kind":"OptedIn",'
        '"position":7,"programme":"grädde","sender":null,"sequence":1}'
    )


def test_a_head_is_signed_as_canonical_json() -> None:
    assert head_bytes(HEAD).decode() == (
        f'{{"at":"2026-11-21T12:00:00.000000+00:00","key_id":"{HEAD.key_id}",'
        f'"previous_hash":null,"root_hex":"{"ab" * 32}","size":11}}'
    )


def test_one_moment_has_one_spelling() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    assert leaf_bytes(replace(EVENT, at=elsewhere)) == leaf_bytes(EVENT)
    assert head_bytes(replace(HEAD, at=elsewhere)) == head_bytes(HEAD)


def test_the_signing_key_is_derived_as_rfc_5869_says() -> None:
    extracted = hmac.digest(bytes(32), SECRET.encode(), "sha256")
    expanded = hmac.digest(extracted, b"ledger-head-signing\x01", "sha256")
    assert derive_seed(SECRET) == expanded == KEY.private_bytes_raw()


def test_a_key_is_named_by_its_hash() -> None:
    assert key_id(PUBLIC) == hashlib.sha256(PUBLIC.public_bytes_raw()).hexdigest()[:16]


def test_a_signed_head_verifies() -> None:
    assert verify(HEAD, sign(HEAD, KEY), PUBLIC)


@pytest.mark.parametrize("column", [field.name for field in fields(Head)])
def test_a_changed_head_does_not_verify(column: str) -> None:
    other = Head(12, "ac" * 32, NOON + timedelta(microseconds=1), "ab" * 32, "0" * 16)
    changed = replace(HEAD, **{column: getattr(other, column)})
    assert not verify(changed, sign(HEAD, KEY), PUBLIC)
    assert hash_of(changed) != hash_of(HEAD)


def test_another_house_did_not_sign_this_head() -> None:
    assert not verify(HEAD, sign(HEAD, KEY), signing_key("another secret").public_key())


@pytest.mark.parametrize("signature", ["", "no hex", "00", "00" * 64, sign(HEAD, KEY).upper()])
def test_what_is_no_signature_does_not_verify(signature: str) -> None:
    assert not verify(HEAD, signature, PUBLIC)


def test_a_head_is_named_by_the_hash_of_what_is_signed() -> None:
    assert hash_of(HEAD) == hashlib.sha256(head_bytes(HEAD)).hexdigest()


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
