"""Leaves, signed heads and proof files: exact bytes, and nothing changed is accepted."""

import hashlib
import hmac
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from responder.core.heads import (
    Head,
    LedgerEvent,
    derive,
    hash_of,
    head_bytes,
    key_id,
    leaf_bytes,
    leaf_of,
    moment,
    sign,
    signing_key,
    verify,
)

SECRET = "a secret of the tests"
KEY = signing_key(SECRET)
PUBLIC = KEY.public_key()
PERSON, SALT = "+46701740605", "5a" * 16
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENT = LedgerEvent(7, "e" * 32, "c" * 32, 1, "OptedIn", "klubben", None, NOON, "0" * 64)
HEAD = Head(size=11, root_hex="ab" * 32, at=NOON, previous_hash=None, key_id=key_id(PUBLIC))


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
    assert derive(SECRET, b"ledger-head-signing") == expanded == KEY.private_bytes_raw()


@pytest.mark.parametrize("micro", [0, 1, 100_000, 999_999])
def test_a_time_without_its_zone_is_spelt_as_one_with_it(micro: int) -> None:
    at = NOON.replace(microsecond=micro)
    plain = at.replace(tzinfo=None) if micro else moment(at)  # as a leaf's columns are read
    columns = (7, "e" * 32, "c" * 32, 1, "OptedIn", "klubben", None)
    assert leaf_of(*columns, plain, "0" * 64) == leaf_bytes(replace(EVENT, at=at))


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
