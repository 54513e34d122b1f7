"""docs/commands.md is what `--help` says. Write it anew: python -m tests.docs.write_commands"""

from collections.abc import Iterator

import click
from click.testing import CliRunner

from responder.cli import main
from tests.docs.pages import COMMANDS

_OPENING = """\
# Commands

Every command, as its own `--help` shows it. This page is generated: after a change to a command, run
`python -m tests.docs.write_commands`. The test suite fails while the two differ.

Run the commands from the project's folder as `.venv/bin/responder`. They read the
[environment](operate.md#environment). Exit status: 0 done, 1 problems found, 2 wrong usage, config or
environment. `-h` is short for `--help`.
"""


def commands(
    command: click.Command = main, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """(path, command) of every command and group, the main one first."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child
            yield from commands(child, (*path, name))


def help_of(path: tuple[str, ...]) -> str:
    """What `responder … --help` prints on a terminal of 80 columns."""
    result = CliRunner().invoke(
        main, [*path, "--help"], prog_name="responder", terminal_width=80, max_content_width=80
    )
    assert result.exit_code == 0, result.output
    return result.output


def render() -> str:
    """The whole page."""
    parts = [_OPENING]
    for path, _ in commands():
        title = " ".join(("responder", *path))
        parts.append(f"## {title}\n\n```text\n{help_of(path)}```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    COMMANDS.write_text(render(), encoding="utf-8")
