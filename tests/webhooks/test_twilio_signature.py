"""Twilio's own library is the oracle: we accept exactly what it accepts."""

from collections import UserDict
from hashlib import sha256
from typing import Any
from urllib.parse import urlparse

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import (  # type: ignore[import-untyped]
    RequestValidator,
    add_port,
    remove_port,
)
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict, MultiDict

from webhooks.twilio_signature import is_authentic

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
BODY = '{"property": "value", "boolean": true}'
JSON_URL = f"https://example.com/in?bodySHA256={sha256(BODY.encode()).hexdigest()}"


def sign(url: str, params: Any = None, token: str = TOKEN) -> str:
    """Sign as the library does, over exactly this URL."""
    return str(RequestValidator(token).compute_signature(url, params or {}))


def library_accepts(url: Any, params: Any, signature: Any, token: Any) -> bool:
    """The library's verdict, an exception being a refusal."""
    try:
        return bool(RequestValidator(token).validate(url, params, signature))
    except Exception:
        return False


@pytest.mark.parametrize("shape", [dict, MultiDict, ImmutableMultiDict, UserDict])
def test_the_documented_vector_is_authentic_in_every_shape_of_form(shape: Any) -> None:
    assert is_authentic(URL, shape(FORM), SIGNATURE, [TOKEN])


@pytest.mark.parametrize("name", FORM)
def test_a_changed_missing_or_added_field_is_refused(name: str) -> None:
    missing = {key: value for key, value in FORM.items() if key != name}
    for form in (FORM | {name: "x"}, FORM | {f"{name}2": ""} | {"Z": "z"}, missing):
        assert not is_authentic(URL, form, SIGNATURE, [TOKEN])
        assert not is_authentic(URL, MultiDict(form), SIGNATURE, [TOKEN])


def test_during_a_rotation_either_token_authenticates() -> None:
    assert is_authentic(URL, FORM, SIGNATURE, ["new", TOKEN])
    assert is_authentic(URL, FORM, SIGNATURE, iter([TOKEN, "old"]))
    assert not is_authentic(URL, FORM, SIGNATURE, ["new", "old"])


def test_a_token_that_cannot_sign_does_not_stop_the_next_one() -> None:
    odd: Any = [None, "", 5, b"12345", "\ud800", TOKEN]
    assert is_authentic(URL, FORM, SIGNATURE, odd)
    assert not is_authentic(URL, FORM, SIGNATURE, odd[:-1])


def test_an_empty_token_never_authenticates() -> None:
    assert not is_authentic(URL, FORM, sign(URL, FORM, token=""), ["", ""])


def test_a_bare_string_of_tokens_is_not_read_letter_by_letter() -> None:
    assert not is_authentic(URL, FORM, sign(URL, FORM, token="1"), "12345")


def test_of_a_repeated_field_the_distinct_values_are_signed_in_order() -> None:
    form = MultiDict([("b", "2"), ("a", "z"), ("a", "k"), ("a", "z"), ("c", "")])
    signature = sign("https://example.com/inakazb2c")
    assert is_authentic("https://example.com/in", form, signature, [TOKEN])
    assert is_authentic("https://example.com/in", CombinedMultiDict([form]), signature, [TOKEN])


@pytest.mark.parametrize(
    ("received", "signed"),
    [
        ("https://example.com/in", "https://example.com:443/in"),
        ("http://example.com/in", "http://example.com:80/in"),
        ("https://example.com:8443/in", "https://example.com/in"),
        ("https://example.com:8443/in?a=%C3%A5%2C", "https://example.com:8443/in?a=%C3%A5%2C"),
        ("https://example.com:65535/in", "https://example.com:65535/in"),
    ],
)
def test_the_port_may_be_signed_or_left_out(received: str, signed: str) -> None:
    assert is_authentic(received, FORM, sign(signed, FORM), [TOKEN])


def test_percent_escapes_are_signed_as_written() -> None:
    signature = sign("https://example.com/in?a=%C3%A5", FORM)
    assert is_authentic("https://example.com/in?a=%C3%A5", FORM, signature, [TOKEN])
    assert not is_authentic("https://example.com/in?a=å", FORM, signature, [TOKEN])
    assert not is_authentic("https://example.com/in?a=%c3%a5", FORM, signature, [TOKEN])


def test_a_json_body_must_have_the_hash_in_the_url() -> None:
    assert is_authentic(JSON_URL, BODY, sign(JSON_URL), [TOKEN])
    assert not is_authentic(JSON_URL, BODY + " ", sign(JSON_URL), [TOKEN])
    assert not is_authentic(URL, BODY, sign(URL), [TOKEN])


