"""`responder schema`: what an editor needs to complete and explain keys."""

import json
from pathlib import Path

import click

from responder.authoring.json_schema import FILES, json_schema
from responder.errors import ResponderError

_NAMES = {"house": "responder.schema.json", "programme": "programme.schema.json"}


@click.command()
@click.argument("name", type=click.Choice(list(FILES)), required=False)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Write {' and '.join(_NAMES.values())} there.",
)
def schema(name: str | None, out: Path | None) -> None:
    """Print the JSON Schema of responder.toml (house) or of a programme.

    Editors with Taplo (Even Better TOML) complete and explain keys where the first line of a file
    names its schema: "#:schema ./responder.schema.json" in responder.toml, and
    "#:schema ../programme.schema.json" in programmes/*.toml.

    Example: responder schema --out config
    """
    if not name and not out:
        raise click.UsageError("Name one of house and programme, or write both with --out DIR.")
    for one in (name,) if name else FILES:
        text = json.dumps(json_schema(FILES[one]), ensure_ascii=False, indent=2) + "\n"
        if out is None:
            click.echo(text, nl=False)
        else:
            _write(out / _NAMES[one], text)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ResponderError(f"{path} cannot be written ({error.strerror})") from error
    click.echo(f"Wrote {path}.")
