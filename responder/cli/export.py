"""`responder contacts export`: the contact base as CSV, XLSX or JSON Lines."""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Connection

from responder.cli.opened import open_database
from responder.cli.progress import Progress, many_rows
from responder.core.import_rows import read_day
from responder.errors import ResponderError
from responder.export.forms import WRITERS, Pages
from responder.export.whole import whole_file
from responder.store.reports import Filters, Row, programmes, questions, subscriptions

_STATES = ("active", "pending", "ended", "all")


@click.command()
@click.option("--programme", help="Only this programme (its file's name).")
@click.option("--state", type=click.Choice(_STATES), default="active", show_default=True)
@click.option("--format", "form", type=click.Choice(("csv", "xlsx", "jsonl")), default="csv")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
@click.option("--source", multiple=True, help="Joined at this poster or stand. May be repeated.")
@click.option("--country", multiple=True, help="Of this country, such as SE. May be repeated.")
@click.option("--language", multiple=True, help="Of this language, such as sv. May be repeated.")
@click.option("--tag", multiple=True, help="With this tag. May be repeated.")
@click.option("--since", metavar="DAY", help="Joined on this day (UTC) or later.")
@click.option("--until", metavar="DAY", help="Joined on this day (UTC) or earlier.")
@click.option("--answer", multiple=True, metavar="NAME=VALUE", help="With this answer.")
def export(
    programme: str | None,
    state: str,
    form: str,
    out: Path | None,
    source: tuple[str, ...],
    country: tuple[str, ...],
    language: tuple[str, ...],
    tag: tuple[str, ...],
    since: str | None,
    until: str | None,
    answer: tuple[str, ...],
) -> None:
    """Write one row a subscription; streams, whatever the size.

    Example: responder contacts export --programme klubben --format xlsx --out klubben.xlsx
    """
    filters = Filters(
        sources=source,
        countries=[one.upper() for one in country],
        languages=[one.lower() for one in language],
        tags=tag,
        since=_day(since, "--since"),
        until=_after(until),
        answers=dict(_pair(one) for one in answer),
    )
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("a workbook is no text for a terminal: give --out FILE")
    with many_rows(), open_database() as opened, opened.database.read_long() as connection:
        _require_known(connection, programme)
        pages = subscriptions(connection, programme, None if state == "all" else state, filters)
        asked = questions(connection, programme) if programme and form != "jsonl" else []
        count = _write(form, _watched(pages), out, asked)
    click.echo(f"{count} subscriptions", err=True)


def _write(form: str, pages: Pages, out: Path | None, asked: Sequence[str]) -> int:
    if out is None:
        return WRITERS[form](pages, sys.stdout.buffer, asked)
    with whole_file(out) as file:
        return WRITERS[form](pages, file, asked)


def _watched(pages: Iterator[list[Row]]) -> Iterator[list[Row]]:
    progress, count = Progress("subscriptions"), 0
    for page in pages:
        yield page
        count += len(page)
        progress.at(count)
    progress.done()


def _require_known(connection: Connection, programme: str | None) -> None:
    """Raises ResponderError where there is no programme of this name, nor ever was."""
    if programme is None or programme in (known := programmes(connection)):
        return
    named = f"known are: {', '.join(known)}" if known else "none is known yet"
    raise ResponderError(f'there is no programme "{programme}"; {named}')


def _day(given: str | None, option: str) -> datetime | None:
    at = read_day(given) if given else None
    if given and at is None:
        raise click.BadParameter(f'"{given}" is no day: write 2026-11-21', param_hint=option)
    return at


def _after(given: str | None) -> datetime | None:
    """The end of a day; a time as it is."""
    at = _day(given, "--until")
    return at + timedelta(days=1) if at and given and len(given) <= 10 else at


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        raise click.BadParameter(f'"{given}": write NAME=VALUE', param_hint="--answer")
    return name.strip(), value.strip()
