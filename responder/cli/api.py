"""`responder api`: tokens for who reads the base, endpoints that are told of every change."""

import click

from responder.cli.endpoints import endpoint
from responder.cli.tokens import token


@click.group()
def api() -> None:
    """Who may read the contact base over HTTP, and who is told of its changes."""


api.add_command(token)
api.add_command(endpoint)
