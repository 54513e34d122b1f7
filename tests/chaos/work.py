"""One worker of the product, in a hurry.

A worker that is started again under its name goes on with the leases of the one that was killed,
which last two minutes.
"""

import os
import signal
import threading
from dataclasses import replace
from datetime import timedelta

from responder.app import create_gateway
from responder.clock import utc_now
from responder.inbox import Inbox
from responder.keys import Keys
from responder.live import open_catalog
from responder.observe import configure_logging
from responder.recover import LOOK_BACK, look, recover
from responder.schedule import Job, create_scheduler
from responder.settings import Settings, load_settings
from responder.store.database import Database
from responder.work import Worker
from tests.chaos.house import SETTLED, SHORT, impatient

_EVERY = {
    "dispatch": timedelta(seconds=0.5),
    "watch": timedelta(seconds=1),
    "expire": timedelta(seconds=5),
    "remind": timedelta(seconds=1),
    "recover": timedelta(seconds=2),
}


def jobs(settings: Settings, database: Database) -> list[Job]:
    """The product's jobs, more often; recovery looks closer to now. Raises ResponderError."""
    catalog = impatient(open_catalog(settings, database, utc_now()))
    gateway = create_gateway(settings, SHORT)
    keys = Keys(settings.secret_key, settings.former_secret_keys)
    inbox = Inbox(database, lambda: catalog, utc_now, SHORT)

    def recover_inbound() -> int:
        until = utc_now() - SETTLED
        recovery = look(database, gateway, catalog, until - LOOK_BACK, until)
        return len(recover(inbox.receive, recovery))

    made = Worker(database, gateway, lambda: catalog, keys, utc_now, SHORT).jobs()
    hurried = [replace(job, every=_EVERY.get(job.name, job.every)) for job in made]
    return [replace(j, work=recover_inbound) if j.name == "recover" else j for j in hurried]


def main(name: str) -> None:
    """Work until SIGTERM. Raises ResponderError, as where the database is away."""
    configure_logging()
    settings = load_settings(os.environ)
    database = Database(settings.database_url)
    scheduler = create_scheduler(jobs(settings, database), database, utc_now, name)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    scheduler.start()
    stop.wait()
    scheduler.shutdown()
    database.dispose()
