"""The command line. Exit status: 0 done, 1 findings, 2 usage, config or environment."""

from importlib import import_module

import click

from responder.errors import ResponderError

_COMMANDS = {
    "run": "serve",
    "serve": "serve",
    "db": "serve",
    "work": "work",
    "check": "check",
    "simulate": "simulate",
    "replay": "replay",
    "schema": "schema",
    "new": "new",
    "poster": "poster",
    "text": "text",
    "understand": "understand",
    "segments": "understand",
    "contacts": "contacts",
    "cases": "cases",
    "retention": "cases",
    "ledger": "ledger",
    "outbox": "outbox",
    "provider": "provider",
    "recover": "provider",
    "api": "api",
}
"""The module of each command. It is imported when it is asked for: `check` needs no server."""


class _Group(click.Group):
    """Maps our exceptions to one message and exit status 2, here and nowhere else."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's)
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"responder.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ResponderError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sms-keyword-responder", prog_name="responder")
def main() -> None:
    """Keyword and virtual-number inbound responder for SMS.

    Example: responder run, and in another terminal: responder text JA
    """
