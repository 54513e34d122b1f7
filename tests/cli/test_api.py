"""`responder api`: tokens and endpoints, whose secrets are shown once."""

import json

import pytest
from click import Group
from click.testing import CliRunner, Result

from responder.cli import main
from responder.cli.api import api
from tests.cli.conftest import Run

MAKE = ("token", "create", "a tool", "--scope", "may-send", "--scope", "changes:read")
HOOK = "http://127.0.0.1:9000/hooks"


@pytest.fixture
def migrated(run: Run) -> Run:
    """Runs a command of `responder api` on a migrated database."""
    assert run("db", "upgrade").exit_code == 0
    return lambda *arguments: CliRunner().invoke(main, ["api", *arguments])


def made(result: Result) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_a_token_is_shown_once_listed_and_revoked(migrated: Run) -> None:
    token = made(migrated(*MAKE, "--json"))
    listed = made(migrated("token", "list", "--json"))
    assert listed["scopes"] == "changes:read may-send"
    assert token["token"] not in str(listed)
    assert migrated("token", "revoke", token["id"]).exit_code == 0
    assert made(migrated("token", "list", "--json"))["revoked"] != "-"


def test_what_is_not_there_cannot_be_revoked_or_removed(migrated: Run) -> None:
    for arguments in (("token", "revoke", "x"), ("endpoint", "remove", "x")):
        result = migrated(*arguments)
        assert result.exit_code != 0
        assert "list" in result.stderr


def test_a_token_needs_a_scope_that_is_known(migrated: Run) -> None:
    assert migrated("token", "create", "a tool").exit_code == 2
    assert migrated("token", "create", "a tool", "--scope", "everything").exit_code == 2


def test_an_endpoint_is_added_rotated_resumed_and_removed(migrated: Run) -> None:
    first = made(migrated("endpoint", "add", HOOK, "--json"))
    assert first["secret"].startswith("whsec_")
    assert made(migrated("endpoint", "rotate", first["id"], "--json"))["secret"] != first["secret"]
    assert made(migrated("endpoint", "list", "--json"))["state"] == "well"
    assert migrated("endpoint", "resume", first["id"]).exit_code == 0
    assert migrated("endpoint", "remove", first["id"]).exit_code == 0
    assert migrated("endpoint", "list").stdout == ""


def test_an_endpoint_that_is_not_https_is_refused(migrated: Run) -> None:
    assert "https" in migrated("endpoint", "add", "http://a.example/").stderr


def test_every_command_has_an_example() -> None:
    groups = [group for group in api.commands.values() if isinstance(group, Group)]
    commands = [command for group in groups for command in group.commands.values()]
    assert len(commands) == 8
    assert all("Example: responder api" in (command.help or "") for command in commands)
