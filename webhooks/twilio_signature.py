"""Whether a webhook request was signed by Twilio.

The rule is Twilio's "Webhooks security" (https://www.twilio.com/docs/usage/webhooks/webhooks-security)
as its own library applies it: base64(HMAC-SHA1(auth token, S)), where S is the full URL followed by
every form parameter, sorted by name, as name + value without a delimiter. Twilio signs with the
primary token only, so a rotation is served by passing the old token and the new one.

The signature carries no time: a captured request stays valid, and only the MessageSid tells a
replay. S has no delimiters either, so `A=1&B=2` and `A=1B2` share a signature: check the shapes of
the fields afterwards.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

Params = MultiDict[str, str] | Mapping[str, str] | str

# URLs that the library signs unchanged. It rebuilds the URL with urllib first, which drops an empty
# query or fragment, lowers the scheme, strips blanks and refuses a bad port; all of those are left
# to the library itself.
_SIGNED_AS_WRITTEN = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[1-9][0-9]{0,3})?/[!-\"$-:<->@-~]*(?:\?[!-\"$-~]+)?"
)


def is_authentic(url: str, params: Params, signature: str | None, tokens: Iterable[str]) -> bool:
    """Say whether any of `tokens` signed the request; never raises, whatever the types.

    `url` is the public URL as configured, query string as received. `params` are the form fields,
    or the raw body as str when the URL carries its bodySHA256. `signature` is the
    X-Twilio-Signature header. Empty tokens, and a bare str given for `tokens`, authenticate
    nothing.

    Our own HMAC comes first: the library parses the URL and signs it twice, at several times the
    cost. It decides whatever that does not accept, so a refusal costs both.
    """
    if not isinstance(signature, str):
        return False
    usable = _usable(tokens)
    return _own_accepts(url, params, signature, usable) or any(
        _library_accepts(url, params, signature, token) for token in usable
    )


def _usable(tokens: Iterable[str]) -> tuple[str, ...]:
    """Keep the tokens that can sign. A bare str would pass as tokens of one letter: keep none."""
    if isinstance(tokens, str):
        return ()
    try:
        return tuple(token for token in tokens if isinstance(token, str) and token)
    except Exception:  # not iterable, or failing while iterated: nothing to sign with
        return ()


def _own_accepts(url: str, params: Params, signature: str, tokens: tuple[str, ...]) -> bool:
    """Accept a form request over an ordinary URL; False leaves the answer to the library."""
    try:
        fields = _fields(params)
        if fields is None or not _SIGNED_AS_WRITTEN.fullmatch(url):
            return False
        signed, given = _signed_text(url, fields).encode(), signature.encode()
        return any(hmac.compare_digest(_sign(token, signed), given) for token in tokens)
    except Exception:  # fields that are no str, or text that is no UTF-8
        return False


def _sign(token: str, signed: bytes) -> bytes:
    """Sign S: base64, 28 bytes."""
    return b64encode(hmac.digest(token.encode(), signed, "sha1"))


def _fields(params: object) -> list[tuple[str, list[str]]] | None:
    """List (name, values) by name; None for types whose duplicates only the library knows."""
    if type(params) is ImmutableMultiDict or type(params) is MultiDict:
        return sorted(params.lists())
    if type(params) is dict:
        return [(name, [value]) for name, value in sorted(params.items())]
    return None


def _signed_text(url: str, fields: list[tuple[str, list[str]]]) -> str:
    """Concatenate S; of a repeated name the library signs the distinct values, sorted."""
    parts = [url]
    for name, values in fields:
        for value in values if len(values) == 1 else sorted(set(values)):
            parts += name, value
    return "".join(parts)


def _library_accepts(url: str, params: Params, signature: str, token: str) -> bool:
    """Ask Twilio's library: other ports, JSON bodies, unusual URLs and mappings.

    An exception is a refusal, since a malformed request must end as 403 and not as 500.
    """
    try:
        return bool(RequestValidator(token).validate(url, params, signature))
    except Exception:  # the library raises many kinds, according to what is malformed
        return False
