"""What every command owes whoever types it."""

from pathlib import Path

import click
import pytest

from responder.cli import main
from tests.cli.conftest import Run


def commands(group: click.Group, *path: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        nested = isinstance(command, click.Group)
        found += commands(command, *path, name) if nested else [(*path, name)]  # type: ignore[arg-type]
    return found


EVERY = commands(main)


def test_the_commands_that_others_rely_on_are_there() -> None:
    names = {" ".join(path) for path in EVERY}
    assert names >= {"run", "serve", "check", "text", "understand", "segments", "db upgrade"}
    assert names >= {"contacts export", "contacts show"}


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help_with_an_example(run: Run, path: tuple[str, ...], flag: str) -> None:
    result = run(*path, flag)
    assert result.exit_code == 0
    assert "Example: " in result.stdout


@pytest.mark.parametrize("arguments", [["nothing"], ["text"], ["run", "--workers", "0"], ["--x"]])
def test_wrong_usage_exits_2_and_says_how(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [["run"], ["serve"], ["db", "upgrade"], ["contacts", "export"], ["contacts", "show", "x"], ["text", "JA"]],
    ids=" ".join,
)  # fmt: skip
def test_an_incomplete_environment_exits_2_and_names_what_is_missing(
    run: Run, arguments: list[str]
) -> None:
    result = run(*arguments, TWILIO_ACCOUNT_SID="AC1", PORT="x")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: The environment is not complete:")
    for name in ("PORT", "TWILIO_AUTH_TOKEN", "RESPONDER_SECRET_KEY"):
        assert name in result.stderr


@pytest.mark.parametrize("command", ["run", "serve"])
def test_nothing_starts_on_a_bad_config(run: Run, config: Path, command: str) -> None:
    (config / "programmes" / "jazz.toml").write_text("cap = 1")
    result = run(command)
    assert result.exit_code == 2
    assert "Error: The config in config cannot go live:" in result.stderr
    assert "programmes/jazz.toml:1: R115 error cap: 1 is no frequency cap" in result.stderr
    assert not Path("var/responder.db").exists()


def test_serve_does_not_start_on_a_database_that_is_not_migrated(run: Run, config: Path) -> None:
    result = run("serve")
    assert result.exit_code == 2
    assert "run responder db upgrade" in result.stderr


@pytest.mark.parametrize("command", ["run", "serve"])
def test_sqlite_has_one_process(run: Run, config: Path, command: str) -> None:
    assert run("db", "upgrade").exit_code == 0
    result = run(command, "--workers", "2")
    assert result.exit_code == 2
    assert "SQLite has one writer" in result.stderr
