"""The Consent Management API: the block list told by the application.

https://www.twilio.com/docs/messaging/features/consent-api. The real one lives on
accounts.twilio.com.
"""

import json
import re
import time
from collections import deque
from collections.abc import Mapping, Sequence
from threading import Lock

from tests.stub.blocks import Blocks
from tests.stub.journal import Journal
from tests.stub.refusals import Answer, Refused

_CONTACT = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_MOST_ITEMS = 25
_MALFORMED = 30646


class Consents:
    """Callable from any thread."""

    def __init__(self, calls_a_minute: int, blocks: Blocks, journal: Journal) -> None:
        self._most_calls = calls_a_minute
        self._calls: deque[float] = deque()
        self._blocks = blocks
        self._journal = journal
        self._lock = Lock()

    def bulk(self, items: Sequence[str]) -> Answer:
        """Take JSON items; a malformed one fails alone. Raises Refused for the whole."""
        self._count_the_call()
        if not 0 < len(items) <= _MOST_ITEMS:
            raise Refused(400, 20001)
        try:
            results = [self._take(json.loads(item)) for item in items]
        except (json.JSONDecodeError, AttributeError) as error:
            raise Refused(400, 20001) from error
        return Answer(201, {"items": results})

    def _take(self, item: Mapping[str, str]) -> dict[str, object]:
        contact, sender, status = (item.get(k, "") for k in ("contact_id", "sender_id", "status"))
        wrong = [] if _CONTACT.fullmatch(contact) else ["INVALID_CONTACT_ID"]
        wrong += [] if status in ("opt-in", "opt-out") else ["INVALID_STATUS"]
        if not wrong:
            self._blocks.tell(sender, contact, opted_in=status == "opt-in")
        code = _MALFORMED if wrong else 0
        self._journal.write("consent", to=contact, sender=sender, status=status, error_code=code)
        return {
            "correlation_id": item.get("correlation_id"),
            "error_code": code,
            "error_messages": wrong,
        }

    def _count_the_call(self) -> None:
        """A sliding minute."""
        with self._lock:
            moment = time.monotonic()
            while self._calls and self._calls[0] <= moment - 60:
                self._calls.popleft()
            if len(self._calls) >= self._most_calls:
                raise Refused(429, 20429, {"Retry-After": "1"})
            self._calls.append(moment)
