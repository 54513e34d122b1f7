"""One web process of the product, in a hurry. Any number share PORT (SO_REUSEPORT)."""

import os
import threading

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from responder.app import create_app
from responder.observe import configure_logging
from responder.settings import load_settings
from responder.store.database import Database
from tests.chaos.house import SHORT


def create() -> Flask:
    """What wsgi.py makes, with less patience."""
    configure_logging()
    settings = load_settings(os.environ)
    app = create_app(settings, Database(settings.database_url), patience=SHORT)
    app.extensions["refuge"].keep_replaying(threading.Event())
    return app


def main() -> None:
    """Serve until SIGTERM."""
    Granian(
        "tests.chaos.web:create",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        blocking_threads=64,
        http=HTTPModes.http1,
        log_level=LogLevels.error,
        factory=True,
    ).serve()
