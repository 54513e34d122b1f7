"""Lost webhooks come back: what the provider received for us and we never saw."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import structlog

from responder.core.catalog import Catalog
from responder.core.messages import Inbound
from responder.gateways import Gateway
from responder.inbox import Answer
from responder.store.database import Database
from responder.store.seen import unseen

SETTLED = timedelta(minutes=5)
"""What is younger may still be on its way as a webhook."""
LOOK_BACK = timedelta(hours=24)
_PAGE = 100
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Recovery:
    """How many messages the provider listed, and which of them were never seen here."""

    listed: int
    missed: tuple[Inbound, ...]


def look(
    database: Database, gateway: Gateway, catalog: Catalog, since: datetime, until: datetime
) -> Recovery:
    """What the provider received for each number in this time and we never saw, oldest first.

    Raises GatewayAway.
    """
    listed, missed = 0, []
    for number in catalog.numbers.values():
        found = (m for m in gateway.received(number.address, since) if m.received_at <= until)
        for page in _pages(found):
            listed += len(page)
            with database.read() as connection:
                missed += unseen(connection, page)
    return Recovery(listed, tuple(sorted(missed, key=lambda message: message.received_at)))


def recover(
    receive: Callable[[Sequence[Inbound]], Sequence[Answer | Exception]], recovery: Recovery
) -> list[Answer | Exception]:
    """Receive what was missed, as if it had arrived by webhook; late news leads out only."""
    answers: list[Answer | Exception] = []
    for page in _pages(iter(recovery.missed)):
        answers += receive(page)
    failed = sum(isinstance(answer, Exception) for answer in answers)
    if answers:
        _log.warning("recovered", messages=len(answers), failed=failed)
    return answers


def _pages(messages: Iterator[Inbound]) -> Iterator[list[Inbound]]:
    while page := list(islice(messages, _PAGE)):
        yield page
