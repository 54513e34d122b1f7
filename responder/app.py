"""create_app(settings, database) -> Flask: the only place where things are wired."""

from collections.abc import Callable
from datetime import datetime

import structlog
from flask import Flask

from responder.api import create_blueprint as create_api
from responder.clock import utc_now
from responder.core.catalog import Serving
from responder.core.delivery import PATIENCE, Patience
from responder.core.messages import Receipt
from responder.gateways import Gateway
from responder.gateways.echo import Echo
from responder.gateways.twilio import Twilio as TwilioGateway
from responder.gateways.twilio_errors import verdict
from responder.gather import Gather
from responder.inbox import Inbox
from responder.keys import Keys
from responder.live import follow_catalog
from responder.observe import Metrics
from responder.operations import create_blueprint as create_operations
from responder.refuge import Refuge
from responder.settings import Settings
from responder.spool import Spool
from responder.store import receipts
from responder.store.database import Database
from responder.store.refusals import note_refusal
from responder.store.reported import note_report
from responder.vitals import Vitals
from responder.work import Worker
from webhooks import Desk
from webhooks import create_blueprint as create_webhooks
from webhooks.twilio import Twilio

MAX_BODY = 64 * 1024
"""Bytes of a webhook request; Twilio's own limit for what it sends and takes."""


def create_app(
    settings: Settings,
    database: Database,
    clock: Callable[[], datetime] = utc_now,
    patience: Patience = PATIENCE,
) -> Flask:
    """The web application. Of its `extensions`, `refuge` replays what its spool keeps, and
    `catalog` follows the marketers' files.

    Raises ConfigError, MigrationNeeded, DatabaseAway or SettingsError: it never starts on a bad
    catalog, nor on a database that is not this software's, nor where it could keep no message.
    """
    live = follow_catalog(settings, database, clock)
    keys = Keys(settings.secret_key, settings.former_secret_keys)
    metrics = Metrics()
    twilio = Twilio(settings.public_url, settings.account_sid, settings.auth_tokens)
    inbox = Inbox(database, live, clock, patience)
    spool = Spool(settings.spool)
    refuge = Refuge(Gather(inbox.receive).submit, inbox, spool, database, clock)

    def settle_receipt(receipt: Receipt) -> None:
        """The person before the row: whoever holds an outbox row never takes a contact."""
        catalog = live()
        with database.write() as connection:
            receipts.keep(connection, receipt)
            if found := receipts.refusal_in(connection, receipt, verdict):
                refusal, at = found
                note_refusal(connection, refusal, verdict(refusal.code), at, catalog)
            note_report(connection, receipt, clock(), catalog)
        with database.write() as connection:
            receipts.settle(connection, receipt, verdict, clock(), patience)

    app = Flask("responder", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    desk = Desk(refuge.submit, settle_receipt, clock, metrics)
    app.register_blueprint(create_webhooks({twilio.name: twilio}, desk))
    vitals = Vitals(database, live, refuge.spool, clock)
    app.register_blueprint(create_operations(vitals, metrics, settings.metrics_token))
    app.register_blueprint(create_api(database, live, keys, clock))
    app.extensions |= {"refuge": refuge, "catalog": live}
    structlog.get_logger().info("started", catalog=live().hash[:12], local=settings.local)
    return app


def create_worker(
    settings: Settings,
    database: Database,
    serving: Serving,
    clock: Callable[[], datetime],
    patience: Patience = PATIENCE,
) -> Worker:
    """The worker with its jobs."""
    return Worker(
        database,
        create_gateway(settings, patience),
        serving,
        Keys(settings.secret_key, settings.former_secret_keys),
        clock,
        patience,
        settings.export_folder,
    )


def create_gateway(settings: Settings, patience: Patience = PATIENCE) -> Gateway:
    """The way out: to Twilio, or in local mode to nobody."""
    if settings.local:
        return Echo()
    return TwilioGateway(
        settings.account_sid,
        settings.auth_tokens[0],
        settings.public_url,
        patience.timeout,
        settings.api_url,
    )
