"""`responder api token`: who may read the contact base over HTTP."""

import json
from typing import Any

import click
from sqlalchemy import Row

from responder.cli.opened import open_database
from responder.cli.rows import print_rows
from responder.errors import ResponderError
from responder.store.tokens import Scope, create_token, revoke_token, tokens

_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")


@click.group()
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
    with open_database() as opened, opened.database.write() as connection:
        wanted = map(Scope, scopes)
        made = create_token(connection, opened.keys.token_hash, name, wanted, opened.clock())
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
    with open_database() as opened, opened.database.read() as connection:
        rows = [_shown(row) for row in tokens(connection)]
    print_rows(rows, as_json=as_json)


@token.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """End a token, at once and for good.

    Example: responder api token revoke 0197c0ffee007000800000000000abcd
    """
    with open_database() as opened, opened.database.write() as connection:
        if not revoke_token(connection, token_id, opened.clock()):
            raise ResponderError(f"no valid token {token_id}: see responder api token list")
    click.echo("revoked")


def _shown(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "created": row.created_at.isoformat(timespec="seconds"),
        "revoked": row.revoked_at.isoformat(timespec="seconds") if row.revoked_at else "-",
    }
