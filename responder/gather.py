"""Group commit: what arrives while a batch is on its way to the disk goes into the next one.

There is no thread and no delay of its own: the first caller that finds nobody at work leads,
takes everything that waits into one batch, and hands the lead on when it is done.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Waiting(Generic[Item, Result]):
    """One caller, asleep at its gate until it has its result or the lead."""

    __slots__ = ("error", "gate", "item", "leads", "result")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.gate = Lock()
        self.leads = False
        self.result: Result | None = None
        self.error: BaseException | None = None


class Gather(Generic[Item, Result]):
    """Callable from any thread: `submit(item)` returns what `work` made of it in some batch."""

    def __init__(
        self,
        work: Callable[[Sequence[Item]], Sequence[Result | Exception]],
        largest: int = 128,
    ) -> None:
        self._work = work
        self._largest = largest
        self._lock = Lock()
        self._queue: deque[_Waiting[Item, Result]] = deque()
        self._busy = False

    def submit(self, item: Item) -> Result:
        """The result for this item. Raises what `work` raised for its batch, or gave for it."""
        me = _Waiting[Item, Result](item)
        me.gate.acquire()
        with self._lock:
            self._queue.append(me)
            me.leads = not self._busy
            self._busy = True
        if not me.leads:
            me.gate.acquire()  # until somebody opens it: with a result, or with the lead
        if me.leads:
            self._lead()
        if me.error is not None:
            raise me.error
        return me.result  # type: ignore[return-value]  # work gave one result an item

    def _lead(self) -> None:
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._largest))]
        try:
            results = self._work([waiting.item for waiting in batch])
            for waiting, result in zip(batch, results, strict=True):
                if isinstance(result, Exception):
                    waiting.error = result
                else:
                    waiting.result = result
        except BaseException as error:  # every caller of the batch must hear of it
            for waiting in batch:
                waiting.error = error
        finally:
            self._hand_on()
            for waiting in batch[1:]:
                waiting.gate.release()

    def _hand_on(self) -> None:
        with self._lock:
            if self._queue:
                self._queue[0].leads = True
                self._queue[0].gate.release()
            else:
                self._busy = False
