"""`responder provider drift` and `responder recover`: what the provider knows and we did not."""

from datetime import datetime
from typing import Any

import click
from sqlalchemy import Row

from responder.app import create_gateway
from responder.cli.opened import open_database
from responder.cli.parameters import Time
from responder.cli.rows import print_rows
from responder.core.addresses import mask
from responder.inbox import Inbox
from responder.live import open_catalog
from responder.recover import SETTLED, Recovery, look
from responder.recover import recover as receive_missed
from responder.store.drifts import drifts


@click.group()
def provider() -> None:
    """What the provider knows of the people who text."""


@provider.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def drift(as_json: bool) -> None:
    """List where the provider's block list and ours were found to differ; exit 1 if they do.

    Example: responder provider drift
    """
    with open_database() as opened, opened.database.read() as connection:
        rows = [_shown(row) for row in drifts(connection)]
    print_rows(rows, as_json=as_json)
    click.echo(f"{len(rows)} disagreements", err=True)
    raise SystemExit(1 if rows else 0)


@click.command()
@click.option("--since", required=True, type=Time(), help="ISO 8601; UTC where no zone is said.")
@click.option("--dry-run", is_flag=True, help="Only say what was missed.")
def recover(since: datetime, dry_run: bool) -> None:
    """Receive what the provider got for us since a time and we never saw.

    For the hour after a backup was restored, before anything is sent. A late opt-in is recorded
    and not applied where the person has acted since; a late opt-out counts. What is younger than
    five minutes may still be on its way and is left out.

    Example: responder recover --since 2026-11-21T08:00 --dry-run
    """
    with open_database() as opened:
        catalog = open_catalog(opened.settings, opened.database, opened.clock())
        gateway, until = create_gateway(opened.settings), opened.clock() - SETTLED
        found = look(opened.database, gateway, catalog, since, until)
        _tell(found)
        inbox = Inbox(opened.database, lambda: catalog, opened.clock)
        failed = 0 if dry_run or not found.missed else _receive(inbox, found)
    raise SystemExit(1 if failed else 0)


def _tell(found: Recovery) -> None:
    click.echo(f"{found.listed} listed by the provider, {len(found.missed)} never seen here")
    for message in found.missed:
        when = message.received_at.isoformat(timespec="seconds")
        click.echo(f"  {when}  {mask(message.sender)} to {message.recipient}")


def _receive(inbox: Inbox, found: Recovery) -> int:
    """How many failed."""
    answers = receive_missed(inbox.receive, found)
    failed = sum(isinstance(answer, Exception) for answer in answers)
    click.echo(f"{len(answers) - failed} received, {failed} failed")
    return failed


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "found": row.found_at.isoformat(timespec="seconds"),
        "contact": mask(row.address),
        "sender": row.sender,
        "kind": row.kind,
        "error": row.error_code,
    }
