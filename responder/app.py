"""create_app(settings, database) -> Flask: the only place where things are wired."""

from collections.abc import Callable
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy import Connection

from responder.api import create_blueprint as create_api
from responder.authoring import load_catalog, read_codes
from responder.authoring.findings import Finding
from responder.clock import utc_now
from responder.core.catalog import Catalog
from responder.core.delivery import PATIENCE, Patience
from responder.core.messages import Receipt
from responder.errors import SettingsError
from responder.gateways import Gateway
from responder.gateways.echo import Echo
from responder.gateways.twilio import Twilio as TwilioGateway
from responder.gateways.twilio_errors import verdict
from responder.gather import Gather
from responder.inbox import Inbox
from responder.keys import Keys
from responder.observe import Metrics
from responder.operations import create_blueprint as create_operations
from responder.refuge import Refuge
from responder.schedule import Job
from responder.scheduled_export import Write
from responder.settings import Settings
from responder.spool import Spool
from responder.store import receipts
from responder.store.catalogs import keep_catalog
from responder.store.codes import keep_codes
from responder.store.database import Database
from responder.store.migrate import require_current
from responder.store.refusals import note_refusal
from responder.store.reported import note_report
from responder.store.suppressions import key_ids
from responder.vitals import Vitals
from responder.work import Export, create_jobs
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
    """The web application; `app.extensions["refuge"]` replays what its spool keeps.

    Raises ConfigError, MigrationNeeded, DatabaseAway or SettingsError: it never starts on a bad
    catalog, nor on a database that is not this software's, nor where it could keep no message.
    """
    catalog = open_catalog(settings, database, clock())
    keys = Keys(settings.secret_key, settings.former_secret_keys)
    metrics = Metrics()
    twilio = Twilio(settings.public_url, settings.account_sid, settings.auth_tokens)
    inbox = Inbox(database, catalog, clock, patience)
    spool = Spool(settings.spool)
    refuge = Refuge(Gather(inbox.receive).submit, inbox, spool, database, clock)

    def settle_receipt(receipt: Receipt) -> None:
        """The person before the row: whoever holds an outbox row never takes a contact."""
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
    vitals = Vitals(database, catalog, refuge.spool, clock)
    app.register_blueprint(create_operations(vitals, metrics, settings.metrics_token))
    app.register_blueprint(create_api(database, catalog, keys, clock))
    app.extensions["refuge"] = refuge
    structlog.get_logger().info("started", catalog=catalog.hash[:12], local=settings.local)
    return app


def open_catalog(settings: Settings, database: Database, now: datetime) -> Catalog:
    """Load the marketers' files and keep what the database has to know of them.

    Raises ConfigError, MigrationNeeded, DatabaseAway, or SettingsError where the database holds
    what no key can be read by any more.
    """
    folder = settings.config
    catalog, document = load_catalog(folder, _tell)
    keys = Keys(settings.secret_key, settings.former_secret_keys)
    with database.write() as connection:
        require_current(connection)
        _require_keys(connection, keys)
        keep_catalog(connection, catalog.hash, document, now)
        for programme in catalog.programmes.values():
            if programme.incentive:
                keep_codes(connection, programme.id, read_codes(folder, programme.incentive))
    return catalog


def _tell(finding: Finding) -> None:
    structlog.get_logger().warning("config_finding", finding=str(finding))


def _require_keys(connection: Connection, keys: Keys) -> None:
    if key_ids(connection) - keys.suppression_key_ids:
        raise SettingsError(
            "Suppressed numbers are kept under a secret key that is missing: add the former"
            " RESPONDER_SECRET_KEY to RESPONDER_SECRET_KEY_OLD"
        )


def create_worker(
    settings: Settings,
    database: Database,
    clock: Callable[[], datetime],
    patience: Patience = PATIENCE,
    write_csv: Write | None = None,
) -> list[Job]:
    """The jobs of a worker. Raises what create_app raises."""
    folder = settings.export_folder
    return create_jobs(
        database,
        create_gateway(settings, patience),
        open_catalog(settings, database, clock()),
        Keys(settings.secret_key, settings.former_secret_keys),
        clock,
        patience,
        Export(folder, write_csv) if folder and write_csv else None,
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
