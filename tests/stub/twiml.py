"""What an answer to a webhook asks for.

https://www.twilio.com/docs/messaging/twiml: XML is carried out, plain text is sent as it stands,
an answer without a type is an error.
"""

from dataclasses import dataclass
from xml.etree import ElementTree

from tests.stub.posting import Attempt
from tests.stub.refusals import LONGEST

_XML = ("text/xml", "application/xml", "text/html")
_LARGEST = 64 * 1024
_MOST_MESSAGES = 10


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send; `callback` may be empty."""

    text: str
    callback: str = ""


def replies(answer: Attempt) -> tuple[list[Reply], list[int]]:
    """The messages to send, and the error codes of the rest."""
    if not answer.ok or not answer.content:
        return [], []
    if len(answer.content) > _LARGEST:
        return [], [11750]
    if answer.content_type == "text/plain":
        return _within_limits([Reply(answer.text)])
    if answer.content_type not in _XML:
        return [], [12300]
    try:
        root = ElementTree.fromstring(answer.content)
    except ElementTree.ParseError:
        return [], [12100]
    return _within_limits([_reply(message) for message in root.iter("Message")])


def _reply(message: ElementTree.Element) -> Reply:
    text = message.findtext("Body") or message.text or ""
    return Reply(text, message.get("statusCallback") or message.get("action") or "")


def _within_limits(wanted: list[Reply]) -> tuple[list[Reply], list[int]]:
    good = [reply for reply in wanted[:_MOST_MESSAGES] if len(reply.text) <= LONGEST]
    too_long = [14103 for reply in wanted if len(reply.text) > LONGEST]
    return good, too_long + [14109] * (len(wanted) > _MOST_MESSAGES)
