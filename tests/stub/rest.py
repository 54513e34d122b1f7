"""Twilio's REST API, as far as an application that texts uses it.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Event
from urllib.parse import parse_qs, parse_qsl, urlencode

from tests.stub.books import API, Books, Wanted
from tests.stub.consents import Consents
from tests.stub.faults import Dice
from tests.stub.journal import Journal
from tests.stub.refusals import Answer, Refused
from tests.stub.sending import Sending

_PAGE, _LARGEST_PAGE = 50, 1000


@dataclass(frozen=True, slots=True)
class Request:
    """One request over HTTP; `at` is when its first line was read."""

    method: str
    path: str
    query: str
    body: bytes
    authorization: str
    at: str

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))


class Rest:
    """Callable from any thread. `stopping` ends every stall."""

    def __init__(
        self,
        account: str,
        token: str,
        books: Books,
        sending: Sending,
        consents: Consents,
        dice: Dice,
        journal: Journal,
        stopping: Event,
    ) -> None:
        self._messages = f"/{API}/Accounts/{account}/Messages"
        self._basic = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        self._books = books
        self._sending = sending
        self._consents = consents
        self._dice = dice
        self._journal = journal
        self._stopping = stopping

    def answer(self, request: Request) -> Answer | None:
        """What goes back; None closes the connection without an answer."""
        try:
            return self._route(request)
        except ValueError:
            return self._refuse(request, Refused(400, 20001))
        except Refused as refused:
            return self._refuse(request, refused)

    def _refuse(self, request: Request, refused: Refused) -> Answer:
        to = request.form().get("To") if request.method == "POST" else None
        self._journal.write("refusal", code=refused.code, status=refused.status, to=to)
        return refused.answer()

    def _route(self, request: Request) -> Answer | None:
        if request.authorization != self._basic or self._dice.falls("refuse_auth"):
            raise Refused(401, 20003)
        match request.method, request.path:
            case "POST", path if path == f"{self._messages}.json":
                return self._create(request)
            case "GET", path if path == f"{self._messages}.json":
                return self._list(request)
            case "GET", path if path.startswith(f"{self._messages}/"):
                return self._fetch(path)
            case "POST", "/v1/Consents/Bulk":
                return self._consents.bulk(
                    parse_qs(request.body.decode(errors="replace")).get("Items", [])
                )
        raise Refused(404, 20404)

    def _create(self, request: Request) -> Answer | None:
        if self._dice.falls("suspended"):
            raise Refused(403, 30002)
        if self._dice.falls("too_many"):
            raise Refused(429, 20429, {"Retry-After": "1"})
        if self._dice.falls("error_before"):
            raise Refused(500, 20500)
        if self._dice.falls("stall"):
            self._stopping.wait(self._dice.faults.stall_seconds)
            if self._dice.coin():
                return None
        resource = self._sending.create(request.form(), request.at)
        if self._dice.falls("error_after", sid=resource["sid"]):
            return Refused(500, 20500).answer()
        return None if self._dice.falls("drop", sid=resource["sid"]) else Answer(201, resource)

    def _fetch(self, path: str) -> Answer:
        sid = path.removeprefix(f"{self._messages}/").removesuffix(".json")
        if (message := self._books.get(sid)) is None:
            raise Refused(404, 20404)
        return Answer(200, self._books.resource(message))

    def _list(self, request: Request) -> Answer:
        """One page, newest first; the next one begins where this one ended, whatever came since."""
        given = dict(parse_qsl(request.query))
        self._journal.write("list", to=given.get("To"), at=request.at)
        size = max(1, min(int(given.get("PageSize", _PAGE)), _LARGEST_PAGE))
        token = given.get("PageToken")
        found, following = self._books.page(
            _wanted(given), size, int(token.removeprefix("PA")) if token else None
        )
        page = int(given.get("Page", 0))
        following_uri = following and self._uri(
            given, PageSize=size, Page=page + 1, PageToken=f"PA{following}"
        )
        return Answer(
            200,
            {
                "messages": [self._books.resource(message) for message in found],
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(len(found) - 1, 0),
                "uri": self._uri(given),
                "first_page_uri": self._uri(given, PageSize=size, Page=0),
                "previous_page_uri": None,
                "next_page_uri": following_uri,
            },
        )

    def _uri(self, given: Mapping[str, str], **more: object) -> str:
        return f"{self._messages}.json?{urlencode({**given, **more})}"


def _wanted(given: Mapping[str, str]) -> Wanted:
    """The filters as the SDK writes them: `DateSent`, `DateSent>` and `DateSent<`, all inclusive.

    Their time of day counts for nothing: the documentation speaks of days only. Raises ValueError.
    """
    days = {
        name: date.fromisoformat(given[name][:10])
        for name in ("DateSent", "DateSent>", "DateSent<")
        if name in given
    }
    return Wanted(
        to=given.get("To"),
        sender=given.get("From"),
        first_day=days.get("DateSent>", days.get("DateSent", date.min)),
        last_day=days.get("DateSent<", days.get("DateSent", date.max)),
    )
