"""`responder api`: tokens for who reads the base, endpoints that are told of every change."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import click
from sqlalchemy import Connection, Row

from responder.errors import ResponderError
from responder.feed import check_url, secret_of
from responder.keys import Keys
from responder.settings import load_settings
from responder.store import endpoints
from responder.store.clock import DatabaseClock
from responder.store.database import Database
from responder.store.endpoints import GIVEN_UP
from responder.store.migrate import require_current
from responder.store.tokens import Scope, create_token, revoke_token, tokens

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


class NoSuchThing(ResponderError):
    """A token or endpoint that is not there; the text says how to list them."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """One write transaction, and what else the commands need."""

    connection: Connection
    keys: Keys
    now: datetime
    local: bool


@click.group()
def api() -> None:
    """Who may read the contact base over HTTP, and who is told of its changes."""


@api.group()
def token() -> None:
    """Tokens for /api/v1, each with the scopes it needs and no more."""


@token.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may do; give it once for each.",
)
@_as_json
def create(name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Make a token and show it, this once.

    Example: responder api token create "campaign tool" --scope changes:read --scope may-send
    """
    if not 0 < len(name) <= 64:
        raise click.BadParameter("write a name of 1 to 64 characters", param_hint="NAME")
    with _desk() as desk:
        wanted = map(Scope, scopes)
        made = create_token(desk.connection, desk.keys.token_hash, name, wanted, desk.now)
    if as_json:
        click.echo(json.dumps({"id": made[0], "token": made[1]}))
        return
    click.echo(made[1])
    click.echo("Keep it now: it is not shown again.", err=True)


@token.command("list")
@_as_json
def list_tokens(as_json: bool) -> None:
    """List every token, also those that were revoked; never the tokens themselves.

    Example: responder api token list
    """
    with _desk() as desk:
        rows = [_shown_token(row) for row in tokens(desk.connection)]
    _print(rows, as_json)


@token.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """End a token, at once and for good.

    Example: responder api token revoke 0197c0ffee007000800000000000abcd
    """
    with _desk() as desk:
        if not revoke_token(desk.connection, token_id, desk.now):
            raise NoSuchThing(f"no valid token {token_id}: see responder api token list")
    click.echo("revoked")


@api.group()
def endpoint() -> None:
    """Addresses that every change is posted to, signed (Standard Webhooks)."""


@endpoint.command("add")
@click.argument("url")
@_as_json
def add(url: str, as_json: bool) -> None:
    """Post what happens from now on to an address; shows its secret, this once.

    Example: responder api endpoint add https://campaigns.example.com/hooks/consent
    """
    with _desk() as desk:
        check_url(url, desk.local)
        row = endpoints.add(desk.connection, url, desk.now)
        secret = secret_of(desk.keys, row.salt)
    _print_secret(row.id, secret, as_json)


@endpoint.command("list")
@_as_json
def list_endpoints(as_json: bool) -> None:
    """List the endpoints, how far each has come, and since when one fails.

    Example: responder api endpoint list
    """
    with _desk() as desk:
        rows = [_shown_endpoint(row, desk.now) for row in endpoints.endpoints(desk.connection)]
    _print(rows, as_json)


@endpoint.command("rotate")
@click.argument("endpoint_id", metavar="ID")
@_as_json
def rotate(endpoint_id: str, as_json: bool) -> None:
    """Give an endpoint a new secret; for 24 hours the former one signs too.

    Example: responder api endpoint rotate 0197c0ffee007000800000000000abcd
    """
    with _desk() as desk:
        row = _found(endpoints.rotate(desk.connection, endpoint_id, desk.now), endpoint_id)
        secret = secret_of(desk.keys, row.salt)
    _print_secret(row.id, secret, as_json)


@endpoint.command("resume")
@click.argument("endpoint_id", metavar="ID")
def resume(endpoint_id: str) -> None:
    """Try an endpoint again at once, from where it stopped.

    Example: responder api endpoint resume 0197c0ffee007000800000000000abcd
    """
    with _desk() as desk:
        row = _found(endpoints.resume(desk.connection, endpoint_id), endpoint_id)
    click.echo(f"goes on from {row.position}")


@endpoint.command("remove")
@click.argument("endpoint_id", metavar="ID")
def remove(endpoint_id: str) -> None:
    """Post nothing to an endpoint any more.

    Example: responder api endpoint remove 0197c0ffee007000800000000000abcd
    """
    with _desk() as desk:
        _found(endpoints.remove(desk.connection, endpoint_id, desk.now), endpoint_id)
    click.echo("removed")


@contextmanager
def _desk() -> Iterator[_Desk]:
    settings = load_settings(os.environ)
    database = Database(settings.database_url)
    keys = Keys(settings.secret_key, settings.former_secret_keys)
    try:
        now = DatabaseClock(database)()
        with database.write() as connection:
            require_current(connection)
            yield _Desk(connection, keys, now, settings.local)
    finally:
        database.dispose()


def _found(row: Row[Any] | None, endpoint_id: str) -> Row[Any]:
    if row is None:
        raise NoSuchThing(f"no endpoint {endpoint_id}: see responder api endpoint list")
    return row


def _shown_token(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "created": row.created_at.isoformat(timespec="seconds"),
        "revoked": row.revoked_at.isoformat(timespec="seconds") if row.revoked_at else "-",
    }


def _shown_endpoint(row: Row[Any], now: datetime) -> dict[str, Any]:
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


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    for row in rows:
        click.echo(json.dumps(row) if as_json else "  ".join(str(v) for v in row.values()))


def _print_secret(endpoint_id: str, secret: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"id": endpoint_id, "secret": secret}))
        return
    click.echo(f"{endpoint_id}  {secret}")
    click.echo("Keep the secret now: it is not shown again.", err=True)
