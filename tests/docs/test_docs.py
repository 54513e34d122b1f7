"""The documentation says what the software does, and keeps saying it."""

import ast
import re
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import click
import pytest
from prometheus_client import generate_latest
from pydantic import BaseModel

from responder.app import create_app
from responder.authoring import examine
from responder.authoring.schema import BrandTable, NumberTable, OptOutTable, ProgrammeFile
from responder.core.compose import PLACEHOLDERS, WORDINGS
from responder.core.consent import ConsentEvent
from responder.core.evidence import evidence
from responder.core.outcomes import Outcome, Reason
from responder.observe import Metrics
from responder.settings import Settings
from responder.store.database import Database
from responder.store.reports import FIELDS
from responder.store.tables import metadata
from responder.vocabulary import load_vocabulary
from tests.conftest import Clock
from tests.docs import pages, write_commands
from tests.docs.pages import PAGES, ROOT, Block
from tests.factories import ACCOUNT, TOKEN, Texter, decided, house, inbound

_VARIABLE = re.compile(r"PORT|(?:RESPONDER|TWILIO|PROMETHEUS)_[A-Z_]+")
_UNFINISHED = re.compile(r"\b(?:TODO|TBD|FIXME|XXX|lorem ipsum|coming soon)\b", re.IGNORECASE)
_EXCHANGE = re.compile(r"^\$ \.venv/bin/responder text (\S+)\n((?:(?!\$).*\n)*)", re.MULTILINE)
COMMANDS = list(write_commands.commands())
JOINED = decided("JA")
EVIDENCE = evidence(JOINED.events[0], inbound("JA"), JOINED, house())
TOML = list(pages.blocks("toml"))


def variables() -> set[str]:
    """Every environment variable that the source names."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "responder").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return {n.value for n in nodes if isinstance(n.value, str) and _VARIABLE.fullmatch(n.value)}


def config_file(block: Block) -> str | None:
    """The file of the config folder that a block's first line says it is."""
    found = re.match(r"# config/(\S+\.toml)\n", block.text)
    return found.group(1) if found else None


def test_the_page_of_commands_is_what_help_says() -> None:
    regenerate = "run: python -m tests.docs.write_commands"
    assert pages.read("docs/commands.md") == write_commands.render(), regenerate


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=str)
def test_every_command_and_option_is_on_the_page(
    path: tuple[str, ...], command: click.Command
) -> None:
    section = pages.read("docs/commands.md").split(f"## {' '.join(('responder', *path))}\n")[1]
    section = section.split("\n## ")[0]
    shown = (p for p in command.params if not getattr(p, "hidden", False))
    for option in (name for p in shown for name in p.opts if name.startswith("-")):
        assert option in section


@pytest.mark.parametrize(
    "path", [path for path, command in COMMANDS if not isinstance(command, click.Group)]
)
def test_the_help_of_every_command_has_an_example(path: tuple[str, ...]) -> None:
    assert "Example: " in write_commands.help_of(path)


@pytest.mark.parametrize("name", sorted(variables()))
def test_every_environment_variable_is_explained_to_operators(name: str) -> None:
    assert f"`{name}`" in pages.read("docs/operate.md")


def test_the_variables_of_the_settings_were_found_in_the_source() -> None:
    assert {"PORT", "RESPONDER_PUBLIC_URL", "TWILIO_AUTH_TOKEN_NEXT"} <= variables()


@pytest.mark.parametrize("value", [*Outcome, *Reason])
def test_every_outcome_and_reason_is_explained(value: str) -> None:
    assert f"| `{value}` |" in pages.read("docs/outcomes.md")


def test_every_metric_is_explained_to_operators() -> None:
    shown = re.findall(r"^# TYPE (\S+)", generate_latest(Metrics().registry).decode(), re.MULTILINE)
    names = [name for name in shown if not name.endswith("_created")]
    assert len(names) > 3
    for name in names:
        assert f"`{name}`" in pages.read("docs/operate.md")


