"""`responder contacts opt-out|suppress|record`: what a colleague does for one person."""

from pathlib import Path

import click

from responder.authoring.own_evidence import KINDS, load_evidence
from responder.cli import asked
from responder.cli.opened import open_house
from responder.core.acts import Act
from responder.core.addresses import Address, mask
from responder.store import acts

_CHANNELS = ("phone", "letter", "email", "in_person")


@click.command("opt-out")
@asked.who
@asked.country
@click.option("--programme", help="Only this programme; otherwise everything ends.")
@click.option("--channel", type=click.Choice(_CHANNELS), required=True, help="How they asked.")
@asked.actor
@asked.reason
@asked.silent
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
    asked.report(done, f"{mask(address.key)} has left {programme or 'everything'}")


@click.command()
@asked.who
@asked.country
@asked.actor
@asked.reason
@asked.silent
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
    asked.report(done, f"{mask(address.key)} is suppressed")


@click.command()
@asked.who
@asked.country
@click.option("--programme", required=True, help="What they join (its file's name).")
@click.option("--kind", type=click.Choice(tuple(KINDS)), required=True, help="How they agreed.")
@click.option("--evidence", required=True, type=click.Path(path_type=Path), help="A TOML file.")
@asked.actor
@asked.reason
@asked.silent
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
    asked.report(done, f"{mask(address.key)} is recorded in {programme}")
