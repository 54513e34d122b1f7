"""While the database is away, an authentic message is kept in the spool, and received later."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from responder.core.messages import Inbound
from responder.core.outcomes import Outcome, Reason
from responder.errors import DatabaseAway, ResponderError
from responder.inbox import Answer, Inbox
from responder.spool import Spool
from responder.store import holds
from responder.store.database import Database
from responder.store.identifiers import new_id

_log = structlog.get_logger()
_PAUSE = 1.0  # seconds between two looks into the spool
_HOLD = timedelta(seconds=30)


class Refuge:
    """Between the webhooks and the inbox. Every serving process has one, over its own disk."""

    def __init__(
        self,
        submit: Callable[[Inbound], Answer],
        inbox: Inbox,
        spool: Spool,
        database: Database,
        clock: Callable[[], datetime],
    ) -> None:
        self._submit = submit
        self._inbox = inbox
        self._database = database
        self._clock = clock
        self._name = holds.SPOOL + new_id()
        self.spool = spool

    def submit(self, message: Inbound) -> Answer:
        """The committed answer; or none, where the message could only be kept.

        What waits in the spool was received then: a repeat must not overtake what was said since.
        Raises SpoolBroken where neither the database nor the spool took it.
        """
        kept = self.spool.kept(message)
        if kept is not None:
            message = replace(message, received_at=kept.received_at, delayed=True)
        try:
            return self._submit(message)
        except DatabaseAway as error:
            self.spool.keep(message)
            _log.error("database_away", detail=str(error), kept=message.provider_message_id)
            return Answer(Outcome.KEPT, Reason.DATABASE_AWAY, ())

    def replay(self) -> int:
        """Receive what the spool keeps, if the database is back; how many messages.

        Until all is received, nothing leaves that needs consent: it might be withdrawn in there.
        """
        if not self.spool.waiting():
            return 0
        received = self.spool.replay(self._receive)
        if not self.spool.waiting():
            with self._database.write() as connection:
                holds.release(connection, self._name)
        if received:
            _log.info("spool_replayed", messages=received)
        return received

    def _receive(self, messages: Sequence[Inbound]) -> list[Answer | Exception]:
        with self._database.write() as connection:
            holds.hold(connection, self._name, self._clock() + _HOLD)
        return self._inbox.receive(messages)

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
