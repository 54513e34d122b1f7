"""What every act for one person is told, and how it says what it did."""

import click

from responder.cli.parameters import given_address
from responder.core.addresses import Address
from responder.store.acts import Done, Result


def _address(context: click.Context, _parameter: click.Parameter, value: str) -> Address:
    address = given_address(value, context.params.get("country", "SE"))
    if address.kind not in ("phone", "channel"):
        raise click.BadParameter("this is no telephone number: write it as +46701740605")
    return address


def _not_empty(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("say something here: it is kept as evidence")
    return value.strip() if value else value


who = click.argument("address", callback=_address)
country = click.option(
    "--country", default="SE", show_default=True, is_eager=True, help="For a number without +."
)
actor = click.option(
    "--actor", required=True, callback=_not_empty, help="Who does this: a name or a staff number."
)
reason = click.option("--reason", required=True, callback=_not_empty, help="Why; kept as evidence.")
silent = click.option(
    "--silent",
    callback=_not_empty,
    metavar="WHY",
    help="Send no text about it, and why.",
)


def report(result: Result, done: str) -> None:
    """Say what was done. A refusal, or nobody to do it for, is exit status 1."""
    if result.done is Done.DONE:
        told = "one text tells them" if result.told else f"no text is sent: {result.why_not}"
        click.echo(f"{done}; {told}")
        return
    click.echo(str(result.done), err=result.done is not Done.ALREADY)
    raise SystemExit(0 if result.done is Done.ALREADY else 1)
