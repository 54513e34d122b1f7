"""A consumer's text: into the books, past the block list, to the webhook, and what that answers.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from tests.stub.blocks import Blocks
from tests.stub.books import API, Books, Message, new_sid
from tests.stub.faults import Dice
from tests.stub.journal import Journal
from tests.stub.posting import Attempt, Poster
from tests.stub.sending import Sending
from tests.stub.twiml import replies

_PLACES = tuple(
    f"{end}{part}" for end in ("To", "From") for part in ("Country", "State", "City", "Zip")
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one delivery went: the last HTTP status (0 without an answer), how many attempts, and
    the texts that its answer sent to the consumer."""

    sid: str
    status: int
    attempts: int
    replies: tuple[str, ...]


class Inbox:
    """Callable from any thread. `webhook` is the configured URL, fragment and all."""

    def __init__(
        self,
        account: str,
        services: Mapping[str, str],
        books: Books,
        blocks: Blocks,
        sending: Sending,
        poster: Poster,
        dice: Dice,
        journal: Journal,
    ) -> None:
        self.webhook = ""
        self._account = account
        self._services = services
        self._books = books
        self._blocks = blocks
        self._sending = sending
        self._poster = poster
        self._dice = dice
        self._journal = journal
        self._executed: set[str] = set()
        self._lock = Lock()

    def text(self, sender: str, to: str, body: str, sid: str | None) -> Delivery:
        """Deliver one text; an sid that was used is the same message delivered again."""
        message = self._receive(sender, to, body, sid or new_sid())
        if not self.webhook or self._dice.falls("lose_webhook", sid=message.sid):
            return Delivery(message.sid, 0, 0, ())
        delivery = self._deliver(message, attempts_before=0)
        if 200 <= delivery.status < 300 and self._dice.falls("repeat", sid=message.sid):
            self._deliver(message, attempts_before=delivery.attempts)
        return delivery

    def _receive(self, sender: str, to: str, body: str, sid: str) -> Message:
        """Twilio has blocked and answered before it calls the webhook."""
        at = datetime.now(UTC)
        service = self._services.get(to)
        mine = Message(sid, sender, to, body, "inbound", "received", at, service, sent=at)
        message = self._books.add(mine)
        if message is mine and (answer := self._blocks.hear(to, sender, body)):
            about = {"from": to, "to": sender, "body": answer}
            self._journal.write("provider_reply", **about)
        return message

    def _deliver(self, message: Message, attempts_before: int) -> Delivery:
        attempts: list[Attempt] = []
        for attempt in self._poster.post(self.webhook, self._form(message)):
            attempts.append(attempt)
            self._note(message, attempt, attempts_before + len(attempts))
        last = attempts[-1]
        sent = self._execute(message, last) if last.ok else ()
        return Delivery(message.sid, last.status, len(attempts), sent)

    def _execute(self, message: Message, answer: Attempt) -> tuple[str, ...]:
        """Carry out the first good answer to a message, and no other."""
        with self._lock:
            if message.sid in self._executed:
                return ()
            self._executed.add(message.sid)
        wanted, codes = replies(answer)
        for code in codes:
            self._journal.write("refusal", sid=message.sid, code=code)
        return tuple(
            reply.text for reply in wanted if self._sending.reply(message, reply, answer.end)
        )

    def _note(self, message: Message, attempt: Attempt, number: int) -> None:
        self._journal.write(
            "webhook",
            sid=message.sid,
            to=message.to,
            body=message.body,
            attempt=number,
            status=attempt.status,
            answer=attempt.text,
            at_begin=attempt.begin,
            at_end=attempt.end,
            **{"from": message.sender},
        )

    def _form(self, message: Message) -> dict[str, str]:
        service = {"MessagingServiceSid": message.service} if message.service else {}
        return (
            dict.fromkeys(_PLACES, "")
            | service
            | {
                "SmsMessageSid": message.sid,
                "NumMedia": "0",
                "SmsSid": message.sid,
                "SmsStatus": "received",
                "Body": message.body,
                "To": message.to,
                "NumSegments": message.segments,
                "MessageSid": message.sid,
                "AccountSid": self._account,
                "From": message.sender or "",
                "ApiVersion": API,
            }
        )
