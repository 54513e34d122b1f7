"""Keeping the provider's block list in step with what people told us."""

from collections.abc import Callable
from datetime import datetime, timedelta

from responder.core.catalog import Catalog
from responder.gateways import Gateway
from responder.store import notices
from responder.store.database import Database

LARGEST = 25
"""Items that the Consent Management API takes in one call."""
CALLS = 8
"""Calls in one turn, every five seconds: 96 a minute, where 100 are allowed."""
_LEASE = timedelta(minutes=2)


def tell_provider(
    database: Database, gateway: Gateway, catalog: Catalog, clock: Callable[[], datetime]
) -> int:
    """Tell what is due; gives how many notices were answered. Raises GatewayAway, and then what
    was not answered is told again after its lease."""
    told = 0
    for _ in range(CALLS):
        now = clock()
        with database.write() as connection:
            due = notices.claim(connection, catalog, now, now + _LEASE, LARGEST)
        if not due:
            break
        codes = gateway.tell_consent(due)
        with database.write() as connection:
            notices.settle(connection, list(codes.items()), catalog, clock())
        told += len(codes)
    return told
