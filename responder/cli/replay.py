"""`responder replay`: what another config would have made of the texts that really came."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from responder.authoring import load_catalog
from responder.authoring.replay import Replayed
from responder.authoring.replay import replay as play
from responder.authoring.replay_tally import Difference
from responder.cli.opened import open_database
from responder.cli.parameters import Since
from responder.cli.progress import Progress, many_rows
from responder.cli.replayed import as_json, as_text, lines
from responder.clock import utc_now
from responder.core.catalog import Catalog
from responder.store.recorded import histories


@click.command("replay")
@click.option("--since", default="90d", show_default=True, type=Since(), help="90d, 12h, or ISO.")
@click.option(
    "--config",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The new config folder.",
)
@click.option("--all", "every", is_flag=True, help="Show every group of texts, not only 20.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line, then a summary.")
def replay(since: datetime, folder: Path, every: bool, as_lines: bool) -> None:
    """Decide recorded texts again: with the config in use, and with a new one.

    Shows which texts would be understood differently, who would be in or out, and what the
    answers cost. Nothing is written, and nobody is texted. Exit status 1 where anything differs.

    Example: responder replay --since 90d --config config-next
    """
    found = Difference(load_catalog(folder)[0])
    show = _show_lines if as_lines else _show_nothing
    with many_rows(), open_database() as opened, opened.database.read_long() as connection:
        present, _ = load_catalog(opened.settings.config)
        _walk(connection, since, utc_now(), present, found, show)
    click.echo(json.dumps(as_json(found)) if as_lines else as_text(found, since, folder, every))
    raise SystemExit(0 if found.is_empty else 1)


def _walk(
    connection: Connection,
    begin: datetime,
    now: datetime,
    present: Catalog,
    found: Difference,
    show: Callable[[Replayed], None],
) -> None:
    """Everybody who texted, one after the other."""
    progress = Progress("texts")
    for history in histories(connection, begin):
        replayed = play(history, present, found.catalog, now)
        found.add(replayed)
        show(replayed)
        progress.at(found.messages)
    progress.done()


def _show_lines(one: Replayed) -> None:
    for line in lines(one):
        click.echo(json.dumps(line, ensure_ascii=False))


def _show_nothing(_one: Replayed) -> None:
    """A person reads the sum."""
