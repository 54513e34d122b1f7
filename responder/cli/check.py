"""`responder check`: what is wrong with the marketers' files."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from responder.authoring import examine


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True, help="One JSON object with every problem.")
def check(directory: Path | None, as_json: bool) -> None:
    """Check a config folder (RESPONDER_CONFIG, or config): every problem at once.

    Exit status 1 if there is one.

    Example: responder check config
    """
    folder = directory or Path(os.environ.get("RESPONDER_CONFIG") or "config")
    examined = examine(folder)
    if as_json:
        problems = [asdict(problem) for problem in examined.problems]
        click.echo(json.dumps({"problems": problems}, ensure_ascii=False))
    else:
        for problem in examined.problems:
            click.echo(f"{folder}/{problem}")
        click.echo(_summary(folder, len(examined.problems)))
    if examined.problems:
        raise SystemExit(1)


def _summary(folder: Path, count: int) -> str:
    if count == 0:
        return f"{folder}: no problems."
    return f"{folder}: {count} problem{'s' if count > 1 else ''}; nothing starts on this config."
