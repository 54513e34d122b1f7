"""Findings for code hosts: SARIF 2.1.0 (OASIS, 27 March 2020)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from responder.authoring.findings import Finding, Rule, Severity, load_rules

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}


def sarif(findings: Iterable[Finding], folder: str) -> dict[str, Any]:
    """One run as a SARIF log. `folder` leads from the repository's root to the config folder."""
    rules = list(load_rules().values())
    places = {rule.code: index for index, rule in enumerate(rules)}
    driver = {"name": "responder check", "rules": [_rule(rule) for rule in rules]}
    results = [_result(finding, places[finding.code], folder) for finding in findings]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.why} Source: {rule.source}."},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, index: int, folder: str) -> dict[str, Any]:
    location = {
        "artifactLocation": {"uri": quote(f"{folder}/{finding.file}")},
        "region": {"startLine": finding.line},
    }
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.fault}. {finding.remedy}."},
        "locations": [{"physicalLocation": location}],
    }
