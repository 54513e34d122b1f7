"""What a failure at Twilio means for a message: its codes, HTTP's statuses, a broken network.

Each code has its page at https://www.twilio.com/docs/api/errors/NNNNN, which is the source of its
line here; three digits are an HTTP status that came without a code of Twilio's. Twilio adds codes
without notice, so one that is not listed is refused: the message is kept for a person to see.
"""

import re
from collections.abc import Mapping
from datetime import timedelta

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from responder.core.delivery import NotSent, Verdict

_CODE = re.compile(r"[1-9]\d{0,15}", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}", re.ASCII)
_LONGEST_WAIT = timedelta(minutes=15)

VERDICTS: Mapping[str, Verdict] = {
    # The account: the next message meets the same answer.
    "10001": Verdict.HALT,  # account is not active
    "20003": Verdict.HALT,  # permission denied: wrong credentials, account suspended or closed
    "20005": Verdict.HALT,  # account not active
    "20404": Verdict.HALT,  # not found: of a message's creation, the account in the URL
    "30002": Verdict.HALT,  # account suspended after the message was queued
    # Too much at once. A 429 was not processed (page 20429), so it is safe to repeat.
    "14107": Verdict.RETRY,  # too many replies between two numbers within 30 seconds
    "20429": Verdict.RETRY,  # too many requests at the same time
    "21611": Verdict.RETRY,  # the sender's queue is full
    "30001": Verdict.RETRY,  # queue overflow, where a messaging service sent
    "30022": Verdict.RETRY,  # US carrier's rate for the registered campaign
    "63017": Verdict.RETRY,  # rate limit of the account
    "63018": Verdict.RETRY,  # rate limit of the channel
    "63038": Verdict.RETRY,  # limit of the account for any 24 hours
    # On the way to the phone: another attempt later may arrive.
    "30003": Verdict.RETRY,  # unreachable handset: off, or out of coverage
    "30008": Verdict.RETRY,  # unknown error at the carrier
    "30500": Verdict.RETRY,  # fault inside the provider
    # Twilio failed in the middle of it; creating a message is not idempotent (page 20500).
    "20500": Verdict.UNKNOWN,  # internal server error
    "20503": Verdict.UNKNOWN,  # service unavailable
    # The recipient: never passes.
    "21610": Verdict.BLOCKED,  # attempt to send to an unsubscribed recipient
    "21211": Verdict.UNREACHABLE,  # invalid To number
    "21214": Verdict.UNREACHABLE,  # To number cannot be reached
    "21217": Verdict.UNREACHABLE,  # number does not appear to be valid
    "21614": Verdict.UNREACHABLE,  # To is no mobile number
    "21635": Verdict.UNREACHABLE,  # To is a landline
    "30004": Verdict.REFUSED,  # blocked by the handset or the carrier
    "30005": Verdict.UNREACHABLE,  # unknown handset
    "30006": Verdict.UNREACHABLE,  # landline, or unreachable carrier
    "63024": Verdict.REFUSED,  # invalid recipient on the channel
    # The sender or the account's settings: a person changes them, then sends it again.
    "21212": Verdict.REFUSED,  # invalid From number
    "21408": Verdict.REFUSED,  # the recipient's country is not enabled
    "21606": Verdict.REFUSED,  # From cannot send messages
    "21608": Verdict.REFUSED,  # a trial account sends to verified numbers only
    "21612": Verdict.REFUSED,  # no route from this sender to this number
    "30024": Verdict.REFUSED,  # sender not provisioned at the carrier
    "30034": Verdict.REFUSED,  # US sender not registered
    # The text.
    "21602": Verdict.REFUSED,  # no body
    "21605": Verdict.REFUSED,  # body too long, old API
    "21617": Verdict.REFUSED,  # body longer than 1600 characters
    "30007": Verdict.REFUSED,  # filtered as spam
    "30010": Verdict.REFUSED,  # dearer than the maximum price
    "63016": Verdict.REFUSED,  # outside the channel's window, without a template
}


def verdict(code: str) -> Verdict:
    """What a code of Twilio's means, or an HTTP status where there is none."""
    if len(code) == 3 and code.isascii() and code.isdigit():
        return _of_status(int(code)) or Verdict.REFUSED
    return VERDICTS.get(code, Verdict.REFUSED)


def _of_status(status: int) -> Verdict | None:
    """RFC 9110 section 15. Twilio redirects no such request, so a 3xx is somebody else's word."""
    if status == 401:
        return Verdict.HALT
    if status in (408, 429):  # the request did not arrive whole, or was turned away
        return Verdict.RETRY
    if status >= 500 or 300 <= status < 400:
        return Verdict.UNKNOWN
    return None


class Declined(Exception):
    """An answer without success. `code` is Twilio's, or the HTTP status where it gave none."""

    def __init__(self, response: requests.Response) -> None:
        self.code = _code(response)
        self.verdict = _of_status(response.status_code) or verdict(self.code)
        self.wait = _retry_after(response)
        super().__init__(self.code)


def not_sent(error: Exception) -> NotSent:
    """What an attempt came to that ended in this. What was not surely turned away is unknown."""
    match error:
        case Declined():
            return NotSent(error.verdict, error.code, error.wait)
        case requests.ConnectTimeout() | requests.exceptions.ProxyError():
            return NotSent(Verdict.RETRY, "unreachable")
        case requests.ConnectionError(args=(MaxRetryError(reason=NewConnectionError()),)):
            return NotSent(Verdict.RETRY, "unreachable")
        case requests.Timeout():
            return NotSent(Verdict.UNKNOWN, "timeout")
        case _:
            return NotSent(Verdict.UNKNOWN, "broken")


def _code(response: requests.Response) -> str:
    """`{"code": 21211, …}`, if that is what came."""
    try:
        code = str(response.json()["code"])
    except (ValueError, TypeError, LookupError):
        code = ""
    return code if _CODE.fullmatch(code) else str(response.status_code)


def _retry_after(response: requests.Response) -> timedelta:
    """Twilio gives seconds; the form with a date is left to the backoff."""
    seconds = response.headers.get("Retry-After", "")
    if not _SECONDS.fullmatch(seconds):
        return timedelta()
    return min(timedelta(seconds=int(seconds)), _LONGEST_WAIT)
