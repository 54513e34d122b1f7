"""The marketers' room: a config folder becomes a catalog, or a list of what is wrong with it."""

from dataclasses import dataclass, replace
from pathlib import Path

from responder.authoring.build import build_catalog
from responder.authoring.codes import code_problems, read_codes
from responder.authoring.dialogue_rules import dialogue_problems
from responder.authoring.files import ConfigFiles, read_files
from responder.authoring.problems import Problem
from responder.authoring.rules import house_problems, numbers_of, programme_problems
from responder.authoring.schema import HouseFile
from responder.authoring.wording_rules import wording_problems
from responder.core.catalog import Catalog
from responder.errors import ConfigError
from responder.vocabulary import load_vocabulary
from responder.wordings import load_wordings

__all__ = ["Examined", "examine", "load_catalog", "read_codes"]


@dataclass(frozen=True, slots=True)
class Examined:
    """A config folder after examination: a catalog where there is no problem.

    `document` is what the catalog's hash is of.
    """

    problems: tuple[Problem, ...]
    catalog: Catalog | None
    document: str


def examine(directory: Path) -> Examined:
    """Read a config folder and find every problem at once. Never raises for what is in it."""
    files = read_files(directory)
    if files.house is None:
        return Examined(tuple(files.problems), None, files.document)
    vocabulary = load_vocabulary()
    catalog = build_catalog(
        _with_numbers(files, files.house), files.house, vocabulary, load_wordings()
    )
    problems = (
        *files.problems,
        *house_problems(files.house, vocabulary),
        *programme_problems(files, files.house, vocabulary),
        *dialogue_problems(files, files.house, vocabulary),
        *code_problems(directory, files),
        *wording_problems(files, files.house, catalog),
    )
    return Examined(problems, None if problems else catalog, files.document)


def load_catalog(directory: Path) -> tuple[Catalog, str]:
    """The catalog of a config folder, and its document. Raises ConfigError with every problem."""
    examined = examine(directory)
    if examined.catalog is None:
        listed = "\n".join(f"  {problem}" for problem in examined.problems)
        raise ConfigError(f"The config in {directory} cannot go live:\n{listed}")
    return examined.catalog, examined.document


def _with_numbers(files: ConfigFiles, house: HouseFile) -> ConfigFiles:
    """Only the programmes that can be built: at least one of their numbers is there."""
    found = {name: file for name, file in files.programmes.items() if numbers_of(file, house)}
    return replace(files, programmes=found)
