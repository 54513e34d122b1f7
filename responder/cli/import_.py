"""`responder contacts import`: a file of people, with its provenance or to be suppressed."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from responder.authoring import load_catalog
from responder.authoring.provenance import Stated, load_provenance
from responder.authoring.sheets import digest, open_sheet
from responder.cli.columns import Fields, parse_map
from responder.cli.difference import as_json as machine_readable
from responder.cli.difference import as_text
from responder.cli.importing import Job, carry_out
from responder.cli.opened import Opened, open_database
from responder.cli.progress import many_rows
from responder.core.catalog import Catalog
from responder.core.import_rows import Reader
from responder.core.provenance import FileMark
from responder.errors import ResponderError
from responder.live import open_catalog

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _region(_context: click.Context, _parameter: click.Parameter, country: str) -> str:
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise click.BadParameter(f'"{country}" is no country code: write SE')
    return country.upper()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command line asks for."""

    file: Path
    stated: Path | None
    mapped: Mapping[str, str]
    region: str
    sheet: str | None
    programme: str | None
    rejected: Path | None
    dry_run: bool


@click.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--provenance", "stated", type=_FILE, help="TOML file that says where they come from."
)
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="May be repeated.")
@click.option("--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.option(
    "--country",
    default="SE",
    show_default=True,
    callback=_region,
    help="Of numbers without country code.",
)
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
    mapped = parse_map(mapping)
    asked = _Asked(file, stated, mapped, country, sheet, programme, rejected, dry_run)
    with open_database() as opened:
        catalog = _catalog(opened, dry_run)
        papers = load_provenance(stated, catalog.brand.name, opened.clock()) if stated else None
        rows = open_sheet(file, sheet)
        job = _job(asked, opened, catalog, papers, Fields(rows.columns, mapped))
        for notice in (*rows.notices, *_unread(job.fields.unread(rows.columns))):
            click.echo(f"Note: {notice}", err=True)
        _ask(job)
        with many_rows():
            found, rejects = carry_out(job, rows)
    shown = machine_readable(found, rejects, dry_run) if as_json else None
    click.echo(json.dumps(shown) if shown else as_text(found, rejects, dry_run))
    raise SystemExit(1 if found.bad else 0)


def _catalog(opened: Opened, dry_run: bool) -> Catalog:
    """The catalog; a dry run does not even tell the database of it."""
    if dry_run:
        return load_catalog(opened.settings.config)[0]
    return open_catalog(opened.settings, opened.database, opened.clock())


def _job(
    asked: _Asked, opened: Opened, catalog: Catalog, papers: Stated | None, fields: Fields
) -> Job:
    file = asked.file
    return Job(
        database=opened.database,
        keys=opened.keys,
        clock=opened.clock,
        reader=_reader(asked, catalog, papers, opened),
        file=FileMark(file.name, digest(file)),
        told=_told(asked, papers),
        fields=fields,
        rejected=asked.rejected or file.with_name(f"{file.name}.rejected.csv"),
        dry_run=asked.dry_run,
    )


def _reader(asked: _Asked, catalog: Catalog, papers: Stated | None, opened: Opened) -> Reader:
    programme = asked.programme or (papers.programme if papers else None)
    if programme and programme not in catalog.programmes:
        known = ", ".join(sorted(catalog.programmes))
        raise ResponderError(f'there is no programme "{programme}"; known are: {known}')
    provenance = papers.provenance if papers else None
    return Reader(catalog, asked.region, opened.clock(), provenance, programme)


def _told(asked: _Asked, papers: Stated | None) -> str:
    """How the import is to be done, as text."""
    options = [sorted(asked.mapped.items()), asked.region, asked.sheet, asked.programme]
    return json.dumps({"provenance": papers.text if papers else None, "options": options})


def _unread(columns: list[str]) -> list[str]:
    return [f"these columns are not read: {', '.join(columns)}"] if columns else []


def _ask(job: Job) -> None:
    """A forgotten option must not end a whole base: whoever sits there is asked."""
    if job.reader.provenance is None and not job.dry_run and sys.stdin.isatty():
        click.confirm(
            "Without --provenance everybody in this file is suppressed and opted out. Go on?",
            abort=True,
        )
