"""Short lists on standard output."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click


def print_rows(rows: Iterable[Mapping[str, Any]], *, as_json: bool) -> None:
    """One row a line: a JSON object, or its values."""
    for row in rows:
        click.echo(json.dumps(row) if as_json else "  ".join(str(v) for v in row.values()))
