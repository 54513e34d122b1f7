"""A worker's parts on a real database, and a provider on loopback whose books tell what was sent."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Row, select, update
from werkzeug.serving import WSGIRequestHandler, make_server

from responder.app import create_app, create_worker
from responder.core.catalog import Catalog
from responder.core.delivery import POLICIES, Patience
from responder.core.messages import Inbound, Purpose
from responder.gateways import Gateway
from responder.gateways.twilio import Twilio
from responder.inbox import Inbox
from responder.live import follow_catalog
from responder.outbox import Dispatcher
from responder.settings import Settings
from responder.store import bulk
from responder.store import tables as t
from responder.store.database import Database
from responder.store.identifiers import new_id
from responder.work import Worker
from tests.conftest import Clock
from tests.factories import ACCOUNT, NUMBER, PERSON, TOKEN, Texter, inbound
from tests.stub import Stub

PUBLIC_URL = "http://127.0.0.1:9"  # nobody listens: a test delivers receipts itself
QUICK = Patience(timeout=timedelta(seconds=2))
FRIEND = "+46701740606"


@pytest.fixture
def clock() -> Clock:
    """It begins now, because the provider's books have real times."""
    clock = Clock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(ACCOUNT, TOKEN) as running:
        yield running


@pytest.fixture
def gateway(stub: Stub) -> Twilio:
    return to_provider(stub.url)


@pytest.fixture
def inbox(database: Database, catalog: Catalog, clock: Clock) -> Inbox:
    return Inbox(database, lambda: catalog, clock)


@pytest.fixture
def dispatcher(database: Database, gateway: Gateway, catalog: Catalog, clock: Clock) -> Dispatcher:
    return Dispatcher(database, gateway, lambda: catalog, clock, lambda: 0.0, QUICK)


@pytest.fixture
def online(settings: Settings, database: Database, clock: Clock) -> Iterator[str]:
    """The application on a port of its own, for a provider that calls it; gives its public URL."""
    server = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=_Silent)
    url = f"http://127.0.0.1:{server.server_port}"
    server.app = create_app(replace(settings, public_url=url), database, clock)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """The stub's journal has it."""


def _nothing(_environ: object, _start: object) -> list[bytes]:
    raise NotImplementedError


def the_worker(settings: Settings, database: Database, stub: Stub, clock: Clock) -> Worker:
    """A worker over the files of the settings."""
    settings = replace(settings, api_url=stub.url)
    live = follow_catalog(settings, database, clock)
    return create_worker(settings, database, live, clock, QUICK)


def to_provider(api_url: str, patience: Patience = QUICK, public_url: str = PUBLIC_URL) -> Twilio:
    return Twilio(ACCOUNT, TOKEN, public_url, patience.timeout, api_url)


def delayed(text: str, clock: Clock, sender: str = PERSON, to: str = NUMBER) -> Inbound:
    """A message whose reply cannot travel with a webhook's response, so it is due at once."""
    return inbound(text, to, sender, clock(), delayed=True)  # type: ignore[arg-type]


def queue(database: Database, clock: Clock, purpose: Purpose, **changes: Any) -> str:
    """One more text that is due to the first contact, for `klubben`; gives its row's id."""
    now, row_id = clock(), new_id()
    with database.write() as connection:
        contact_id = connection.execute(select(t.contacts.c.id).limit(1)).scalar_one()
        row = {
            "id": row_id,
            "contact_id": contact_id,
            "position": 0,
            "programme": "klubben",
            "purpose": purpose,
            "wording": "question",
            "language": "sv",
            "sender": NUMBER,
            "text": f"Nordbageriet: en {purpose}",
            "state": "due",
            "created_at": now,
            "due_at": now,
            "expires_at": now + POLICIES[purpose].lifetime,
            "attempts": 0,
        }
        bulk.write(connection, bulk.insert(t.outbox, [row | changes]))
    return row_id


def rows(database: Database) -> list[Row[Any]]:
    """The outbox, in the order it was filled."""
    with database.read() as connection:
        return list(connection.execute(select(t.outbox).order_by(t.outbox.c.id)))


def states(database: Database) -> list[str]:
    return [row.state for row in rows(database)]


def readdress(database: Database, address: str) -> None:
    """Let the only contact have another number, one for which the provider has a rule."""
    with database.write() as connection:
        connection.execute(update(t.contacts).values(address=address))


def sent(stub: Stub) -> list[dict[str, Any]]:
    """Our messages as the provider holds them, oldest first."""
    return list(stub.books()["messages"])  # type: ignore[call-overload]


def texts(stub: Stub) -> list[str]:
    return [message["body"] for message in sent(stub)]


def receipt(stub: Stub, texter: Texter, message: int, status: str, code: str = "") -> int:
    """Deliver what the provider would say of its message of that place; gives the HTTP status."""
    lines = [line for line in stub.journal if line["kind"] == "message"]
    address = urlsplit(str(lines[message]["status_callback"]))
    form = {
        "MessageSid": str(lines[message]["sid"]),
        "AccountSid": ACCOUNT,
        "MessageStatus": status,
        "From": str(lines[message]["from"]),
        "To": str(lines[message]["to"]),
    }
    return texter.post(f"{address.path}?{address.query}", form | {"ErrorCode": code}).status


def until(holds: Callable[[], bool]) -> None:
    """Wait for what other threads do. Raises TimeoutError after twenty seconds."""
    deadline = time.monotonic() + 20
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.01)


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Start `count` threads at the same instant."""
    start = Barrier(count)

    def run(index: int) -> Any:
        start.wait()
        return work(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
