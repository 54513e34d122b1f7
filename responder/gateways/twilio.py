"""Sending through Twilio, and asking what became of it. On Twilio's own SDK.

https://www.twilio.com/docs/messaging/api/message-resource and, for the block list,
https://www.twilio.com/docs/messaging/features/consent-management
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from responder.core.delivery import Result, Sent, Verdict
from responder.core.messages import Inbound, Outbound
from responder.gateways import Consent, GatewayAway, twilio_errors
from responder.gateways.twilio_errors import Declined, not_sent

# Retries of status callbacks: three, on a failed connection, a slow answer or a 5xx
# (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
_RETRIES = "#rc=3&rp=5xx,ct,rt"
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}", re.ASCII)
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}", re.ASCII)
_STATUS = re.compile(r"[a-z_]{1,16}", re.ASCII)
_SKEW = timedelta(minutes=1)  # our clock and Twilio's, whose dates have whole seconds
_LOOK_BACK = 200  # messages of one person, newest first
_PAGE = 1000  # the most that Twilio gives at once
_THREADS = 16
_MACHINE_MADE = 30039  # an automatic reply, which Twilio posts to no webhook either


class Twilio:
    """One Twilio account. Its calls may come from several threads at once.

    `public_url` is where receipts go. `api_url` stands in for all of Twilio's hosts.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        public_url: str,
        timeout: timedelta,
        api_url: str | None = None,
    ) -> None:
        client = Client(account_sid, auth_token, http_client=_Transport(timeout, api_url))
        self._messages = client.messages
        self._consents = client.accounts.v1.bulk_consents
        self._receipts = f"{public_url}/webhooks/twilio/status"

    def send(self, outbound: Outbound) -> Result:
        """Create the message. Whatever is not surely "not taken" is unknown."""
        reference = f"?outbox={outbound.outbox_id}&attempt={outbound.attempt}"
        service = _SERVICE.fullmatch(outbound.sender)
        try:
            message = self._messages.create(
                to=outbound.recipient,
                body=outbound.text,
                status_callback=self._receipts + reference + _RETRIES,
                **{"messaging_service_sid" if service else "from_": outbound.sender},
            )
            return Sent(_shaped(message.sid, _MESSAGE_SID), _shaped(message.status, _STATUS))
        except Exception as error:
            return not_sent(error)

    def find(self, outbound: Outbound, since: datetime) -> Sequence[tuple[str, str]]:
        """The attempts that Twilio holds, from a minute before `since`.

        Not filtered by date there: a message that still is in the queue has no DateSent.
        """
        with _asking():
            newest_first = self._messages.list(to=outbound.recipient, limit=_LOOK_BACK)
            earliest = since - _SKEW
            found = [m for m in reversed(newest_first) if _is_attempt(m, outbound, earliest)]
            found.sort(key=lambda message: message.date_created)
            return [(message.sid, message.status) for message in found]

    def verdict(self, error_code: str) -> Verdict:
        """What an error code in a receipt means."""
        return twilio_errors.verdict(error_code)

    def received(self, number: str, since: datetime) -> Iterator[Inbound]:
        """What people sent to a number; asked for by the day (GMT), which is how Twilio filters."""
        with _asking():
            day = since.astimezone(UTC).date()
            found = self._messages.stream(to=number, date_sent_after=day, page_size=_PAGE)
            inbound = [_inbound(message) for message in found if _is_whole_inbound(message)]
        inbound = [message for message in reversed(inbound) if message.received_at >= since]
        return iter(sorted(inbound, key=lambda message: message.received_at))

    def tell_consent(self, items: Sequence[Consent]) -> dict[str, str | None]:
        """Each item is taken or refused on its own; a refusal of the whole is each one's."""
        with _asking():
            try:
                answer = self._consents.create(items=[_consent(item) for item in items])
            except Declined as declined:
                if declined.verdict in (Verdict.UNKNOWN, Verdict.RETRY, Verdict.HALT):
                    raise
                return {item.correlation_id: declined.code for item in items}
            codes = {line["correlation_id"]: line["error_code"] for line in answer.items}
            told = [(item.correlation_id, codes[item.correlation_id]) for item in items]
            return {correlation_id: str(code) if code else None for correlation_id, code in told}


class _Transport(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's way to Twilio: timed, pooled, never retried, and silent, since URLs hold numbers.

    Raises Declined and requests.RequestException. The SDK's own client would drop Retry-After.
    """

    def __init__(self, timeout: timedelta, api_url: str | None) -> None:
        super().__init__(logging.getLogger("twilio.http_client"), is_async=False)
        seconds = timeout.total_seconds()
        self._timeout = (seconds / 4, seconds * 3 / 4)  # to connect, and for the answer
        self._api_url = api_url.rstrip("/") if api_url else None
        self._session = requests.Session()
        self._session.trust_env = api_url is None  # a proxy has no part in the way to a stand-in
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=_THREADS, max_retries=0))
        logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # it logs URLs

    def request(self, method: str, url: str, **asked: Any) -> Response:
        """One request with the SDK's params, data, headers and auth, and our timeout."""
        ours = {"timeout": self._timeout, "allow_redirects": False}
        response = self._session.request(method, self._address(url), **(asked | ours))
        if not 200 <= response.status_code < 300:
            raise Declined(response)
        return Response(response.status_code, response.content.decode(), response.headers)

    def _address(self, url: str) -> str:
        if self._api_url is None:
            return url
        parts = urlsplit(url)
        return self._api_url + parts.path + (f"?{parts.query}" if parts.query else "")


@contextmanager
def _asking() -> Iterator[None]:
    """Whatever goes wrong while we ask is GatewayAway, without its cause: that holds numbers."""
    try:
        yield
    except Exception as error:
        raise GatewayAway(f"Twilio could not be asked: {not_sent(error).code}") from None


def _is_attempt(message: Any, outbound: Outbound, earliest: datetime) -> bool:
    return bool(
        message.direction.startswith("outbound")
        and {outbound.number, outbound.sender} & {message.from_, message.messaging_service_sid}
        and _letters(message.body or "") == _letters(outbound.text)
        and message.date_created >= earliest
    )


def _letters(text: str) -> str:
    """What Smart Encoding leaves alone: it replaces quotes, dashes and odd spaces."""
    return "".join(filter(str.isalnum, text))


def _is_whole_inbound(message: Any) -> bool:
    whole = message.direction == "inbound" and message.status != "receiving"
    return bool(whole and message.error_code != _MACHINE_MADE)


def _inbound(message: Any) -> Inbound:
    fields = {name: value for name, value in vars(message).items() if name[0] != "_"}
    return Inbound(
        provider="twilio",
        provider_message_id=message.sid,
        sender=message.from_,
        recipient=message.to,
        text=_storable(message.body or ""),
        received_at=message.date_sent or message.date_created,
        raw=_storable(orjson.dumps(fields).decode()),
        delayed=True,
        listed=True,
    )


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL, be it as itself or as JSON spells it."""
    return text.replace("\x00", "\ufffd").replace("\\u0000", "\\ufffd")


def _consent(item: Consent) -> dict[str, str]:
    way = "opt-in" if item.opted_in else "opt-out"
    return {
        "contact_id": item.contact,
        "correlation_id": item.correlation_id,
        "sender_id": item.sender,
        "status": way,
        "source": f"{way}-message",
        "date_of_consent": item.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _shaped(value: str, shape: re.Pattern[str]) -> str:
    """Raises ValueError and TypeError: an answer that is none."""
    if not shape.fullmatch(value):
        raise ValueError(shape.pattern)
    return value
