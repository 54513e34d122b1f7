"""Keys that are derived from the house's secret key, and hashes that are made with them.

Each purpose has a key of its own (HKDF-SHA256, RFC 5869). What is stored names the key it was
made with, so a house may change its secret and keep the former ones to read by.
"""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from responder.core.heads import derive, signing_key


class Keys:
    """The keys of one house: the current secret first, then the former ones."""

    def __init__(self, secret: str, former: Sequence[str] = ()) -> None:
        self._secret = secret
        self._suppression = [derive(one, b"suppression") for one in (secret, *former)]

    @property
    def suppression_key_id(self) -> str:
        """The name of the key that new suppressions are hashed with."""
        return _name(self._suppression[0])

    @property
    def suppression_key_ids(self) -> frozenset[str]:
        """The names of every key that suppressions can be read with."""
        return frozenset(map(_name, self._suppression))

    def suppression_hash(self, address: str) -> str:
        """The keyed hash of an address key, under the current key: HMAC-SHA256, hex."""
        return _hmac(self._suppression[0], address)

    def suppression_hashes(self, address: str) -> tuple[str, ...]:
        """The keyed hashes of an address key under every key, the current one first."""
        return tuple(_hmac(key, address) for key in self._suppression)

    def token_hash(self, token: str) -> str:
        """What is stored of an API token. It is random and long, so one round is enough."""
        return hashlib.sha256(token.encode()).hexdigest()

    def endpoint_secret(self, salt: str) -> bytes:
        """The secret that signs what one feed endpoint is sent; `salt` is the endpoint's."""
        return derive(self._secret, f"feed-endpoint {salt}".encode())

    def signing_key(self) -> Ed25519PrivateKey:
        """The key that signs the ledger's heads."""
        return signing_key(self._secret)


def _hmac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _name(key: bytes) -> str:
    return hashlib.sha256(b"name of " + key).hexdigest()[:16]
