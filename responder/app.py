"""create_app(settings, database) -> Flask: the only place where things are wired."""

from collections.abc import Callable
from datetime import datetime

import structlog
from flask import Flask

from responder.authoring import load_catalog
from responder.clock import utc_now
from responder.core.messages import Receipt
from responder.gather import Gather
from responder.inbox import Inbox
from responder.observe import Metrics
from responder.operations import create_blueprint as create_operations
from responder.settings import Settings
from responder.store.catalogs import keep_catalog
from responder.store.database import Database
from responder.store.migrate import require_current
from responder.store.receipts import settle
from webhooks import Desk
from webhooks import create_blueprint as create_webhooks
from webhooks.twilio import Twilio

MAX_BODY = 64 * 1024
"""Bytes of a webhook request; Twilio's own limit for what it sends and takes."""


def create_app(
    settings: Settings, database: Database, clock: Callable[[], datetime] = utc_now
) -> Flask:
    """The web application. Raises ConfigError, MigrationNeeded or DatabaseAway: it never starts
    on a bad catalog, nor on a database that is not this software's."""
    catalog, document = load_catalog(settings.config)
    with database.write() as connection:
        require_current(connection)
        keep_catalog(connection, catalog.hash, document, clock())
    metrics = Metrics()
    twilio = Twilio(settings.public_url, settings.account_sid, settings.auth_tokens)
    gather = Gather(Inbox(database, catalog, clock).receive)

    def settle_receipt(receipt: Receipt) -> None:
        with database.write() as connection:
            settle(connection, receipt)

    app = Flask("responder", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    desk = Desk(gather.submit, settle_receipt, clock, metrics)
    app.register_blueprint(create_webhooks({twilio.name: twilio}, desk))
    app.register_blueprint(create_operations(database, catalog, metrics, settings.metrics_token))
    structlog.get_logger().info("started", catalog=catalog.hash[:12], local=settings.local)
    return app
