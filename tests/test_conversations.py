"""The conversations that ship with the example config hold, as a marketer would run them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from responder.cli import main

CONFIG = Path(__file__).parents[1] / "config"
FILES = sorted(CONFIG.glob("conversations/*.conversation"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_conversation_of_the_example_config_goes_as_expected(file: Path) -> None:
    result = CliRunner().invoke(main, ["simulate", "--config", str(CONFIG), "--expect", str(file)])
    assert (result.exit_code, result.output) == (0, f"ok {file}\n")


def test_the_example_config_ships_with_conversations() -> None:
    assert FILES
