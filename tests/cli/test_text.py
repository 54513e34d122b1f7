"""`responder text` before it reaches a server; what it does with one is told in `tests/e2e`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    "url",
    [
        "https://sms.example",
        "http://10.0.0.1:8000",
        "http://127.0.0.1.example",
        "http://127.0.0.1@sms.example",
        "127.0.0.1:8000",
        "http://[",
        "file:///etc/passwd",
        "garbage",
    ],
)
def test_it_texts_this_machine_only(run: Run, config: Path, url: str) -> None:
    result = run("text", "--url", url, "JA")
    assert result.exit_code == 2
    assert "--url must be on this machine" in result.stderr


def test_without_a_server_it_says_how_to_start_one(run: Run, config: Path) -> None:
    result = run("text", "--url", "http://127.0.0.1:1", "JA")
    assert result.exit_code == 2
    assert "Error: no server answers on http://127.0.0.1:1: start one" in result.stderr


def test_without_a_config_it_needs_to_be_told_the_number(run: Run) -> None:
    assert "names no number" in run("text", "--url", "http://127.0.0.1:1", "JA").stderr
    told = run("text", "--url", "http://127.0.0.1:1", "--to", "+46701740699", "JA")
    assert "no server answers" in told.stderr
