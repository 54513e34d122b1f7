"""Every rule: a config with exactly its fault gives exactly its finding, and the good one none."""

import shutil
from pathlib import Path

import pytest

from responder.authoring import examine, load_catalog
from responder.authoring.findings import Finding, Rule, Severity, load_rules, tally
from tests.authoring.seeds import write_example
from tests.docs import pages, write_findings

RULES = list(load_rules().values())
CODES = [rule.code for rule in RULES]
CONFIGS = [b for b in pages.blocks("toml") if b.text.startswith("# config/")]


def found_in(folder: Path, example: str) -> list[str]:
    return [str(finding) for finding in examine(write_example(folder / "config", example)).findings]


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_a_config_with_exactly_this_fault_gives_exactly_this_finding(
    tmp_path: Path, rule: Rule
) -> None:
    (found,) = found_in(tmp_path, rule.bad)
    assert f" {rule.code} {rule.severity}" in found


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_the_good_example_of_each_rule_gives_no_finding_at_all(tmp_path: Path, rule: Rule) -> None:
    assert found_in(tmp_path, rule.good) == []


def test_the_page_of_findings_is_what_the_table_says() -> None:
    regenerate = "run: python -m tests.docs.write_findings"
    assert pages.read("docs/findings.md") == write_findings.render(), regenerate


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_every_rule_says_why_and_from_where_and_shows_both_ways(rule: Rule) -> None:
    assert all((rule.title, rule.why.endswith((".", "?")), rule.source, rule.bad, rule.good))
    assert not rule.title.endswith(".")
    assert not rule.source.endswith(".")


def test_codes_stand_in_order() -> None:
    assert sorted(CODES) == CODES


def test_the_config_that_is_delivered_gives_no_finding() -> None:
    assert examine(pages.ROOT / "config").findings == ()


@pytest.mark.parametrize("block", CONFIGS, ids=str)
def test_every_config_in_the_documentation_gives_no_finding(
    tmp_path: Path, block: pages.Block
) -> None:
    config = shutil.copytree(pages.ROOT / "config", tmp_path / "config")
    name = block.text.splitlines()[0].removeprefix("# config/")
    (config / name).write_text(block.text, encoding="utf-8")
    assert examine(config).findings == ()


def test_a_finding_names_file_line_code_severity_key_fault_and_remedy(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, load_rules()["R312"].bad)
    assert found == (
        'programmes/klubben.toml:1: R312 warning keywords[0]: "SHOP" is one slip away from STOP, '
        "which ends messages. Choose a word that nobody texts to leave."
    )


def test_warnings_and_advice_do_not_stop_the_start_and_are_told(tmp_path: Path) -> None:
    told: list[Finding] = []
    config = write_example(tmp_path / "config", load_rules()["R312"].bad)
    catalog, _ = load_catalog(config, told.append)
    assert list(catalog.programmes) == ["klubben"]
    assert [finding.code for finding in told] == ["R312"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ([], "no problems"),
        (["R301"], "1 error"),
        (["R312", "R604", "R602"], "1 warning, 2 pieces of advice"),
        (["R301", "R302", "R312", "R604", "R602", "R210"], "2 errors, 1 warning, 3 pieces of advice"),
    ],
)  # fmt: skip
def test_the_tally_counts_each_severity(codes: list[str], said: str) -> None:
    rules = [load_rules()[code] for code in codes]
    assert tally(Finding(r.code, r.severity, "x", 1, "", "", "") for r in rules) == said


def test_laws_are_errors_and_there_are_many_rules() -> None:
    counts = {severity: sum(r.severity is severity for r in RULES) for severity in Severity}
    assert len(RULES) >= 40
    assert all(count > 10 for count in counts.values())
