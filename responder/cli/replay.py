"""`responder replay`: what another config would have made of the texts that really came."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from responder.authoring import load_catalog
from responder.authoring.expectations import span
from responder.authoring.replay import Replayed
from responder.authoring.replay import replay as play
from responder.authoring.replay_tally import Difference
from responder.cli.progress import Progress, many_rows
from responder.cli.replayed import as_json, as_text, lines
from responder.clock import utc_now
from responder.core.catalog import Catalog
from responder.settings import load_settings
from responder.store.database import Database
from responder.store.migrate import require_current
from responder.store.recorded import histories


@click.command("replay")
@click.option("--since", default="90d", show_default=True, metavar="TIME", help="90d, 12h, or ISO.")
@click.option(
    "--config",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The new config folder.",
)
@click.option("--all", "every", is_flag=True, help="Show every group of texts, not only 20.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line, then a summary.")
def replay(since: str, folder: Path, every: bool, as_lines: bool) -> None:
    """Decide recorded texts again: with the config in use, and with a new one.

    Shows which texts would be understood differently, who would be in or out, and what the
    answers cost. Nothing is written, and nobody is texted. Exit status 1 where anything differs.

    Example: responder replay --since 90d --config config-next
    """
    settings, now = load_settings(os.environ), utc_now()
    begin = _begin(since, now)
    present, new = load_catalog(settings.config)[0], load_catalog(folder)[0]
    found = Difference(new)
    show = _show_lines if as_lines else _show_nothing
    with many_rows(), _reading(settings.database_url) as connection:
        _walk(connection, begin, now, present, found, show)
    click.echo(json.dumps(as_json(found)) if as_lines else as_text(found, begin, folder, every))
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


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    database = Database(url)
    try:
        with database.read_long() as connection:
            require_current(connection)
            yield connection
    finally:
        database.dispose()


def _begin(since: str, now: datetime) -> datetime:
    """A span before now, or a time; without a zone it is UTC."""
    if (back := span(f"+{since}")) is not None:
        return now - back
    try:
        given = datetime.fromisoformat(since)
    except ValueError:
        raise click.BadParameter(
            f'"{since}" is no time: write 90d, 12h or 2026-06-01T12:00', param_hint="--since"
        ) from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)
