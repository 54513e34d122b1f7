"""The command line. Exit status: 0 done, 1 findings, 2 usage, config or environment."""

import click

from responder.cli.api import api
from responder.cli.cases import cases, retention
from responder.cli.check import check
from responder.cli.contacts import contacts
from responder.cli.erase import erase
from responder.cli.ledger import ledger
from responder.cli.new import new
from responder.cli.outbox import outbox
from responder.cli.poster import poster
from responder.cli.provider import provider, recover
from responder.cli.replay import replay_
from responder.cli.rights import opt_out, record, suppress
from responder.cli.schema import schema
from responder.cli.serve import db, run, serve
from responder.cli.simulate import simulate
from responder.cli.text import text
from responder.cli.understand import segments, understand
from responder.cli.work import work
from responder.errors import ResponderError


class _Group(click.Group):
    """Maps our exceptions to one message and exit status 2, here and nowhere else."""

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


for command in (
    *(run, serve, work, check, simulate, replay_, schema, new, poster, text, understand, segments),
    *(contacts, cases, retention, ledger, outbox, provider, recover, api, db),
):
    main.add_command(command)
for command in (opt_out, suppress, record, erase):
    contacts.add_command(command)
