"""`responder contacts opt-out|suppress|record|erase`: what a colleague does for one person."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from responder.authoring.own_evidence import KINDS, load_evidence
from responder.cli.house import House, open_house
from responder.core.acts import Act
from responder.core.addresses import Address, mask, parse_address
from responder.errors import ResponderError
from responder.store import acts
from responder.store.acts import Done, Result
from responder.store.erase import Plan, plan
from responder.store.erase import erase as erase_person

_CHANNELS = ("phone", "letter", "email", "in_person")


def _address(context: click.Context, _parameter: click.Parameter, value: str) -> Address:
    given = sys.stdin.readline() if value == "-" else value
    country = context.params.get("country", "SE")
    address = parse_address(given, country)
    if address.kind not in ("phone", "channel"):
        raise click.BadParameter("this is no telephone number: write it as +46701740605")
    return address


def _not_empty(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("say something here: it is kept as evidence")
    return value.strip() if value else value


_who = click.argument("address", callback=_address)
_country = click.option(
    "--country", default="SE", show_default=True, is_eager=True, help="For a number without +."
)
_actor = click.option(
    "--actor", required=True, callback=_not_empty, help="Who does this: a name or a staff number."
)
_reason = click.option(
    "--reason", required=True, callback=_not_empty, help="Why; kept as evidence."
)
_silent = click.option(
    "--silent",
    callback=_not_empty,
    metavar="WHY",
    help="Send no text about it, and why.",
)


@click.command("opt-out")
@_who
@_country
@click.option("--programme", help="Only this programme; otherwise everything ends.")
@click.option("--channel", type=click.Choice(_CHANNELS), required=True, help="How they asked.")
@_actor
@_reason
@_silent
def opt_out(
    address: Address,
    country: str,
    programme: str | None,
    channel: str,
    actor: str,
    reason: str,
    silent: str | None,
) -> None:
    """End what a person asked you to end. They get one text that says so.

    ADDRESS - reads standard input, which keeps a number out of the shell's history.

    Example: responder contacts opt-out +46701740605 --channel phone --actor Kim --reason "called"
    """
    del country
    with open_house() as house, house.database.write() as connection:
        act = Act(actor, reason, channel, silent or "")
        only = house.programme(programme)
        done = acts.opt_out(connection, address, only, act, house.catalog, house.now)
    _report(done, f"{mask(address.key)} has left {programme or 'everything'}")


@click.command()
@_who
@_country
@_actor
@_reason
@_silent
def suppress(address: Address, country: str, actor: str, reason: str, silent: str | None) -> None:
    """Put a number on the suppression list, also one that nobody here knows.

    Only a keyed hash of it is kept there. Whoever is known leaves everything. No import brings
    them back; a text of their own does.

    Example: responder contacts suppress +46701740605 --actor Kim --reason "wrong number"
    """
    del country
    with open_house() as house, house.database.write() as connection:
        act = Act(actor, reason, silent=silent or "")
        done = acts.suppress_address(connection, house.keys, address, act, house.catalog, house.now)
    _report(done, f"{mask(address.key)} is suppressed")


@click.command()
@_who
@_country
@click.option("--programme", required=True, help="What they join (its file's name).")
@click.option("--kind", type=click.Choice(tuple(KINDS)), required=True, help="How they agreed.")
@click.option("--evidence", required=True, type=click.Path(path_type=Path), help="A TOML file.")
@_actor
@_reason
@_silent
def record(
    address: Address,
    country: str,
    programme: str,
    kind: str,
    evidence: Path,
    actor: str,
    reason: str,
    silent: str | None,
) -> None:
    """Record an opt-in that was spoken, signed on paper or given in a form.

    The evidence file needs at and text (what they agreed to, word for word), and, spoken:
    recording, agent; paper: form, scan; form: url, version, ip, user_agent, token. Whoever has
    left is refused: only a text of their own brings them back.

    Example: responder contacts record +46701740605 --programme klubben --kind paper --evidence
    slip-114.toml --actor Kim --reason "signed at the till"
    """
    del country
    with open_house() as house:
        given = load_evidence(evidence, kind, house.catalog.brand.name, house.now)
        joins = house.programme(programme)
        assert joins  # noqa: S101 (the option is required)
        act = Act(actor, reason, given.channel, silent or "")
        with house.database.write() as connection:
            done = acts.join(
                connection, house.keys, address, joins, given, act, house.catalog, house.now
            )
    _report(done, f"{mask(address.key)} is recorded in {programme}")


@click.command()
@_who
@_country
@_actor
@_reason
@_silent
@click.option("--dry-run", is_flag=True, help="Only print what would go and what stays.")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
@click.option("--json", "as_json", is_flag=True, help="What goes and what stays as JSON.")
def erase(
    address: Address,
    country: str,
    actor: str,
    reason: str,
    silent: str | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Delete a person: number, texts, answers and evidence; a keyed hash of the number stays.

    Everything ends at once, and one text tells them; what is stored is deleted when it has left.
    With --silent, and for who cannot be told, that is now. REASON is kept: name nobody in it.

    Example: responder contacts erase +46701740605 --actor Kim --reason "letter of 3 October"
    """
    del country
    with open_house() as house:
        _show_plan(house, address, as_json=as_json)
        if dry_run:
            return
        if not yes:
            click.confirm("Delete this for good?", abort=True, err=True)
        _erase(house, address, Act(actor, reason, "staff", silent or ""))


def _erase(house: House, address: Address, act: Act) -> None:
    with house.database.write() as connection:
        done = acts.request_erasure(connection, address, act, house.catalog, house.now)
        contact_id = acts.find(connection, address)
        if done.done is Done.DONE and not done.told and contact_id:
            erase_person(
                connection, house.keys, contact_id, act.actor, act.reason, house.catalog, house.now
            )
    if done.told:
        click.echo("Everything has ended. One text tells them; when it has left, all is deleted.")
    else:
        _report(done, f"{mask(address.key)} is erased")


def _show_plan(house: House, address: Address, *, as_json: bool) -> None:
    with house.database.read() as connection:
        contact_id = acts.find(connection, address)
        if contact_id is None:
            raise ResponderError("nothing is stored about this address")
        planned = plan(connection, contact_id, house.now)
    if as_json:
        click.echo(orjson.dumps(_as_json(planned)))
        return
    for name, rows in planned.goes.items():
        click.echo(f"goes   {name}: {rows}")
    for line in _stays(planned):
        click.echo(f"stays  {line}")


def _stays(planned: Plan) -> Iterator[str]:
    yield "the ledger's events without their content, so that it can still be verified"
    yield "the provider's message ids, so that a repeated delivery brings nobody back"
    yield "a keyed hash of the number, so that no import brings them back"
    if planned.duty and planned.until:
        until = f"{planned.until:%Y-%m-%d}"
        yield f"proof of consent: {planned.stays}, until {until} ({planned.duty.source})"


def _as_json(planned: Plan) -> dict[str, Any]:
    source = planned.duty.source if planned.duty else None
    kept = {"rows": planned.stays, "until": planned.until, "source": source}
    return {"goes": planned.goes, "stays": list(_stays(planned)), "proof": kept}


def _report(result: Result, done: str) -> None:
    """Say what was done. A refusal, or nobody to do it for, is exit status 1."""
    if result.done is Done.DONE:
        told = "one text tells them" if result.told else f"no text is sent: {result.why_not}"
        click.echo(f"{done}; {told}")
        return
    click.echo(str(result.done), err=result.done is not Done.ALREADY)
    raise SystemExit(0 if result.done is Done.ALREADY else 1)
