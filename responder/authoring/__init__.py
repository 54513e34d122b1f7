"""The marketers' room: a config folder becomes a catalog, and findings on it."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from responder.authoring.build import build_catalog
from responder.authoring.codes import code_problems, read_codes
from responder.authoring.dialogue_rules import dialogue_problems
from responder.authoring.files import ConfigFiles, read_files
from responder.authoring.findings import Finding, Severity, in_order, to_finding
from responder.authoring.lint import lint
from responder.authoring.places import Places, find_places
from responder.authoring.problems import Problem
from responder.authoring.rules import house_problems, numbers_of, programme_problems
from responder.authoring.schema import HouseFile
from responder.authoring.waivers import waive
from responder.authoring.wording_rules import wording_problems
from responder.core.catalog import Catalog
from responder.errors import ConfigError
from responder.vocabulary import load_vocabulary
from responder.wordings import load_wordings

__all__ = ["Examined", "examine", "load_catalog", "read_codes"]


@dataclass(frozen=True, slots=True)
class Examined:
    """A config folder after examination: a catalog where no finding is an error.

    `document` is what the catalog's hash is of.
    """

    findings: tuple[Finding, ...]
    catalog: Catalog | None
    document: str

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the catalog from going live."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Errors and warnings: what `responder check` exits 1 for."""
        return tuple(f for f in self.findings if f.severity is not Severity.ADVICE)


def examine(directory: Path) -> Examined:
    """Read a config folder and find everything at once. Never raises for what is in it."""
    files = read_files(directory)
    if files.house is None:
        return Examined(_findings(files, files.problems), None, files.document)
    vocabulary = load_vocabulary()
    buildable = _with_numbers(files, files.house)
    catalog = build_catalog(buildable, files.house, vocabulary, load_wordings())
    errors = [*files.problems, *_errors(directory, files, files.house, catalog)]
    findings = _findings(files, [*errors, *lint(files, files.house, catalog, errors)])
    examined = Examined(findings, catalog, files.document)
    return replace(examined, catalog=None) if examined.errors else examined


def load_catalog(
    directory: Path, tell: Callable[[Finding], None] | None = None
) -> tuple[Catalog, str]:
    """The catalog of a config folder, and its document; `tell` hears of warnings and advice.

    Raises ConfigError with every error.
    """
    examined = examine(directory)
    if examined.catalog is None:
        listed = "\n".join(f"  {finding}" for finding in examined.errors)
        raise ConfigError(f"The config in {directory} cannot go live:\n{listed}")
    if tell:
        for finding in examined.findings:
            tell(finding)
    return examined.catalog, examined.document


def _errors(
    directory: Path, files: ConfigFiles, house: HouseFile, catalog: Catalog
) -> Iterator[Problem]:
    """What breaks a law or could not work."""
    vocabulary = catalog.vocabulary
    yield from house_problems(house, vocabulary)
    yield from programme_problems(files, house, vocabulary)
    yield from dialogue_problems(files, house, vocabulary)
    yield from map(_coded, code_problems(directory, files))
    yield from wording_problems(files, house, catalog)


def _coded(problem: Problem) -> Problem:
    """Files of codes have three rules: the file, that it holds a code, each line."""
    if problem.code:
        return problem
    empty = problem.fault.endswith("holds no code")
    lines = problem.key.startswith("line ")
    return replace(problem, code="R633" if lines else "R632" if empty else "R631")


def _findings(files: ConfigFiles, problems: list[Problem]) -> tuple[Finding, ...]:
    """Problems with their lines, less what the files allow."""

    @functools.cache
    def places(file: str) -> Places:
        return find_places(files.texts.get(file, ""))

    found = [to_finding(problem, places(problem.file)) for problem in dict.fromkeys(problems)]
    kept, of_waivers = waive(found, files.texts, places)
    broken = any(finding.severity is Severity.ERROR for finding in kept)
    told = [p for p in of_waivers if not (broken and p.code == "R902")]
    return in_order((*kept, *(to_finding(problem, places(problem.file)) for problem in told)))


def _with_numbers(files: ConfigFiles, house: HouseFile) -> ConfigFiles:
    """Only the programmes that can be built: at least one of their numbers is there."""
    found = {name: file for name, file in files.programmes.items() if numbers_of(file, house)}
    return replace(files, programmes=found)
