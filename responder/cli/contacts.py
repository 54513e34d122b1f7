"""`responder contacts`: the contact base, and everything about one person."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from responder.authoring import load_catalog
from responder.cli.dossier import render
from responder.cli.erase import erase
from responder.cli.export import export
from responder.cli.import_ import import_
from responder.cli.opened import open_database
from responder.cli.parameters import given_address
from responder.cli.rights import opt_out, record, suppress
from responder.cli.subject import render as render_subject
from responder.errors import ResponderError
from responder.store.dossier import dossier, suppressions_of
from responder.store.subject import subject_copy


@click.group()
def contacts() -> None:
    """The contact base."""


@contacts.command()
@click.argument("address")
@click.option("--country", default="SE", show_default=True, help="For a number without +.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option("--subject", is_flag=True, help="The copy that the person may ask for (GDPR 15).")
def show(address: str, country: str, as_json: bool, subject: bool) -> None:
    """Show everything that is stored about one person, and why we answered so.

    ADDRESS - reads standard input, which keeps a number out of the shell's history.

    Example: responder contacts show +46701740605
    """
    key = given_address(address, country).key
    with open_database() as opened, opened.database.read() as connection:
        hashes = opened.keys.suppression_hashes(key)
        catalog = load_catalog(opened.settings.config)[0] if subject else None
        found = subject_copy(connection, key, catalog) if catalog else None
        file = None if catalog else dossier(connection, key, hashes)
        listed = suppressions_of(connection, hashes)
    if found is None and file is None:
        raise ResponderError(f"nothing is stored about this address{_suppressed(listed)}")
    whole = found or (asdict(file) if file else {})
    if as_json:
        click.echo(json.dumps(whole, default=_text, ensure_ascii=False))
    else:
        click.echo(render_subject(found) if found else render(file) if file else "")


def _suppressed(listed: list[dict[str, Any]]) -> str:
    return "".join(
        f"; it is suppressed since {row['since']:%Y-%m-%d} ({row['reason']})" for row in listed
    )


contacts.add_command(import_, "import")
for command in (export, opt_out, suppress, record, erase):
    contacts.add_command(command)


def _text(value: datetime) -> str:
    return value.isoformat(timespec="seconds")
