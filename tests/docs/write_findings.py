"""docs/findings.md is the table of rules. Write it anew: python -m tests.docs.write_findings"""

from responder.authoring.findings import Rule, load_rules
from tests.authoring.seeds import files_of
from tests.docs.pages import ROOT

FINDINGS = ROOT / "docs" / "findings.md"
_OPENING = """\
# Findings

Everything that `responder check` can say, by its code. This page is generated: after a change to
`responder/authoring/findings.toml`, run `python -m tests.docs.write_findings`. Each example is tested: a lawful
config with the bad one gives this finding and no other, and with the good one none. Keys that an example leaves
out are as in [five lines](write-a-programme.md#five-lines).

- An **error** breaks a law: of a country, or [of this software](laws.md). Nothing starts on it, and it cannot be
  allowed.
- A **warning** will surprise the people who text. The check ends with exit status 1.
- **Advice** is the rest, and ends with 0.

[What the check says](write-a-programme.md#what-the-check-says) tells how to read a line, and how to allow a
warning or advice with a reason. `responder check --explain R301` prints one of these sections.
"""
_GROUPS = {
    "R0": "Files",
    "R1": "Keys and values",
    "R2": "The house and its numbers",
    "R3": "Keywords",
    "R4": "Texts",
    "R5": "The offer and the law of the country",
    "R6": "Dates, frequency, questions, codes",
    "R9": "Waivers",
}


def render() -> str:
    """The whole page."""
    parts = [_OPENING]
    group = ""
    for rule in load_rules().values():
        if rule.code[:2] != group:
            group = rule.code[:2]
            parts.append(f"## {_GROUPS[group]}\n")
        parts.append(_section(rule))
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    text = f"### {rule.code}\n\n**{rule.title}** ({rule.severity}). {rule.why}\n\n"
    text += f"Source: {rule.source}.\n\n"
    return f"{text}Bad:\n\n{_blocks(rule.bad)}\nGood:\n\n{_blocks(rule.good)}"


def _blocks(example: str) -> str:
    """One block a file: not marked as TOML, since many are none."""
    return "\n".join(
        f"```text\n# {name}{f': {note}' if note else ''}\n{text}```\n"
        for name, note, text in files_of(example)
    )


if __name__ == "__main__":
    FINDINGS.write_text(render(), encoding="utf-8")
