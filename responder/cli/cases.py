"""`responder cases`: requests about one's data; `responder retention`: what goes by itself."""

from dataclasses import asdict

import click
import orjson
import structlog

from responder.cli.opened import open_house
from responder.cli.progress import Progress
from responder.core.retention import RULES
from responder.store.cases import cases as find_cases
from responder.store.cases import close as close_cases
from responder.store.retention import retain


@click.group()
def cases() -> None:
    """Requests to see or delete one's data, for a person to see to."""


@cases.command("list")
@click.option("--all", "closed", is_flag=True, help="Also those that are done.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_cases(*, closed: bool, limit: int, as_json: bool) -> None:
    """List open cases, the oldest first, with the day by which the law wants an answer.

    Example: responder cases list
    """
    with open_house() as house, house.database.read() as connection:
        found = find_cases(connection, closed=closed, limit=limit)
    for case in found:
        if as_json:
            click.echo(orjson.dumps(asdict(case)))
            continue
        state = (
            f"closed {case.closed_at:%Y-%m-%d}" if case.closed_at else f"due {case.due:%Y-%m-%d}"
        )
        click.echo(f"{case.id}  {case.kind}  {case.person}  {case.opened_at:%Y-%m-%d}  {state}")
    click.echo(f"{len(found)} cases", err=True)


@cases.command()
@click.argument("ids", nargs=-1, required=True)
@click.option("--actor", required=True, help="Who closes it: a name or a staff number.")
def close(ids: tuple[str, ...], actor: str) -> None:
    """Close cases that are seen to, by the ids that `list` shows.

    Closing a request to delete deletes nothing: use contacts erase for that.

    Example: responder cases close 0197c0ffee007000800000000000abcd --actor Kim
    """
    with open_house() as house, house.database.write() as connection:
        count = close_cases(connection, ids, house.now)
    structlog.get_logger().info("cases_closed", cases=ids, actor=actor)
    click.echo(f"{count} of {len(ids)} closed")
    raise SystemExit(0 if count == len(ids) else 1)


@click.command()
@click.option("--dry-run", is_flag=True, help="Count what would go, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="The counts as one JSON object.")
def retention(*, dry_run: bool, as_json: bool) -> None:
    """Delete what is older than its rule allows, as the worker does every hour.

    Example: responder retention --dry-run
    """
    progress = Progress("rows")
    with open_house() as house:
        total = retain(
            *(house.database, house.keys, house.catalog, house.now),
            dry=dry_run,
            told=lambda counts: progress.at(counts.total()),
        )
    progress.done()
    if as_json:
        click.echo(orjson.dumps(total))
        return
    for rule in RULES:
        click.echo(f"{total[rule.name]:>8}  {rule.name}: {rule.what}, {rule.keep.days} days")
    click.echo("nothing was changed" if dry_run else "done", err=True)
