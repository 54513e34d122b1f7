"""`responder simulate`: try a conversation before it is live."""

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import click

from responder.authoring import load_catalog
from responder.authoring.expectations import PERSON, check_conversation, span
from responder.authoring.simulate import Conversation, Later, Turn
from responder.cli.parameters import Time
from responder.clock import utc_now
from responder.core.addresses import parse_address
from responder.core.catalog import Catalog, Number
from responder.core.consent import Standing
from responder.core.segments import count
from responder.errors import ResponderError

_HELP = ":why says why, :clock what time it is, +3d lets time pass, :quit ends."


@click.command()
@click.argument("texts", nargs=-1)
@click.option("--config", type=click.Path(path_type=Path), help="Default: RESPONDER_CONFIG.")
@click.option("--to", metavar="NUMBER", help="The number that is texted; default the first.")
@click.option("--from", "sender", default=PERSON, show_default=True, help="Who texts.")
@click.option("--at", type=Time(), help="When it begins, ISO 8601; default now.")
@click.option("--expect", is_flag=True, help="The arguments are *.conversation files to check.")
def simulate(
    texts: tuple[str, ...],
    config: Path | None,
    to: str | None,
    sender: str,
    at: datetime | None,
    expect: bool,
) -> None:
    """Play a conversation against a config folder, without database or network.

    Without TEXTS it is interactive. +3d between texts lets time pass (s, m, h, d).

    Example: responder simulate JA +3d "vad kostar det?" STOPP
    """
    folder = config or Path(os.environ.get("RESPONDER_CONFIG") or "config")
    catalog, _ = load_catalog(folder)
    now = at or utc_now()
    if expect:
        sys.exit(_check(texts, catalog, now))
    number = catalog.numbers.get(parse_address(to).key) if to else None
    if to and number is None:
        known = ", ".join(catalog.numbers)
        raise ResponderError(f"{to} is no number of {folder}: use one of {known}")
    talk = Conversation(catalog, number or next(iter(catalog.numbers.values())), sender, now)
    session = _Session(talk, full=bool(texts))
    for text in texts or _typed():
        session.play(text)


def _check(files: Iterable[str], catalog: Catalog, now: datetime) -> int:
    """Play each file; the exit status: 1 where any went otherwise than expected."""
    failed = 0
    for name in files:
        try:
            content = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ResponderError(f"{name} cannot be read ({type(error).__name__})") from error
        mismatches = check_conversation(content, catalog, now)
        for mismatch in mismatches:
            click.echo(f"{name}: {mismatch}")
        failed += bool(mismatches)
        click.echo(click.style("ok", fg="green") + f" {name}" if not mismatches else "")
    return 1 if failed else 0


def _typed() -> Iterator[str]:
    """Lines of the terminal, with their history where there is one."""
    if sys.stdin.isatty():
        import readline  # noqa: F401, PLC0415 (its import gives input() a history)

        click.echo(_HELP)
    while True:
        try:
            text = input("> " if sys.stdin.isatty() else "").strip()
        except EOFError:
            return
        if text == ":quit":
            return
        if text:
            yield text


class _Session:
    """One conversation on a terminal; `full` shows the trace of every text."""

    def __init__(self, talk: Conversation, *, full: bool) -> None:
        self._talk = talk
        self._full = full
        self._last: Turn | None = None

    def play(self, text: str) -> None:
        """A text, a span of time, or a question about the last text."""
        if (time := span(text)) is not None:
            for later in self._talk.wait(time):
                _show_later(later)
            _faint(f"    {self._talk.now:%Y-%m-%d %H:%M} UTC")
        elif text == ":clock":
            click.echo(f"{self._talk.now:%Y-%m-%d %H:%M} UTC")
        elif text == ":why":
            _trace(self._last) if self._last else click.echo("nothing was texted yet")
        else:
            self._say(text)

    def _say(self, text: str) -> None:
        if self._full:
            click.echo(click.style(f"> {text}", bold=True))
        self._last = self._talk.say(text)
        _show(self._last, self._talk.number)
        if self._full:
            _trace(self._last)


def _show(turn: Turn, number: Number) -> None:
    for reply in turn.replies:
        click.echo(click.style(f"< {reply}", fg="cyan"))
        _faint(f"    {_size(reply, number)}")
    if not turn.replies:
        _faint("    no answer")
    decision = turn.decision
    _faint(f"    {decision.outcome} ({decision.reason}); {_standing(turn.standing)}")


def _size(text: str, number: Number) -> str:
    """Segments, alphabet, and what kind of number pays for them."""
    size = count(text)
    plural = "segment" if size.segments == 1 else "segments"
    forced = f" because of {' '.join(size.forced_by)}" if size.forced_by else ""
    return f"{size.segments} {plural}, {size.encoding}{forced}, {number.kind} {number.country}"


def _show_later(later: Later) -> None:
    if later.text:
        click.echo(click.style(f"< {later.text}", fg="cyan"))
    if later.event:
        _faint(f"    {type(later.event).__name__} at {later.at:%Y-%m-%d %H:%M} UTC")


def _standing(standing: Standing) -> str:
    states = [f"{name} {one.state}" for name, one in standing.subscriptions.items()]
    blocks = [f"blocked by the provider from {sender}" for sender in sorted(standing.blocks)]
    out = ["out of everything"] if standing.is_out else []
    return ", ".join((*states, *out, *blocks)) or "a stranger"


def _trace(turn: Turn) -> None:
    understood = turn.decision.understanding
    _faint(f"    {' '.join(understood.words)} -> {understood.rule} -> {understood.intent}")


def _faint(line: str) -> None:
    click.echo(click.style(line, dim=True))
