"""What a test says over HTTP to a stub that is another process. It is no part of Twilio's API."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from tests.stub.faults import Faults
from tests.stub.refusals import Answer
from tests.stub.rest import Request

if TYPE_CHECKING:
    from tests.stub.stub import Stub

PREFIX = "/control/"


class Control:
    """Callable from any thread."""

    def __init__(self, stub: "Stub") -> None:
        self._stub = stub

    def answer(self, request: Request) -> Answer:
        """Wrong input is 400, an endless drain 504."""
        try:
            return self._route(request)
        except (ValueError, KeyError, TypeError) as error:
            return Answer(400, {"error": repr(error)})
        except TimeoutError as error:
            return Answer(504, {"error": str(error)})

    def _route(self, request: Request) -> Answer:
        match request.method, request.path.removeprefix(PREFIX):
            case "POST", "inbound":
                said = json.loads(request.body)
                text = self._stub.text(said["from"], said["to"], said["body"], said.get("sid"))
                return Answer(200, asdict(text))
            case "POST", "faults":
                self._stub.faults = Faults.read(json.loads(request.body))
                return Answer(200, asdict(self._stub.faults))
            case "POST", "drain":
                self._stub.drain()
                return Answer(200, {"pending": 0})
            case "GET", "books":
                return Answer(200, self._stub.books())
        return Answer(404, {"error": "no such control"})
