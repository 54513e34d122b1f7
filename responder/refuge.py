"""While the database is away, an authentic message is kept in the spool, and received later."""

import threading
from collections.abc import Callable

import structlog

from responder.core.messages import Inbound
from responder.core.outcomes import Outcome, Reason
from responder.errors import DatabaseAway, ResponderError
from responder.inbox import Answer, Inbox
from responder.spool import Spool

_log = structlog.get_logger()
_PAUSE = 1.0  # seconds between two looks into the spool


class Refuge:
    """Between the webhooks and the inbox. Every serving process has one, over its own disk."""

    def __init__(self, submit: Callable[[Inbound], Answer], inbox: Inbox, spool: Spool) -> None:
        self._submit = submit
        self._inbox = inbox
        self.spool = spool

    def submit(self, message: Inbound) -> Answer:
        """The committed answer; or none, where the message could only be kept.

        Raises SpoolBroken where neither the database nor the spool took it.
        """
        try:
            return self._submit(message)
        except DatabaseAway as error:
            self.spool.keep(message)
            _log.error("database_away", detail=str(error), kept=message.provider_message_id)
            return Answer(Outcome.KEPT, Reason.DATABASE_AWAY, ())

    def replay(self) -> int:
        """Receive what the spool keeps, if the database is back; how many messages."""
        if not self.spool.waiting():
            return 0
        received = self.spool.replay(self._inbox.receive)
        if received:
            _log.info("spool_replayed", messages=received)
        return received

    def keep_replaying(self, stop: threading.Event) -> threading.Thread:
        """Replay in the background until `stop` is set."""

        def loop() -> None:
            while not stop.wait(_PAUSE):
                self._try()

        thread = threading.Thread(target=loop, name="spool", daemon=True)
        thread.start()
        return thread

    def _try(self) -> None:
        try:
            self.replay()
        except ResponderError as error:
            _log.warning("spool_waits", detail=str(error))
        except Exception as error:  # a boundary: the thread must live, and the files stay
            _log.error("spool_failed", error=type(error).__name__)
