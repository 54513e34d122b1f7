"""`responder contacts erase`: what goes and what stays, and the deed."""

from collections.abc import Iterator
from typing import Any

import click
import orjson

from responder.cli import asked
from responder.cli.opened import House, open_house
from responder.core.acts import Act
from responder.core.addresses import Address, mask
from responder.errors import ResponderError
from responder.store import acts
from responder.store.acts import Done
from responder.store.contacts import find
from responder.store.erase import erase as erase_person
from responder.store.erasure_plan import Plan, plan


@click.command()
@asked.who
@asked.country
@asked.actor
@asked.reason
@asked.silent
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
        contact_id = find(connection, address)
        if done.done is Done.DONE and not done.told and contact_id:
            erase_person(
                connection, house.keys, contact_id, act.actor, act.reason, house.catalog, house.now
            )
    if done.told:
        click.echo("Everything has ended. One text tells them; when it has left, all is deleted.")
    else:
        asked.report(done, f"{mask(address.key)} is erased")


def _show_plan(house: House, address: Address, *, as_json: bool) -> None:
    with house.database.read() as connection:
        contact_id = find(connection, address)
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
