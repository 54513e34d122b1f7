"""`responder outbox list` and `requeue`: what could not be delivered."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import Connection

from responder.core.addresses import mask
from responder.settings import load_settings
from responder.store.clock import DatabaseClock
from responder.store.database import Database
from responder.store.migrate import require_current
from responder.store.outbox import dead_letters
from responder.store.outbox import requeue as requeue_rows


@click.group()
def outbox() -> None:
    """Texts that we owe: see what could not be delivered, and send it again."""


@outbox.command("list")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_dead(limit: int, as_json: bool) -> None:
    """List dead letters, newest first: failed, undelivered, expired, lost.

    Example: responder outbox list
    """
    with _writing() as (connection, _):
        rows = [_shown(row) for row in dead_letters(connection, limit)]
    for row in rows:
        click.echo(json.dumps(row) if as_json else "  ".join(str(v) for v in row.values()))
    click.echo(f"{len(rows)} dead letters", err=True)


@outbox.command()
@click.argument("ids", nargs=-1, required=True)
def requeue(ids: tuple[str, ...]) -> None:
    """Send dead letters again, by the ids that `list` shows.

    Example: responder outbox requeue 0197c0ffee007000800000000000abcd
    """
    with _writing() as (connection, database):
        count = requeue_rows(connection, ids, DatabaseClock(database)())
    click.echo(f"{count} of {len(ids)} will be sent again")


@contextmanager
def _writing() -> Iterator[tuple[Connection, Database]]:
    database = Database(load_settings(os.environ).database_url)
    try:
        with database.write() as connection:
            require_current(connection)
            yield connection, database
    finally:
        database.dispose()


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "created": row.created_at.isoformat(timespec="seconds"),
        "state": row.state,
        "error": row.error_code or "-",
        "purpose": row.purpose,
        "wording": row.wording,
        "from": row.sender,
        "to": mask(row.address),
        "attempts": row.attempts,
    }
