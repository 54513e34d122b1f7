"""The account's messages in both directions, as the Message resource shows them.

https://www.twilio.com/docs/messaging/api/message-resource
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from secrets import token_hex
from threading import Lock

from responder.core.segments import count

API = "2010-04-01"
_RANK = {"accepted": 0, "queued": 0, "sent": 1, "undelivered": 2, "delivered": 2, "failed": 2}


def new_sid() -> str:
    return f"SM{token_hex(16)}"


@dataclass(slots=True, eq=False)
class Message:
    """One message; the moments are aware UTC. `sender` is None when only a service is known."""

    sid: str
    sender: str | None
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    service: str | None = None
    callback: str = ""
    sent: datetime | None = None
    updated: datetime | None = None
    error_code: int | None = None
    place: int = -1

    @property
    def segments(self) -> str:
        """ "0" while a service has not chosen the sender."""
        waits = self.service and self.status == "accepted"
        return "0" if waits else str(count(self.body).segments)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's filters; the days are GMT, both ends included."""

    to: str | None = None
    sender: str | None = None
    first_day: date = date.min
    last_day: date = date.max

    def fits(self, message: Message) -> bool:
        """No page says how a message that is not sent yet meets the filter: here by its creation."""
        day = (message.sent or message.created).date()
        return (
            (self.to is None or message.to == self.to)
            and (self.sender is None or message.sender == self.sender)
            and self.first_day <= day <= self.last_day
        )


class Books:
    """Callable from any thread."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._all: list[Message] = []
        self._by_sid: dict[str, Message] = {}
        self._by_to: defaultdict[str, list[Message]] = defaultdict(list)
        self._by_sender: defaultdict[str | None, list[Message]] = defaultdict(list)
        self._lock = Lock()

    def add(self, message: Message) -> Message:
        """Keep a message; gives the one that has its sid already, where there is one."""
        with self._lock:
            if message.sid in self._by_sid:
                return self._by_sid[message.sid]
            message.place = len(self._all)
            self._by_sid[message.sid] = message
            for shelf in (self._all, self._by_to[message.to], self._by_sender[message.sender]):
                shelf.append(message)
        return message

    def get(self, sid: str) -> Message | None:
        return self._by_sid.get(sid)

    def move(self, message: Message, status: str, error_code: int | None) -> None:
        """Move a message forward; a status that comes late changes nothing."""
        with self._lock:
            if _RANK[status] <= _RANK[message.status]:
                return
            message.updated = datetime.now(UTC)
            if status != "failed":
                message.sent = message.sent or message.updated
            message.status, message.error_code = status, error_code

    def page(
        self, wanted: Wanted, size: int, before: int | None
    ) -> tuple[list[Message], int | None]:
        """The newest messages that fit, from before a place on; and the place the next page needs."""
        shelf = self._shelf(wanted)
        end = len(shelf) if before is None else bisect_left(shelf, before, key=lambda m: m.place)
        found: list[Message] = []
        for index in range(end - 1, -1, -1):
            if not wanted.fits(shelf[index]):
                continue
            if len(found) == size:
                return found, found[-1].place
            found.append(shelf[index])
        return found, None

    def both(self) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        """Everything as resources, oldest first: outbound, inbound."""
        outbound: list[dict[str, object]] = []
        inbound: list[dict[str, object]] = []
        for message in list(self._all):
            shelf = inbound if message.direction == "inbound" else outbound
            shelf.append(self.resource(message))
        return outbound, inbound

    def resource(self, message: Message) -> dict[str, object]:
        """The Message resource, as JSON has it."""
        uri = f"/{API}/Accounts/{self._account}/Messages/{message.sid}"
        return {
            "body": message.body,
            "num_segments": message.segments,
            "direction": message.direction,
            "from": message.sender,
            "to": message.to,
            "date_updated": format_datetime(message.updated or message.created),
            "price": None,
            "error_message": None,
            "uri": f"{uri}.json",
            "account_sid": self._account,
            "num_media": "0",
            "status": message.status,
            "messaging_service_sid": message.service,
            "sid": message.sid,
            "date_sent": format_datetime(message.sent) if message.sent else None,
            "date_created": format_datetime(message.created),
            "error_code": message.error_code,
            "price_unit": "USD",
            "api_version": API,
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }

    def _shelf(self, wanted: Wanted) -> list[Message]:
        """The shortest list that holds all that can fit."""
        if wanted.to is not None:
            return self._by_to.get(wanted.to, [])
        if wanted.sender is not None:
            return self._by_sender.get(wanted.sender, [])
        return self._all
