"""What becomes of an accepted message, and who is told: status callbacks from threads of our own.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status. The first status is
never told; `sent` and `delivered` follow, in this order unless a fault says otherwise.
"""

import heapq
import itertools
import time
from threading import Condition, Lock, Thread

from tests.stub.books import API, Books, Message
from tests.stub.faults import Dice
from tests.stub.journal import Journal
from tests.stub.posting import Poster

Step = tuple[str, int | None]
"""A status and its error code."""
_THREADS = 8


class Callbacks:
    """Callable from any thread. `delay` is in seconds, before each status."""

    def __init__(
        self, account: str, books: Books, poster: Poster, dice: Dice, journal: Journal, delay: float
    ) -> None:
        self._account = account
        self._books = books
        self._poster = poster
        self._dice = dice
        self._journal = journal
        self._delay = delay
        self._due: list[tuple[float, int, Message, list[Step]]] = []
        self._order = itertools.count()
        self._pending = 0
        self._stopped = False
        self._lock = Lock()
        self._came = Condition(self._lock)
        self._done = Condition(self._lock)
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(_THREADS)]
        for thread in self._threads:
            thread.start()

    def follow(self, message: Message, blocked: bool, early: bool) -> None:
        """Let an accepted message run its course; `early` takes its first step in this thread."""
        steps = self._course(message, blocked)
        if early:
            self._take(message, steps.pop(0))
        with self._lock:
            self._pending += 1
        self._later(message, steps)

    def drain(self, patience: float) -> None:
        """Wait until every message has run its course. Raises TimeoutError after so many seconds."""
        with self._lock:
            if not self._done.wait_for(lambda: not self._pending, patience):
                raise TimeoutError(f"{self._pending} messages still have callbacks to come")

    def stop(self) -> None:
        """Forget what is to come; what is being posted ends within its own timeout."""
        with self._lock:
            self._stopped = True
            self._came.notify_all()
        for thread in self._threads:
            thread.join()

    def _course(self, message: Message, blocked: bool) -> list[Step]:
        if blocked:
            return [("failed", 21610)]
        if self._dice.falls("fail", sid=message.sid):
            sent_first = self._dice.coin()
            return [("sent", None), ("undelivered", 30003)] if sent_first else [("failed", 30008)]
        steps: list[Step] = [("sent", None), ("delivered", None)]
        return steps[::-1] if self._dice.falls("reorder", sid=message.sid) else steps

    def _later(self, message: Message, steps: list[Step]) -> None:
        with self._lock:
            if steps:
                entry = (time.monotonic() + self._delay, next(self._order), message, steps)
                heapq.heappush(self._due, entry)
                self._came.notify()
                return
            self._pending -= 1
            if not self._pending:
                self._done.notify_all()

    def _work(self) -> None:
        while (due := self._next()) is not None:
            message, steps = due
            self._take(message, steps[0])
            self._later(message, steps[1:])

    def _next(self) -> tuple[Message, list[Step]] | None:
        """What is due, once something is; None when we stop."""
        with self._lock:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2:]
                self._came.wait(wait)
        return None

    def _take(self, message: Message, step: Step) -> None:
        self._books.move(message, *step)
        if not message.callback or self._dice.falls("lose", sid=message.sid):
            return
        self._tell(message, step)
        if self._dice.falls("duplicate", sid=message.sid):
            self._tell(message, step)

    def _tell(self, message: Message, step: Step) -> None:
        for attempt in self._poster.post(message.callback, self._form(message, step)):
            self._journal.write(
                "callback",
                sid=message.sid,
                status=step[0],
                url=message.callback,
                answer_status=attempt.status,
                at=attempt.begin,
            )

    def _form(self, message: Message, step: Step) -> dict[str, str]:
        status, error_code = step
        form = {
            "SmsSid": message.sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message.to,
            "MessagingServiceSid": message.service,
            "MessageSid": message.sid,
            "AccountSid": self._account,
            "From": message.sender,
            "ApiVersion": API,
            "ErrorCode": str(error_code) if error_code else None,
        }
        return {name: value for name, value in form.items() if value}
