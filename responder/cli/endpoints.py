"""`responder api endpoint`: who is told of every change."""

import json
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Row

from responder.cli.opened import open_database
from responder.cli.rows import print_rows
from responder.errors import ResponderError
from responder.feed import check_url, secret_of
from responder.store import endpoints
from responder.store.endpoints import GIVEN_UP

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
def endpoint() -> None:
    """Addresses that every change is posted to, signed (Standard Webhooks)."""


@endpoint.command("add")
@click.argument("url")
@_as_json
def add(url: str, as_json: bool) -> None:
    """Post what happens from now on to an address; shows its secret, this once.

    Example: responder api endpoint add https://campaigns.example.com/hooks/consent
    """
    with open_database() as opened, opened.database.write() as connection:
        check_url(url, opened.settings.local)
        row = endpoints.add(connection, url, opened.clock())
        secret = secret_of(opened.keys, row.salt)
    _print_secret(row.id, secret, as_json)


@endpoint.command("list")
@_as_json
def list_endpoints(as_json: bool) -> None:
    """List the endpoints, how far each has come, and since when one fails.

    Example: responder api endpoint list
    """
    with open_database() as opened, opened.database.read() as connection:
        now = opened.clock()
        rows = [_shown(row, now) for row in endpoints.endpoints(connection)]
    print_rows(rows, as_json=as_json)


@endpoint.command("rotate")
@click.argument("endpoint_id", metavar="ID")
@_as_json
def rotate(endpoint_id: str, as_json: bool) -> None:
    """Give an endpoint a new secret; for 24 hours the former one signs too.

    Example: responder api endpoint rotate 0197c0ffee007000800000000000abcd
    """
    with open_database() as opened, opened.database.write() as connection:
        row = _found(endpoints.rotate(connection, endpoint_id, opened.clock()), endpoint_id)
        secret = secret_of(opened.keys, row.salt)
    _print_secret(row.id, secret, as_json)


@endpoint.command("resume")
@click.argument("endpoint_id", metavar="ID")
def resume(endpoint_id: str) -> None:
    """Try an endpoint again at once, from where it stopped.

    Example: responder api endpoint resume 0197c0ffee007000800000000000abcd
    """
    with open_database() as opened, opened.database.write() as connection:
        row = _found(endpoints.resume(connection, endpoint_id), endpoint_id)
    click.echo(f"goes on from {row.position}")


@endpoint.command("remove")
@click.argument("endpoint_id", metavar="ID")
def remove(endpoint_id: str) -> None:
    """Post nothing to an endpoint any more.

    Example: responder api endpoint remove 0197c0ffee007000800000000000abcd
    """
    with open_database() as opened, opened.database.write() as connection:
        _found(endpoints.remove(connection, endpoint_id, opened.clock()), endpoint_id)
    click.echo("removed")


def _found(row: Row[Any] | None, endpoint_id: str) -> Row[Any]:
    if row is None:
        raise ResponderError(f"no endpoint {endpoint_id}: see responder api endpoint list")
    return row


def _shown(row: Row[Any], now: datetime) -> dict[str, Any]:
    failing = row.failing_since
    state = "well"
    if failing:
        state = "given up" if now - failing >= GIVEN_UP else "failing"
    return {
        "id": row.id,
        "url": row.url,
        "position": row.position,
        "state": state,
        "failing_since": failing.isoformat(timespec="seconds") if failing else "-",
    }


def _print_secret(endpoint_id: str, secret: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"id": endpoint_id, "secret": secret}))
        return
    click.echo(f"{endpoint_id}  {secret}")
    click.echo("Keep the secret now: it is not shown again.", err=True)
