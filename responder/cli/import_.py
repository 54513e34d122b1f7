"""`responder contacts import`: a file of people, with its provenance or to be suppressed."""

import json
import os
import sys
from pathlib import Path

import click

from responder.app import open_catalog
from responder.authoring import load_catalog
from responder.authoring.provenance import load_provenance
from responder.authoring.sheets import digest, open_sheet
from responder.cli.columns import Fields, parse_map
from responder.cli.difference import as_json as machine_readable
from responder.cli.difference import as_text
from responder.cli.importing import Job, carry_out
from responder.cli.progress import many_rows
from responder.core.import_rows import Reader
from responder.core.provenance import FileMark
from responder.errors import ResponderError
from responder.keys import Keys
from responder.settings import load_settings
from responder.store.clock import DatabaseClock
from responder.store.database import Database
from responder.store.migrate import require_current

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--provenance", "stated", type=_FILE, help="TOML file that says where they come from."
)
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="May be repeated.")
@click.option("--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.option("--country", default="SE", show_default=True, help="Of numbers without country code.")
@click.option("--sheet", help="Which sheet of a workbook; the first where none is named.")
@click.option("--programme", help="For rows that name none.")
@click.option(
    "--rejected",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where bad rows go.  [default: FILE.rejected.csv]",
)
@click.option("--json", "as_json", is_flag=True, help="The difference as one JSON object.")
def import_(
    file: Path,
    stated: Path | None,
    mapping: tuple[str, ...],
    dry_run: bool,
    country: str,
    sheet: str | None,
    programme: str | None,
    rejected: Path | None,
    as_json: bool,
) -> None:
    """Bring people from a CSV, XLSX or JSON Lines file into the base.

    With --provenance, who is new comes in; whoever ended, declined or was erased stays out,
    whatever the file says. Without it, everybody in the file is suppressed. Fields: address,
    programme, language, tags, since, source, sale_date, name, answer_…, state. Good rows are
    kept when others are bad; exit 1 where any is. An import that was stopped goes on where it
    stopped when it is started again.

    Example: responder contacts import leads.csv --provenance leads.toml --dry-run
    """
    settings = load_settings(os.environ)
    database = Database(settings.database_url)
    try:
        clock = DatabaseClock(database)
        with database.read() as connection:
            require_current(connection)
        catalog = (
            load_catalog(settings.config)[0]
            if dry_run
            else open_catalog(settings, database, clock())
        )
        papers = load_provenance(stated, catalog.brand.name, clock()) if stated else None
        mapped = parse_map(mapping)
        opened = open_sheet(file, sheet)
        fields = Fields(opened.columns, mapped)
        reader = Reader(
            catalog=catalog,
            region=_region(country),
            now=clock(),
            provenance=papers.provenance if papers else None,
            programme=programme or (papers.programme if papers else None),
        )
        _require_known(reader)
        job = Job(
            database=database,
            keys=Keys(settings.secret_key, settings.former_secret_keys),
            clock=clock,
            reader=reader,
            file=FileMark(file.name, digest(file)),
            told=json.dumps(
                {
                    "provenance": papers.text if papers else None,
                    "options": [sorted(mapped.items()), country, sheet, programme],
                }
            ),
            fields=fields,
            rejected=rejected or file.with_name(f"{file.name}.rejected.csv"),
            dry_run=dry_run,
        )
        for notice in (*opened.notices, *_unread(fields.unread(opened.columns))):
            click.echo(f"Note: {notice}", err=True)
        _ask(job)
        with many_rows():
            found, rejects = carry_out(job, opened)
    finally:
        database.dispose()
    shown = machine_readable(found, rejects, dry_run) if as_json else None
    click.echo(json.dumps(shown) if shown else as_text(found, rejects, dry_run))
    raise SystemExit(1 if found.bad else 0)


def _region(country: str) -> str:
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise click.BadParameter(
            f'"{country}" is no country code: write SE', param_hint="--country"
        )
    return country.upper()


def _unread(columns: list[str]) -> list[str]:
    return [f"these columns are not read: {', '.join(columns)}"] if columns else []


def _require_known(reader: Reader) -> None:
    known = reader.catalog.programmes
    if reader.programme and reader.programme not in known:
        named = ", ".join(sorted(known))
        raise ResponderError(f'there is no programme "{reader.programme}"; known are: {named}')


def _ask(job: Job) -> None:
    """A forgotten option must not end a whole base: whoever sits there is asked."""
    if job.reader.provenance is None and not job.dry_run and sys.stdin.isatty():
        click.confirm(
            "Without --provenance everybody in this file is suppressed and opted out. Go on?",
            abort=True,
        )
