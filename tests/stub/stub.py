"""The stub itself: where its parts are wired."""

from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from tests.stub.blocks import Blocks
from tests.stub.books import Books
from tests.stub.callbacks import Callbacks
from tests.stub.consents import Consents
from tests.stub.control import PREFIX, Control
from tests.stub.faults import Dice, Faults
from tests.stub.inbound import Delivery, Inbox
from tests.stub.journal import Journal
from tests.stub.posting import Poster
from tests.stub.refusals import Answer
from tests.stub.rest import Request, Rest
from tests.stub.sending import Sending
from tests.stub.server import Server

_PATIENCE = 60
"""Seconds after which callbacks that do not end are taken for hung."""


class Stub:
    """One account on 127.0.0.1, served from `__enter__` to `__exit__`.

    `webhook` is the URL that inbound messages are posted to, with its fragment; none, and they
    only show in the list. `services` gives each number's messaging service, `delay` the seconds
    before each later status of a message.
    """

    def __init__(
        self,
        account: str,
        token: str,
        webhook: str = "",
        *,
        port: int = 0,
        seed: int = 0,
        journal: Path | None = None,
        faults: Faults = Faults(),  # noqa: B008 (frozen)
        services: Mapping[str, str] | None = None,
        delay: float = 0,
        consent_calls_a_minute: int = 100,
    ) -> None:
        services = services or {}
        self._stopping = Event()
        self._journal = Journal(journal)
        self._dice = Dice(seed, self._journal, faults)
        self._books = Books(account)
        self._blocks = Blocks(services)
        self._poster = Poster(token)
        self._callbacks = Callbacks(
            account, self._books, self._poster, self._dice, self._journal, delay
        )
        sending = Sending(
            services, self._books, self._blocks, self._callbacks, self._dice, self._journal
        )
        self._inbox = Inbox(
            account,
            services,
            self._books,
            self._blocks,
            sending,
            self._poster,
            self._dice,
            self._journal,
        )
        self._inbox.webhook = webhook
        consents = Consents(consent_calls_a_minute, self._blocks, self._journal)
        self._rest = Rest(
            account,
            token,
            self._books,
            sending,
            consents,
            self._dice,
            self._journal,
            self._stopping,
        )
        self._control = Control(self)
        self._server = Server(port, self._answer)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def journal(self) -> list[dict[str, object]]:
        """Every line so far, in order."""
        return self._journal.lines

    @property
    def webhook(self) -> str:
        return self._inbox.webhook

    @webhook.setter
    def webhook(self, url: str) -> None:
        self._inbox.webhook = url

    @property
    def faults(self) -> Faults:
        return self._dice.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._dice.faults = faults

    def text(self, sender: str, to: str, body: str, sid: str | None = None) -> Delivery:
        """Text as a consumer does; returns when the webhook has answered, or has failed for good."""
        return self._inbox.text(sender, to, body, sid)

    def drain(self) -> None:
        """Wait until no callback is pending. Raises TimeoutError."""
        self._callbacks.drain(_PATIENCE)

    def books(self) -> dict[str, object]:
        """Both directions as Message resources, oldest first, and the blocked pairs."""
        messages, inbound = self._books.both()
        return {"messages": messages, "inbound": inbound, "blocks": self._blocks.listed()}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._callbacks.stop()
        self._poster.close()
        self._journal.close()

    def _answer(self, request: Request) -> Answer | None:
        parts = self._control if request.path.startswith(PREFIX) else self._rest
        return parts.answer(request)
