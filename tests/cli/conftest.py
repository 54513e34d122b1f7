"""The commands as a shell would run them, in an empty folder and a bare environment."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from responder.app import create_app
from responder.cli import main
from responder.settings import Settings, load_settings
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import ACCOUNT, KLUBBEN, TOKEN, Texter, write_config

Run = Callable[..., Result]
Tell = Callable[..., None]
STATED = """
source = "Mässan, monter B12"
date = 2026-10-03
basis = "consent"
consent_text = "Ja, Nordbageriet får skicka erbjudanden till mig per sms"
licence = "owned"
evidence = "Formulär i pärm 12"
programme = "klubben"
"""


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


@pytest.fixture
def tell(run: Run, here: Path) -> Tell:
    """People text, one after the other, to a house whose database the commands find."""
    formula = KLUBBEN.replace('"STAND-A"', '"=1+1"').replace('"KLUBB"', '"+KLUBB"')
    write_config(here / "config", klubben=formula)
    assert run("db", "upgrade").exit_code == 0
    settings = load_settings({})

    def text(*messages: tuple[str, str]) -> None:
        database = Database(settings.database_url)
        client = create_app(_as_tests_sign(settings), database, Clock()).test_client()
        texter = Texter(client, settings.public_url)
        assert [texter(body, sender=sender).status for sender, body in messages] == [200] * len(
            messages
        )
        database.dispose()

    return text


def _as_tests_sign(settings: Settings) -> Settings:
    return replace(settings, account_sid=ACCOUNT, auth_tokens=(TOKEN,))
