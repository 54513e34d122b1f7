"""The cursor of the feed, under readers and writers at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

from responder.core.catalog import Catalog
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store.database import Database
from responder.store.feed import page
from responder.store.seal import seal
from tests.conftest import Clock
from tests.factories import OFF_NUMBER, inbound

KEYS = Keys("0" * 64)
PEOPLE = [f"+467017406{number:02}" for number in range(10, 20)]
WRITTEN = list(product(("JA", "AVSLUTA", "JA"), PEOPLE))
READERS = 1000


def test_a_thousand_readers_beside_a_writer_miss_nothing_and_read_nothing_twice(
    database: Database, catalog: Catalog, clock: Clock
) -> None:
    """All of them read on by one page in each round, while a third of it all is written."""
    inbox = Inbox(database, lambda: catalog, clock)
    cursors, seen = [0] * READERS, [list[int]() for _ in range(READERS)]

    def write(part: int) -> None:
        for word, person in WRITTEN[part * 10 : part * 10 + 10]:
            inbox.receive([inbound(word, to=OFF_NUMBER, sender=person, at=clock())])
            with database.write() as connection:
                seal(connection, KEYS.signing_key(), clock())

    def read(reader: int) -> None:
        with database.read() as connection:
            found = page(connection, cursors[reader], 5 + reader % 40)
        seen[reader] += [entry.position for entry in found.entries]
        cursors[reader] = found.next

    with ThreadPoolExecutor(12) as pool:
        for part in range(3):
            writer = pool.submit(write, part)
            list(pool.map(read, range(READERS)))
            writer.result()
        while min(cursors) < len(WRITTEN):
            behind = [reader for reader in range(READERS) if cursors[reader] < len(WRITTEN)]
            list(pool.map(read, behind))
    assert all(positions == list(range(len(WRITTEN))) for positions in seen)


def test_one_events_changes_are_never_on_two_pages(
    database: Database, catalog: Catalog, clock: Clock
) -> None:
    inbox = Inbox(database, lambda: catalog, clock)
    for word in ("JA", "JAZZ", "AVSLUTA"):
        inbox.receive([inbound(word, at=clock())])
    with database.write() as connection:
        seal(connection, KEYS.signing_key(), clock())
    with database.read() as connection:
        found = page(connection, 2, 1)
    assert [(one.position, one.change.index) for one in found.entries] == [(2, 0), (2, 1)]
    assert (found.next, found.more) == (3, False)
