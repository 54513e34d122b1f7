"""`responder new`: a few questions become a file that the check has nothing against."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from responder.authoring.files import programme_file, read_files
from responder.authoring.findings import Finding, Severity
from responder.authoring.new_programme import Draft, propose_id, render, trial
from responder.authoring.schema import HouseFile
from responder.cli.check import check
from responder.cli.questions import NAME, Found, Question, questions
from responder.errors import ConfigError, ResponderError

_OFFER_IS_MISSING = "R501"
_ID = "What is its file called? The name is its id, for good"


@click.group()
def new() -> None:
    """Begin a file."""


@new.command()
@click.argument("name", required=False)
@click.option("--config", type=click.Path(path_type=Path), help="Default: RESPONDER_CONFIG.")
@click.option("--id", "programme_id", metavar="ID", help="The file's name, without .toml.")
@click.option("--number", multiple=True, help="A number of responder.toml; may be repeated.")
@click.option("--keyword", multiple=True, help="A word that joins; may be repeated.")
@click.option("--messages", metavar="TEXT", help="What people will get.")
@click.option("--frequency", metavar="TEXT", help="How often at most, as people read it.")
@click.option("--from", metavar="DAY", help="The first day on which people may join.")
@click.option("--until", metavar="DAY", help="The last one.")
@click.option("--opt-in", type=click.Choice(["single", "double"]), help="One yes, or two.")
@click.option("--offer", metavar="TEXT", help="What the poster says.")
@click.option("--yes", is_flag=True, help="Take what is proposed, and ask nothing.")
def programme(
    name: str | None,
    config: Path | None,
    programme_id: str | None,
    yes: bool,
    **options: str | tuple[str, ...] | None,
) -> None:
    """Write the file of a new programme: asks what is not given, and checks each answer.

    NAME is what the programme is called. An existing file is never touched.

    Example: responder new programme "Jazzkvällar" --keyword JAZZ
    """
    folder = config or Path(os.environ.get("RESPONDER_CONFIG") or "config")
    house = _house(folder)
    given = {f"--{key.replace('_', '-')}": _joined(value) for key, value in options.items()}
    with trial(folder) as found:
        draft = Draft("Programme", (house.numbers[0].address,))
        draft = _settled(NAME, draft, name, yes, found)
        path = _free_path(folder, programme_id, propose_id(draft.name), yes)
        for question in questions(house, found):
            draft = _settled(question, draft, given[question.option], yes, found)
    _write(path, render(draft))
    click.get_current_context().invoke(check, directory=folder)
    click.echo(f"Try it: {_simulation(draft, house, config)}")
    click.echo("A service that runs takes it up within seconds.")


def _house(folder: Path) -> HouseFile:
    files = read_files(folder)
    if files.house is None:
        told = "\n".join(f"  {problem}" for problem in files.problems)
        raise ConfigError(f"A programme needs a house first:\n{told}")
    return files.house


def _joined(value: str | tuple[str, ...] | None) -> str | None:
    """An option as it would be typed; None where it was not given."""
    return (", ".join(value) or None) if isinstance(value, tuple) else value


def _settled(
    question: Question, draft: Draft, answer: str | None, yes: bool, found: Found
) -> Draft:
    """The draft with an answer that the check has nothing against."""
    while True:
        text = answer
        if text is None:
            text = _answer(question.option, question.text, question.propose(draft), yes)
        settled = question.put(draft, text.strip())
        told = "\n".join(f"{f.code}: {f.fault}. {f.remedy}." for f in _faults(settled, found))
        if not told:
            return settled
        if yes or answer is not None:
            raise ResponderError(told)
        click.echo(told, err=True)


def _faults(draft: Draft, found: Found) -> Iterator[Finding]:
    """Errors and warnings, less that the offer is missing: it is asked for last."""
    for finding in found(draft):
        if finding.severity is not Severity.ADVICE and finding.code != _OFFER_IS_MISSING:
            yield finding


def _answer(option: str, text: str, proposed: str | None, yes: bool) -> str:
    """What is typed, or with `yes` what is proposed. Raises UsageError where that is nothing."""
    if not yes:
        shown = bool(proposed)
        return str(click.prompt(text, default=proposed, show_default=shown, prompt_suffix=" "))
    if proposed is None:
        raise click.UsageError(f"{option} is needed with --yes.")
    return proposed


def _free_path(folder: Path, given: str | None, proposed: str, yes: bool) -> Path:
    """Where the file will stand: under an id that can be one, and is no file yet."""
    while True:
        answer = given or _answer("--id", _ID, proposed or None, yes).strip()
        path = folder / programme_file(answer)
        if propose_id(answer) != answer:
            told = f'R012: "{answer}" cannot be the name of a file. Use a to z, 0 to 9, - and _.'
        elif path.exists():
            told = f"{path} is there already. Choose another name."
        else:
            return path
        if given or yes:
            raise ResponderError(told)
        click.echo(told, err=True)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ResponderError(f"{path} cannot be written ({error.strerror})") from error
    click.echo(f"Wrote {path}.")


def _simulation(draft: Draft, house: HouseFile, config: Path | None) -> str:
    """The command that plays the new keyword."""
    words = ["responder", "simulate", draft.keywords[0]]
    if config:
        words += ["--config", str(config)]
    if draft.numbers[0] != house.numbers[0].address:
        words += ["--to", draft.numbers[0]]
    return shlex.join(words)
