"""Findings of the linter, and the table of rules that they refer to: `findings.toml`."""

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from responder.authoring.files import HOUSE
from responder.authoring.places import Places
from responder.authoring.problems import Problem

_LINE = re.compile(r"line (\d+)")


class Severity(StrEnum):
    """An error breaks a law and stops the start; a warning surprises people; advice is the rest."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for. `bad` and `good` are files: a line `# name` begins each.

    `source` is the law or the fact that `why` rests on.
    """

    code: str
    severity: Severity
    title: str
    why: str
    source: str
    bad: str
    good: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `file` is relative to the config folder, `line` counts from 1."""

    code: str
    severity: Severity
    file: str
    line: int
    key: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        key = f" {self.key}" if self.key else ""
        place = f"{self.file}:{self.line}: {self.code} {self.severity}{key}"
        return f"{place}: {self.fault}. {self.remedy}."


@functools.cache
def load_rules() -> Mapping[str, Rule]:
    """Every rule by its code, in order."""
    text = resources.files(__package__).joinpath("findings.toml").read_text(encoding="utf-8")
    return {
        code: Rule(code=code, severity=Severity(table.pop("severity")), **table)
        for code, table in tomllib.loads(text).items()
    }


def to_finding(problem: Problem, places: Places) -> Finding:
    """A problem with its severity and line. `places` are those of its file."""
    written = _LINE.match(problem.key)
    line = problem.line or (int(written[1]) if written else places.line_of(problem.key))
    return Finding(
        code=problem.code,
        severity=load_rules()[problem.code].severity,
        file=problem.file,
        line=line,
        key=problem.key,
        fault=problem.fault,
        remedy=problem.remedy,
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The house first, then file by file from the first line to the last."""
    return tuple(
        sorted(findings, key=lambda f: (f.file != HOUSE, f.file, f.line, f.code, f.key, f.fault))
    )


def tally(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning, 3 pieces of advice`, or `no problems`."""
    counts = Counter(finding.severity for finding in findings)
    forms = {
        Severity.ERROR: ("error", "errors"),
        Severity.WARNING: ("warning", "warnings"),
        Severity.ADVICE: ("piece of advice", "pieces of advice"),
    }
    counted = [f"{n} {forms[s][n > 1]}" for s in Severity if (n := counts[s])]
    return ", ".join(counted) or "no problems"
