"""One signed request to the application, with the retries that its URL's fragment asks for.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides and
https://www.twilio.com/docs/usage/webhooks/webhooks-security. No page promises a pause between two
attempts: there is none here.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl
from uuid import uuid4

import requests
from requests.adapters import HTTPAdapter
from twilio.request_validator import RequestValidator
from urllib3.exceptions import HTTPError, MaxRetryError

from tests.stub.journal import now

Trouble = Literal["", "4xx", "5xx", "ct", "rt"]
_EVERYTHING = frozenset(("4xx", "5xx", "ct", "rt"))
_CONNECTIONS = 64
"""Kept open to the application; more than that are made and closed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Connection overrides, in seconds; the defaults are Twilio's: one retry, for connecting."""

    retries: int = 1
    retried: frozenset[str] = frozenset(("ct",))
    connect: float = 5
    read: float = 15
    total: float = 15

    @classmethod
    def of(cls, fragment: str) -> "Rules":
        """From `rc=5&rp=5xx,ct,rt&ct=…&rt=…&tt=…` (milliseconds); what is not a number is left."""
        given = dict(parse_qsl(fragment))
        numbers = {name: int(value) for name, value in given.items() if value.isdecimal()}
        policy = given.get("rp", "ct")
        return cls(
            retries=min(numbers.get("rc", 1), 5),
            retried=_EVERYTHING if policy == "all" else frozenset(policy.split(",")),
            connect=numbers.get("ct", 5000) / 1000,
            read=numbers.get("rt", 15000) / 1000,
            total=numbers.get("tt", 15000) / 1000,
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request and what came of it; status 0 is no answer."""

    status: int
    content_type: str
    content: bytes
    trouble: Trouble
    begin: str
    end: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


class Poster:
    """Callable from any thread."""

    def __init__(self, token: str) -> None:
        self._validator = RequestValidator(token)
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_CONNECTIONS))

    def post(self, url: str, form: Mapping[str, str]) -> Iterator[Attempt]:
        """Each attempt as it ends; all carry the same form and begin within the total time."""
        address, _, fragment = url.partition("#")
        rules = Rules.of(fragment)
        headers = {
            "X-Twilio-Signature": self._validator.compute_signature(address, form),
            "I-Twilio-Idempotency-Token": str(uuid4()),
            "User-Agent": "TwilioProxy/1.1",
        }
        deadline = time.monotonic() + rules.total
        for _ in range(rules.retries + 1):
            attempt = self._once(address, form, headers, rules, deadline)
            yield attempt
            if attempt.trouble not in rules.retried or time.monotonic() >= deadline:
                return

    def _once(
        self,
        url: str,
        form: Mapping[str, str],
        headers: dict[str, str],
        rules: Rules,
        deadline: float,
    ) -> Attempt:
        left = max(deadline - time.monotonic(), 0.001)
        timeout = (min(rules.connect, left), min(rules.read, left))
        begin = now()
        try:
            response = self._session.post(
                url, data=form, headers=headers, timeout=timeout, allow_redirects=False
            )
        except (requests.RequestException, HTTPError, UnicodeError) as error:
            return Attempt(0, "", b"", _trouble(error), begin, now())
        trouble: Trouble = {4: "4xx", 5: "5xx"}.get(response.status_code // 100, "")  # type: ignore[assignment]
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Attempt(response.status_code, content_type, response.content, trouble, begin, now())

    def close(self) -> None:
        self._session.close()


def _trouble(error: Exception) -> Trouble:
    """Not connected (ct), or connected and no whole answer (rt)."""
    refused = bool(error.args) and isinstance(error.args[0], MaxRetryError)
    timed_out = isinstance(error, requests.ReadTimeout)
    return "ct" if refused and not timed_out else "rt"
