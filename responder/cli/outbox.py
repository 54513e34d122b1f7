"""`responder outbox list` and `requeue`: what could not be delivered."""

from typing import Any

import click

from responder.cli.opened import open_database
from responder.cli.rows import print_rows
from responder.core.addresses import mask
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
    with open_database() as opened, opened.database.read() as connection:
        rows = [_shown(row) for row in dead_letters(connection, limit)]
    print_rows(rows, as_json=as_json)
    click.echo(f"{len(rows)} dead letters", err=True)


@outbox.command()
@click.argument("ids", nargs=-1, required=True)
def requeue(ids: tuple[str, ...]) -> None:
    """Send dead letters again, by the ids that `list` shows.

    Example: responder outbox requeue 0197c0ffee007000800000000000abcd
    """
    with open_database() as opened, opened.database.write() as connection:
        count = requeue_rows(connection, ids, opened.clock())
    click.echo(f"{count} of {len(ids)} will be sent again")


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
