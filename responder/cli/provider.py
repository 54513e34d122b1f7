"""`responder provider drift` and `responder recover`: what the provider knows and we did not."""

import json
import os
from datetime import UTC, datetime

import click

from responder.app import create_gateway, open_catalog
from responder.core.addresses import mask
from responder.inbox import Inbox
from responder.recover import SETTLED, look
from responder.recover import recover as receive_missed
from responder.settings import load_settings
from responder.store.clock import DatabaseClock
from responder.store.database import Database
from responder.store.drifts import drifts
from responder.store.migrate import require_current


@click.group()
def provider() -> None:
    """What the provider knows of the people who text."""


@provider.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def drift(as_json: bool) -> None:
    """List where the provider's block list and ours were found to differ; exit 1 if they do.

    Example: responder provider drift
    """
    database = Database(load_settings(os.environ).database_url)
    with database.read() as connection:
        require_current(connection)
        rows = [
            {
                "found": row.found_at.isoformat(timespec="seconds"),
                "contact": mask(row.address),
                "sender": row.sender,
                "kind": row.kind,
                "error": row.error_code,
            }
            for row in drifts(connection)
        ]
    database.dispose()
    for row in rows:
        click.echo(json.dumps(row) if as_json else "  ".join(str(v) for v in row.values()))
    click.echo(f"{len(rows)} disagreements", err=True)
    raise SystemExit(1 if rows else 0)


@click.command()
@click.option("--since", required=True, metavar="TIME", help="ISO 8601; UTC where no zone is said.")
@click.option("--dry-run", is_flag=True, help="Only say what was missed.")
def recover(since: str, dry_run: bool) -> None:
    """Receive what the provider got for us since a time and we never saw.

    For the hour after a backup was restored, before anything is sent. A late opt-in is recorded
    and not applied where the person has acted since; a late opt-out counts. What is younger than
    five minutes may still be on its way and is left out.

    Example: responder recover --since 2026-11-21T08:00 --dry-run
    """
    settings = load_settings(os.environ)
    database = Database(settings.database_url)
    clock = DatabaseClock(database)
    catalog = open_catalog(settings, database, clock())
    until = clock() - SETTLED
    found = look(database, create_gateway(settings), catalog, _time(since), until)
    click.echo(f"{found.listed} listed by the provider, {len(found.missed)} never seen here")
    for message in found.missed:
        when = message.received_at.isoformat(timespec="seconds")
        click.echo(f"  {when}  {mask(message.sender)} to {message.recipient}")
    failed = 0
    if not dry_run and found.missed:
        answers = receive_missed(Inbox(database, catalog, clock).receive, found)
        failed = sum(isinstance(answer, Exception) for answer in answers)
        click.echo(f"{len(answers) - failed} received, {failed} failed")
    database.dispose()
    raise SystemExit(1 if failed else 0)


def _time(text: str) -> datetime:
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f'"{text}" is no time: write 2026-11-21T08:00', param_hint="--since"
        ) from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)
