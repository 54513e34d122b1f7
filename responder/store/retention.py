"""What goes by itself once its time is over: counted, or done, page by page.

Each walk follows a primary key, which sorts by time, and ends at the first page on which all is
young: no statement is long, however much there is. More than the rules say only a person deletes.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from responder.core import retention as rules
from responder.core.catalog import Catalog
from responder.store.database import Database
from responder.store.retention_people import erase_who_left, people
from responder.store.retention_rows import Counts, said, sent, whole_rows
from responder.store.suppressions import Hasher
from responder.store.tables import provider_drifts as drifts
from responder.store.tables import receipts

_Page = Callable[[Connection, str], tuple[str | None, Counts]]
"""Sees to the rows after a key; gives the last key it read, None at the end, and its counts."""


def retain(
    database: Database,
    keys: Hasher,
    catalog: Catalog,
    now: datetime,
    *,
    dry: bool = False,
    told: Callable[[Counts], None] = lambda _: None,
) -> Counts:
    """Do what the rules say, or with `dry` count it; `told` hears of the sum after each page."""
    total = Counter({rule.name: 0 for rule in rules.RULES})
    over: list[str] = []
    pages: tuple[_Page, ...] = (
        partial(whole_rows, receipts, receipts.c.received_at, rules.RECEIPTS, now, dry),
        partial(whole_rows, drifts, drifts.c.found_at, rules.DRIFTS, now, dry),
        partial(said, now, dry),
        partial(sent, now, dry),
        partial(people, now, dry, over),
    )
    for page in pages:
        for counts in _walk(database, page, dry=dry):
            total.update(counts)
            told(total)
    gone = len(over) if dry else erase_who_left(database, keys, catalog, over, now)
    total[rules.PEOPLE.name] += gone
    told(total)
    return total


def _walk(database: Database, page: _Page, *, dry: bool) -> Iterator[Counts]:
    after: str | None = ""
    while after is not None:
        with database.read() if dry else database.write() as connection:
            after, counts = page(connection, after)
        yield counts
