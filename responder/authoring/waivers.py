"""Waivers: `# allow R312: people know the shop` in a file takes a finding away, with a reason."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from responder.authoring.findings import Finding, Severity, load_rules
from responder.authoring.places import Places
from responder.authoring.problems import Problem

_ALLOW = re.compile(r"#\s*allow\s+(R\d+(?:\s*,\s*R\d+)*)\s*(?::\s*(.*))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Waiver:
    """One code that one comment allows; `lines` are those it speaks for."""

    file: str
    line: int
    code: str
    reason: str
    lines: range

    def covers(self, finding: Finding) -> bool:
        """A finding on its line or below; one without a key is about the whole file."""
        if (self.file, self.code) != (finding.file, finding.code):
            return False
        return not finding.key or finding.line in self.lines

    def problem(self, code: str, fault: str, remedy: str) -> Problem:
        return Problem(self.file, "", fault, remedy, code, self.line)


def waive(
    findings: Iterable[Finding],
    texts: Mapping[str, str],
    places: Callable[[str], Places],
) -> tuple[list[Finding], list[Problem]]:
    """The findings that no waiver takes away, and what is wrong with the waivers."""
    waivers = [w for file, text in texts.items() if "allow" in text for w in _in(file, places)]
    lawful = [waiver for waiver in waivers if _refusal(waiver) is None]
    waived = {f: [w for w in lawful if w.covers(f)] for f in findings}
    used = {waiver for found in waived.values() for waiver in found}
    refused = [problem for waiver in waivers if (problem := _refusal(waiver))]
    idle = [_idle(waiver) for waiver in lawful if waiver not in used]
    return [finding for finding, by in waived.items() if not by], [*refused, *idle]


def _in(file: str, places: Callable[[str], Places]) -> Iterator[_Waiver]:
    found = places(file)
    keys = set(found.lines.values())
    for line, comment in found.comments.items():
        if allowed := _ALLOW.search(comment):
            below = line
            while below not in keys and below in found.comments:  # other comments may follow
                below += 1
            for code in re.split(r"\s*,\s*", allowed[1].upper()):
                reason = (allowed[2] or "").strip()
                yield _Waiver(file, line, code, reason, range(line, below + 1))


def _refusal(waiver: _Waiver) -> Problem | None:
    rule = load_rules().get(waiver.code)
    if rule is None:
        fault = f"There is no finding {waiver.code}"
        return waiver.problem("R904", fault, "Copy the code from what the check says")
    if rule.severity is Severity.ERROR:
        fault = f"{waiver.code} is an error and cannot be allowed"
        return waiver.problem("R903", fault, "Take the comment out, and mend the fault")
    if not waiver.reason:
        fault = f"{waiver.code} is allowed without a reason, so it is not"
        return waiver.problem("R901", fault, f"Write # allow {waiver.code}: and why")
    return None


def _idle(waiver: _Waiver) -> Problem:
    fault = f"There is no {waiver.code} here that could be allowed"
    return waiver.problem("R902", fault, "Take the comment out, or move it to the line above")