@pytest.mark.parametrize(
    ("url", "params", "signature", "tokens"),
    [
        (URL, FORM, None, [TOKEN]),
        (URL, FORM, "", [TOKEN]),
        (URL, FORM, SIGNATURE.encode(), [TOKEN]),
        (URL, FORM, list(SIGNATURE), [TOKEN]),
        (URL, FORM, SIGNATURE + "\n", [TOKEN]),
        (URL, FORM, "\ud800", [TOKEN]),
        (URL, FORM, SIGNATURE, None),
        (URL, FORM, SIGNATURE, 12345),
        (URL, FORM, SIGNATURE, b"12345"),
        (URL, BODY, sign(URL), [TOKEN]),
        (URL, b"Digits=1234", SIGNATURE, [TOKEN]),
        (URL, {"Digits": ["1234"]}, sign(URL, {"Digits": "1234"}), [TOKEN]),
        (URL, {"Digits": 1234}, sign(URL, {"Digits": "1234"}), [TOKEN]),
        (URL, {1: "a", "b": "c"}, SIGNATURE, [TOKEN]),
        (URL, {"\ud800": ""}, SIGNATURE, [TOKEN]),
        (None, FORM, SIGNATURE, [TOKEN]),
        (URL.encode(), FORM, SIGNATURE, [TOKEN]),
        ("https://example.com:70000/", {}, sign("https://example.com:70000/"), [TOKEN]),
        ("https://example.com:port/", {}, sign("https://example.com:port/"), [TOKEN]),
        ("https://[::1/", {}, sign("https://[::1/"), [TOKEN]),
    ],
)
def test_malformed_input_is_refused_without_an_exception(
    url: Any, params: Any, signature: Any, tokens: Any
) -> None:
    assert is_authentic(url, params, signature, tokens) is False


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.binary() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=5,
)


@given(
    url=JUNK | st.just(URL),
    params=JUNK | st.just(FORM),
    signature=JUNK | st.just(SIGNATURE),
    tokens=JUNK | st.just([TOKEN]),
)
def test_no_input_raises(url: Any, params: Any, signature: Any, tokens: Any) -> None:
    assert is_authentic(url, params, signature, tokens) in (True, False)


URLS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["https://", "http://", "HTTPS://", " https://", "//", ""]),
        st.sampled_from(["example.com", "EXAMPLE.com", "a_b", "u:p@h.se", "[::1]", "å.se", ""]),
        st.sampled_from(["", "", ":443", ":8443", ":0", ":080", ":65535", ":70000", ":", ":x"]),
        st.sampled_from(["", "/", "//", "/in", "/in;", "/in;x", "/%C3%A5", "/å", "/a b", "/a\t"]),
        st.sampled_from(["", "?", "?a=1&b=%2C", "?a=å", "?x?y", "?;", "?a=\n", "?a= "]),
        st.sampled_from(["", "", "#", "#top"]),
    ),
) | st.from_regex(r"https?://[a-z]+(:[0-9]{1,5})?/[ -~]*", fullmatch=True)
NAMES = st.sampled_from(["A", "a", "AB", "Body", "å"]) | st.text(max_size=3)
PAIRS = st.lists(st.tuples(NAMES, st.sampled_from(["", "1", "B2"]) | st.text(max_size=4)))
FORMS = st.one_of(PAIRS.map(dict), PAIRS.map(MultiDict), PAIRS.map(ImmutableMultiDict))


def signed_forms(url: str) -> list[str]:
    """The URL as written, then as the library rebuilds it (where it can be parsed)."""
    try:
        parsed = urlparse(url)
        return [url, remove_port(parsed), add_port(parsed)]
    except ValueError:
        return [url]


@given(URLS, FORMS, st.data())
def test_we_accept_a_signature_exactly_when_the_library_does(
    url: str, form: Any, data: st.DataObject
) -> None:
    signature = sign(data.draw(st.sampled_from(signed_forms(url))), form)
    assert is_authentic(url, form, signature, [TOKEN]) == library_accepts(
        url, form, signature, TOKEN
    )


@given(URLS, FORMS, URLS, FORMS, st.sampled_from([TOKEN, "other"]))
def test_we_accept_another_requests_signature_exactly_when_the_library_does(
    url: str, form: Any, other_url: str, other_form: Any, token: str
) -> None:
    for signed in (sign(url, other_form), sign(other_url, form), sign(url, form)[::-1]):
        expected = library_accepts(url, form, signed, token)
        assert is_authentic(url, form, signed, [token]) == expected


@given(st.text(), st.text(), st.sampled_from(["", "&a=1", "#top", "&bodySHA256=0"]))
def test_we_accept_a_json_body_exactly_when_the_library_does(
    body: str, hashed: str, rest: str
) -> None:
    for text in (body, hashed):
        url = f"https://example.com/in?bodySHA256={sha256(text.encode()).hexdigest()}{rest}"
        expected = library_accepts(url, body, sign(url), TOKEN)
        assert is_authentic(url, body, sign(url), [TOKEN]) == expected
