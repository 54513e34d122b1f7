"""Signed Twilio-shaped requests, as bytes, made before any clock starts."""

import hmac
import random
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import urlencode

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "fedcba9876543210" * 2
NUMBER = "+46701740699"
"""The number of `config/` that everybody texts to."""

PATH = "/webhooks/twilio/messages"
REPEATS = 0.10
"""The share of requests that deliver an earlier MessageSid again."""

EXISTING = 1_000_000
"""The contacts of the filled base: `existing(n)` for 0 <= n < EXISTING."""

_KEYWORDS = ("JA", "STOPP", "HJÄLP", "")
_WEIGHTS = (35, 20, 15, 30)
"""Percent of the messages; the last are chatter."""

_CHATTER = (
    "Hej, har ni öppet på söndag?",
    "Tack för senast, bullarna var jättegoda!",
    "När kommer min beställning?",
    "Kan man beställa tårta till på lördag?",
    "Vad kostar en limpa hos er?",
    "Jag kommer förbi efter jobbet i morgon.",
    "Vem är det här?",
    "Okej, då ses vi klockan tre.",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round sends: `count` requests to `port`; `filled` draws half of the senders from
    the filled base."""

    port: int
    count: int
    filled: bool
    seed: int


def existing(position: int) -> str:
    """The address of one contact of the filled base; seven apart, so that new ones lie between."""
    return f"+4670{position * 7 + 3:07d}"


def build(batch: Batch) -> list[bytes]:
    """The requests of a round, in order. Every sender sends about two messages."""
    rng = random.Random(batch.seed)  # noqa: S311 (a benchmark's dice)
    senders = [_sender(rng, batch.filled) for _ in range(batch.count // 2 + 1)]
    made: list[bytes] = []
    for _ in range(batch.count):
        if made and rng.random() < REPEATS:
            made.append(rng.choice(made))
        else:
            made.append(_request(batch.port, _fields(rng, rng.choice(senders))))
    return made


def _sender(rng: random.Random, filled: bool) -> str:
    if filled and rng.random() < 0.5:
        return existing(rng.randrange(EXISTING))
    return f"+46{rng.choice((72, 73, 76))}{rng.randrange(10_000_000):07d}"


def _fields(rng: random.Random, sender: str) -> dict[str, str]:
    """The form fields of an inbound SMS, as Twilio sends them."""
    sid = f"SM{rng.getrandbits(128):032x}"
    text = rng.choices(_KEYWORDS, _WEIGHTS)[0] or rng.choice(_CHATTER)
    return {
        "ToCountry": "SE",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": text,
        "FromCountry": "SE",
        "To": NUMBER,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": sender,
        "ApiVersion": "2010-04-01",
    }


def _request(port: int, fields: dict[str, str]) -> bytes:
    body = urlencode(fields).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        "User-Agent: TwilioProxy/1.1\r\n"
        "Accept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"X-Twilio-Signature: {_sign(f'http://127.0.0.1:{port}{PATH}', fields)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _sign(url: str, fields: dict[str, str]) -> str:
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(AUTH_TOKEN.encode(), signed.encode(), "sha1")).decode()
