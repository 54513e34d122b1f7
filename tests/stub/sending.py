"""Messages of the application's own, by REST or as a reply, from the moment they are accepted."""

from collections.abc import Mapping
from datetime import UTC, datetime

from tests.stub.blocks import Blocks
from tests.stub.books import Books, Message, new_sid
from tests.stub.callbacks import Callbacks
from tests.stub.faults import Dice
from tests.stub.journal import Journal
from tests.stub.refusals import Refused, check
from tests.stub.twiml import Reply


class Sending:
    """Callable from any thread. `services` gives each number's messaging service."""

    def __init__(
        self,
        services: Mapping[str, str],
        books: Books,
        blocks: Blocks,
        callbacks: Callbacks,
        dice: Dice,
        journal: Journal,
    ) -> None:
        self._pool = {service: number for number, service in services.items()}
        self._services = services
        self._books = books
        self._blocks = blocks
        self._callbacks = callbacks
        self._dice = dice
        self._journal = journal

    def create(self, form: Mapping[str, str], at_request: str) -> dict[str, object]:
        """Accept what a create asks for; gives the resource as it is answered. Raises Refused.

        A block is an error here with a number of one's own, and a later failure with a service.
        """
        check(form)
        service, sender = form.get("MessagingServiceSid"), form.get("From")
        if not service and self._blocks.between(form["To"], sender):
            raise Refused(400, 21610)
        message = Message(
            sid=new_sid(),
            sender=sender or self._pool.get(service or ""),
            to=form["To"],
            body=form["Body"],
            direction="outbound-api",
            status="accepted" if service else "queued",
            created=datetime.now(UTC),
            service=service,
            callback=form.get("StatusCallback", ""),
        )
        resource = self._books.resource(message) | {"from": sender}
        self._accept(message, at_request, self._dice.falls("early", sid=message.sid))
        return resource

    def reply(self, inbound: Message, reply: Reply, at_request: str) -> bool:
        """Send one reply to an inbound message; false where a block fails it."""
        assert inbound.sender is not None
        message = Message(
            sid=new_sid(),
            sender=inbound.to,
            to=inbound.sender,
            body=reply.text,
            direction="outbound-reply",
            status="queued",
            created=datetime.now(UTC),
            service=self._services.get(inbound.to),
            callback=reply.callback,
        )
        return self._accept(message, at_request, early=False)

    def _accept(self, message: Message, at_request: str, early: bool) -> bool:
        blocked = self._blocks.between(message.to, message.sender, message.service)
        self._books.add(message)
        about = {"sid": message.sid, "from": message.sender, "to": message.to}
        self._journal.write(
            "message",
            **about,
            body=message.body,
            direction=message.direction,
            status_callback=message.callback,
            at_request=at_request,
        )
        if blocked:
            self._journal.write("refusal", **about, code=21610)
        self._callbacks.follow(message, blocked, early)
        return not blocked