@pytest.mark.parametrize("name", WORDINGS)
def test_every_wording_is_explained_to_marketers(name: str) -> None:
    assert f"| `{name}` |" in pages.read("docs/write-a-programme.md")


@pytest.mark.parametrize("name", sorted(PLACEHOLDERS))
def test_every_placeholder_is_explained_to_marketers(name: str) -> None:
    assert f"| `{{{name}}}` |" in pages.read("docs/write-a-programme.md")


@pytest.mark.parametrize("block", [b for b in TOML if config_file(b)], ids=str)
def test_every_config_example_passes_the_check(block: Block, tmp_path: Path) -> None:
    config = shutil.copytree(ROOT / "config", tmp_path / "config")
    (config / str(config_file(block))).write_text(block.text, encoding="utf-8")
    assert examine(config).problems == ()


@pytest.mark.parametrize("block", [b for b in TOML if not config_file(b)], ids=str)
def test_every_other_toml_example_parses(block: Block) -> None:
    assert tomllib.loads(block.text) or block.text.startswith("#:schema ")


def test_the_transcript_of_the_readme_is_what_is_answered(
    settings: Settings, database: Database, clock: Clock
) -> None:
    settings = replace(settings, config=ROOT / "config", account_sid=ACCOUNT, auth_tokens=(TOKEN,))
    texter = Texter(create_app(settings, database, clock).test_client(), settings.public_url)
    consoles = [b.text for b in pages.blocks("console") if b.page.name == "README.md"]
    exchanges = _EXCHANGE.findall("".join(consoles))
    assert [word for word, _ in exchanges] == ["JA", "STOPP", "AVSLUTA"]
    for word, answer in exchanges:
        assert texter(word).replies == answer.splitlines()


@pytest.mark.parametrize(("page", "target"), sorted(set(pages.relative_links())), ids=str)
def test_every_link_leads_somewhere(page: Path, target: str) -> None:
    name, _, anchor = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    assert file.exists()
    assert not anchor or anchor in pages.anchors(file)


@pytest.mark.parametrize(("page", "name"), sorted(set(pages.names_of_files())), ids=str)
def test_every_file_and_test_that_a_page_names_exists(page: Path, name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists()
    assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_is_finished(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    assert written.startswith("# ")
    assert written.endswith("\n")
    assert len(written) > 400
    assert not _UNFINISHED.search(written)


def test_the_readme_leads_to_every_page() -> None:
    targets = {t.partition("#")[0] for p, t in pages.relative_links() if p.name == "README.md"}
    assert {page.relative_to(ROOT).as_posix() for page in PAGES[1:]} | {"LICENSE"} <= targets


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("docs/write-a-programme.md", load_vocabulary().languages),
        ("docs/import-and-export.md", FIELDS),
        ("docs/evidence.md", [event.__name__ for event in get_args(ConsentEvent)]),
        ("docs/evidence.md", EVIDENCE),
        ("docs/architecture.md", metadata.tables),
    ],
)
def test_a_page_that_lists_things_lists_all_of_them(page: str, names: Iterable[str]) -> None:
    written = pages.read(page)
    assert [name for name in names if not re.search(rf"`{name}[.`]", written)] == []


@pytest.mark.parametrize(
    ("table", "model"),
    [
        ("", ProgrammeFile),
        ("brand.", BrandTable),
        ("numbers.", NumberTable),
        ("opt_out.", OptOutTable),
    ],
)
def test_every_key_of_the_config_is_explained_to_marketers(
    table: str, model: type[BaseModel]
) -> None:
    written = pages.read("docs/write-a-programme.md")
    for name in model.model_fields:
        assert f"| `{table}{name}` |" in written


def test_the_number_of_languages_that_the_readme_promises_is_true() -> None:
    assert len(load_vocabulary().languages) == 16
    assert "sixteen languages" in " ".join(pages.read("README.md").split())
