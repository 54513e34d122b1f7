"""Signed webhooks of the feed: each endpoint is posted every change, in order, at least once.

The form is that of Standard Webhooks: `webhook-id` stays the same when a change is posted again,
so the receiver can tell. An endpoint is claimed by a lease in its row, and what has arrived is
kept after every post; a worker that dies in between repeats one change at most.
"""

import base64
import ipaddress
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
import structlog
from requests.exceptions import RequestException
from sqlalchemy import Row
from standardwebhooks import Webhook

from responder.core.feed import ChangeType
from responder.errors import ResponderError
from responder.keys import Keys
from responder.settings import is_loopback
from responder.store import endpoints
from responder.store.database import Database
from responder.store.feed import Entry, Page, page

TIMEOUT = 10.0
"""Seconds for a connection, and again for the answer's first line."""
LEASE = timedelta(minutes=1)
FIRST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(hours=1)
_AT_ONCE = 8
_PAGE = 200
_TOLD = frozenset(ChangeType) - {ChangeType.BLOCKED, ChangeType.UNBLOCKED}
_GONE = 410
_log = structlog.get_logger()


class EndpointRefused(ResponderError):
    """An address that changes of people's consent must not be posted to."""


def check_url(url: str, local: bool) -> None:
    """Raises EndpointRefused where an endpoint's URL is not https on a public host.

    A name that leads to a private address is the operator's own word; only addresses that are
    written out are judged here. In local mode loopback is allowed, by plain http too.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if not host or port == 0 or parts.username or parts.fragment or len(url) > 1024:
        raise EndpointRefused("that is no address: write https:// and the host that is called")
    if is_loopback(host):
        if not local:
            raise EndpointRefused("loopback can be posted to in local mode only")
    elif _is_inside(host):
        raise EndpointRefused(f"{host} is no public address: write a host that the internet knows")
    if parts.scheme not in (("https", "http") if is_loopback(host) else ("https",)):
        raise EndpointRefused("write https:// (http:// is for loopback in local mode only)")


def _is_inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def deliver(
    database: Database,
    keys: Keys,
    clock: Callable[[], datetime],
    random: Callable[[], float],
) -> int:
    """Post what is due to every endpoint; gives how many changes have arrived.

    `random` (0 to 1) spreads the next attempts of endpoints that fail together.
    """
    until = clock() + LEASE
    with database.read() as connection:
        if not endpoints.endpoints(connection):
            return 0
    with database.write() as connection:
        claimed = endpoints.claim(connection, clock(), until, _AT_ONCE)
    if not claimed:
        return 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        turns = [_Turn(database, keys, clock, random, row, until) for row in claimed]
        return sum(pool.map(_Turn.run, turns))


class _Turn:
    """One endpoint, claimed until `_until`."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        clock: Callable[[], datetime],
        random: Callable[[], float],
        endpoint: Row[Any],
        until: datetime,
    ) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._random = random
        self._endpoint = endpoint
        self._claimed = until
        self._stop = until  # a turn ends here, so that one endpoint does not keep the others
        self._session = _session()

    def run(self) -> int:
        """Post page after page; gives how many changes have arrived."""
        done, position, more = 0, self._endpoint.position, True
        with self._session:
            while more and self._clock() < self._stop:
                with self._database.read() as connection:
                    found = page(connection, position, _PAGE)
                for entries, after in _by_position(found):
                    if not all(map(self._post, entries)) or not self._advance(after):
                        return done
                    done, position = done + len(entries), after
                more = found.more
        self._release(position)
        return done

    def _post(self, entry: Entry) -> bool:
        body = orjson.dumps(payload(entry)).decode()
        headers = self._headers(f"{self._endpoint.id}.{entry.position}.{entry.change.index}", body)
        status = self._status_of(body, headers)
        if 200 <= status < 300:
            return True
        if status == _GONE:
            with self._database.write() as connection:
                endpoints.remove(connection, self._endpoint.id, self._clock())
        else:
            self._back_off()
        _log.warning("feed_endpoint_failed", endpoint=self._endpoint.id, status=status)
        return False

    def _status_of(self, body: str, headers: dict[str, str]) -> int:
        """The answer's status; 0 where there was none."""
        try:
            with self._session.post(
                self._endpoint.url,
                data=body.encode(),
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,  # whatever it answers, nobody reads it
            ) as response:
                return response.status_code
        except RequestException:
            return 0

    def _headers(self, message_id: str, body: str) -> dict[str, str]:
        now = self._clock()
        signatures = [
            Webhook(self._keys.endpoint_secret(salt)).sign(message_id, now, body)
            for salt in _salts(self._endpoint, now)
        ]
        return {
            "content-type": "application/json",
            "user-agent": "sms-keyword-responder",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    def _advance(self, position: int) -> bool:
        until = self._clock() + LEASE
        with self._database.write() as connection:
            kept = endpoints.advance(connection, self._endpoint.id, position, self._claimed, until)
        self._claimed = until
        return kept

    def _release(self, position: int) -> None:
        with self._database.write() as connection:
            endpoints.advance(connection, self._endpoint.id, position, self._claimed, None)

    def _back_off(self) -> None:
        now = self._clock()
        wait = min(FIRST_BACKOFF * 2 ** min(self._endpoint.attempts, 10), LONGEST_BACKOFF)
        due_at = now + wait * (0.5 + self._random() / 2)
        with self._database.write() as connection:
            endpoints.fail(connection, self._endpoint.id, self._claimed, now, due_at)


def payload(entry: Entry) -> dict[str, Any]:
    """One change as it is posted. Addresses of people who were erased are not in it."""
    change = entry.change
    return {
        "type": change.type,
        "timestamp": change.at,
        "data": {
            "position": entry.position,
            "contact": entry.contact_id,
            "address": entry.address,
            "programme": change.programme,
            "state": change.state,
            "out": change.out,
        },
    }


def secret_of(keys: Keys, salt: str) -> str:
    """The secret of an endpoint as its owner needs it: `whsec_` and Base64."""
    return f"whsec_{base64.b64encode(keys.endpoint_secret(salt)).decode()}"


def _by_position(found: Page) -> Iterator[tuple[list[Entry], int]]:
    """The changes of each event that endpoints are told of, and the position after it."""
    told = [entry for entry in found.entries if entry.change.type in _TOLD]
    positions = sorted({entry.position for entry in told})
    for position in positions:
        yield [entry for entry in told if entry.position == position], position + 1
    if not positions or positions[-1] + 1 < found.next:
        yield [], found.next


def _salts(endpoint: Row[Any], now: datetime) -> list[str]:
    """The salts of the secrets that sign: for a day after a rotation the former one too."""
    turning = endpoint.former_until is not None and now < endpoint.former_until
    return [endpoint.salt, endpoint.former_salt] if turning else [endpoint.salt]


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy and no password file takes part
    return session
