"""What a create is refused for, with Twilio's codes and its magic test numbers.

https://www.twilio.com/docs/iam/test-credentials and https://www.twilio.com/docs/api/errors
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ADDRESS = re.compile(r"(?:[a-z]+:)?\+[1-9]\d{6,14}", re.ASCII)
LONGEST = 1600
"""Characters in one message."""

MAGIC_SENDERS = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
MAGIC_RECIPIENTS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MEANINGS = {
    20001: "Invalid parameter value",
    20003: "Authenticate",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "An internal server error has occurred",
    21211: "Invalid 'To' Phone Number",
    21212: "Invalid 'From' Phone Number",
    21408: "Permission to send an SMS has not been enabled for the region of the 'To' number",
    21602: "Message body is required",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21606: "The 'From' phone number provided is not a valid message-capable phone number",
    21610: "Attempt to send to unsubscribed recipient",
    21611: "This 'From' number has exceeded the maximum number of queued messages",
    21612: "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    30002: "Account suspended",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    payload: Mapping[str, object]
    headers: Mapping[str, str] | None = None


class Refused(Exception):
    """A request that is not carried out. `code` is a key of MEANINGS."""

    def __init__(self, status: int, code: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(MEANINGS[code])
        self.status = status
        self.code = code
        self.headers = headers

    def answer(self) -> Answer:
        """The error body of the API."""
        body = {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
        return Answer(self.status, body, self.headers)


def check(form: Mapping[str, str]) -> None:
    """Whether a create can be accepted at all. Raises Refused with status 400."""
    sender, to, body = form.get("From", ""), form.get("To", ""), form.get("Body", "")
    problems = (
        (not to, 21604),
        (not sender and not form.get("MessagingServiceSid"), 21603),
        (not body, 21602),
        (len(body) > LONGEST, 21617),
        (sender in MAGIC_SENDERS, MAGIC_SENDERS.get(sender, 0)),
        (to in MAGIC_RECIPIENTS, MAGIC_RECIPIENTS.get(to, 0)),
        (not _ADDRESS.fullmatch(to), 21211),
    )
    for wrong, code in problems:
        if wrong:
            raise Refused(400, code)
