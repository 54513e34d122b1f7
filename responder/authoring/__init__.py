"""The marketers' room: a config folder becomes a catalog, or a list of what is wrong with it."""

from dataclasses import dataclass
from pathlib import Path

from responder.authoring.build import build_catalog
from responder.authoring.files import ConfigFiles, read_files
from responder.authoring.problems import Problem
from responder.authoring.rules import house_problems, programme_problems
from responder.authoring.wording_rules import wording_problems
from responder.core.catalog import Catalog
from responder.errors import ConfigError
from responder.vocabulary import load_vocabulary
from responder.wordings import load_wordings


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
    problems = [*files.problems, *_between_files(files)]
    catalog = None
    if files.house and not problems:
        catalog = build_catalog(files, files.house, load_vocabulary(), load_wordings())
        problems = list(wording_problems(catalog))
    return Examined(tuple(problems), None if problems else catalog, files.document)


def load_catalog(directory: Path) -> tuple[Catalog, str]:
    """The catalog of a config folder, and its document. Raises ConfigError with every problem."""
    examined = examine(directory)
    if examined.catalog is None:
        listed = "\n".join(f"  {problem}" for problem in examined.problems)
        raise ConfigError(f"The config in {directory} cannot go live:\n{listed}")
    return examined.catalog, examined.document


def _between_files(files: ConfigFiles) -> list[Problem]:
    if files.house is None:
        return []
    vocabulary = load_vocabulary()
    found = list(house_problems(files.house, vocabulary))
    return found or list(programme_problems(files, files.house, vocabulary))
