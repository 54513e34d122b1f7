"""The commands as a shell would run them, in an empty folder and a bare environment."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from responder.cli import main
from tests.factories import KLUBBEN, write_config

Run = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in, with nothing of ours in the environment."""
    for name in os.environ:
        if name.startswith(("RESPONDER_", "TWILIO_")) or name == "PORT":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here: Path) -> Run:
    """Run one command: arguments, and what stands on its input."""

    def invoke(*arguments: str, stdin: str | bytes = "", **environ: str) -> Result:
        result = CliRunner().invoke(main, arguments, input=stdin, env=environ)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def config(here: Path) -> Path:
    """`config/` where the commands look for it."""
    return write_config(here / "config", klubben=KLUBBEN)
