"""`responder contacts export` and `responder contacts show`."""

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, TextIO

import click

from responder.cli.dossier import render
from responder.core.addresses import parse_address
from responder.errors import ResponderError
from responder.settings import load_settings
from responder.store.database import Database
from responder.store.migrate import require_current
from responder.store.reports import FIELDS, dossier, subscriptions

_STATES = ("active", "pending", "ended", "all")
Rows = Iterable[dict[str, Any]]


@click.group()
def contacts() -> None:
    """The contact base."""


@contacts.command()
@click.option("--programme", help="Only this programme (its file's name).")
@click.option("--state", type=click.Choice(_STATES), default="active", show_default=True)
@click.option("--format", "form", type=click.Choice(("csv", "jsonl")), default="csv")
def export(programme: str | None, state: str, form: str) -> None:
    """Write one row a subscription to standard output; streams, whatever the size.

    Example: responder contacts export --programme klubben --format jsonl > klubben.jsonl
    """
    write: Callable[[Rows, TextIO], int] = _write_csv if form == "csv" else _write_jsonl
    with _reading() as connection:
        rows = subscriptions(connection, programme, None if state == "all" else state)
        count = write(rows, sys.stdout)
    click.echo(f"{count} subscriptions", err=True)


@contacts.command()
@click.argument("address")
@click.option("--country", default="SE", show_default=True, help="For a number without +.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
def show(address: str, country: str, as_json: bool) -> None:
    """Show everything that is stored about one person, and why we answered so.

    ADDRESS - reads standard input, which keeps a number out of the shell's history.

    Example: responder contacts show +46701740605
    """
    key = parse_address(sys.stdin.readline() if address == "-" else address, country).key
    with _reading() as connection:
        found = dossier(connection, key)
    if found is None:
        raise ResponderError("nothing is stored about this address")
    if as_json:
        click.echo(json.dumps(asdict(found), default=_text, ensure_ascii=False))
    else:
        click.echo(render(found))


@contextmanager
def _reading() -> Iterator[Any]:
    database = Database(load_settings(os.environ).database_url)
    try:
        with database.read() as connection:
            require_current(connection)
            yield connection
    finally:
        database.dispose()


def _write_jsonl(rows: Rows, out: TextIO) -> int:
    count = 0
    for row in rows:
        out.write(json.dumps(row, default=_text, ensure_ascii=False) + "\n")
        count += 1
    return count


def _write_csv(rows: Rows, out: TextIO) -> int:
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    count = 0
    for row in rows:
        writer.writerow([_safe_cell(name, value) for name, value in row.items()])
        count += 1
    return count


_FREE_TEXT = ("keyword", "source")


def _safe_cell(name: str, value: Any) -> Any:
    """A spreadsheet must not run what a marketer or a consumer wrote as a formula."""
    if name in _FREE_TEXT and isinstance(value, str) and value[:1] in "=+-@\t\r":
        return f"'{value}"
    return _text(value) if isinstance(value, datetime) else value


def _text(value: datetime) -> str:
    return value.isoformat(timespec="seconds")
