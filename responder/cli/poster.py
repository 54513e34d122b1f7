"""`responder poster`: what is printed is what people agree to."""

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import click

from responder.authoring import load_catalog
from responder.authoring.poster import Poster, make_poster
from responder.core.addresses import parse_address
from responder.core.catalog import KEYWORD, Catalog, Number, Programme
from responder.errors import ResponderError

_FORMATS = ("svg", "png", "pdf")
_UNFIT = re.compile(r"[^\w.+-]+")


@click.command()
@click.argument("programme")
@click.option("--source", metavar="SOURCE", help="The poster or stand whose keyword is printed.")
@click.option("--number", metavar="NUMBER", help="Default: the programme's first number.")
@click.option("--size", type=click.Choice(["a4", "a5", "sticker"]), default="a4", show_default=True)
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Default: all three.")
@click.option("--out", metavar="FILE", help="Where to write one of them; - is the output.")
@click.option("--force", is_flag=True, help="Overwrite files.")
@click.option("--config", type=click.Path(path_type=Path), help="Default: RESPONDER_CONFIG.")
def poster(
    programme: str,
    source: str | None,
    number: str | None,
    size: str,
    form: str | None,
    out: str | None,
    force: bool,
    config: Path | None,
) -> None:
    """Draw a poster with its QR code: SVG, PNG and PDF. A sticker is A7.

    Example: responder poster klubben --source STAND-A --size a5
    """
    from responder.authoring.poster_draw import DRAWINGS  # noqa: PLC0415 (slow to load)
    from responder.authoring.poster_layout import lay_out  # noqa: PLC0415

    catalog, _ = load_catalog(config or Path(os.environ.get("RESPONDER_CONFIG") or "config"))
    shown = _programme(programme, catalog)
    made = make_poster(shown, _number(number, shown, catalog), source, catalog)
    sheet = lay_out(made, size)
    _tell(made, shown, source)
    if out == "-":
        click.echo(DRAWINGS[_format_of(form, out)](sheet), nl=False)
        return
    stem = _UNFIT.sub("-", "-".join(filter(None, (shown.id, source, size))))
    files = {kind: Path(f"{stem}.{kind}") for kind in ([form] if form else _FORMATS)}
    if out:
        files = {_format_of(form, out): Path(out)}
    if not force:
        _refuse_existing(files.values())
    for kind, path in files.items():
        _write(path, DRAWINGS[kind](sheet))


def _programme(name: str, catalog: Catalog) -> Programme:
    if found := catalog.programmes.get(name):
        return found
    known = ", ".join(sorted(catalog.programmes))
    raise ResponderError(f'there is no programme "{name}". Use one of: {known}')


def _number(wanted: str | None, programme: Programme, catalog: Catalog) -> Number:
    """The number to print, as it is written anywhere: 070-174 06 99 is known by its country."""
    first = catalog.numbers[programme.numbers[0]]
    key = parse_address(wanted, first.country).key if wanted else first.address
    if key in programme.numbers:
        return catalog.numbers[key]
    known = ", ".join(programme.numbers)
    raise ResponderError(f"{wanted} is no number of {programme.id}. Use one of: {known}")


def _tell(made: Poster, programme: Programme, source: str | None) -> None:
    """What the programme's file must say, so that the evidence is what people read."""
    if made.template != " ".join(programme.offer.split()):
        line = f"offer = {json.dumps(made.template, ensure_ascii=False)}"
        click.echo(
            f"The poster says more than the offer of {programme.id}, and only the offer becomes "
            f"evidence. Before you print, write into its file:\n{line}",
            err=True,
        )
    if not made.asks_for:
        click.echo(
            f"The offer does not name the keyword of {source or programme.id}: who follows it "
            f"texts another. Write {KEYWORD} in its place, and each poster prints its own.",
            err=True,
        )


def _format_of(form: str | None, out: str) -> str:
    """What is asked for, else what the file's name ends in."""
    found = form or Path(out).suffix.removeprefix(".").lower()
    if found not in _FORMATS:
        raise click.BadParameter(
            f"Say which of {', '.join(_FORMATS)} it shall be.", param_hint="--format"
        )
    return found


def _refuse_existing(paths: Iterable[Path]) -> None:
    if there := [str(path) for path in paths if path.exists()]:
        raise ResponderError(f"{', '.join(there)} is there already: --force overwrites")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ResponderError(f"{path} cannot be written ({error.strerror})") from error
    click.echo(path)
