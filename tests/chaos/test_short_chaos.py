"""The first seconds of chaos, on each database."""

from pathlib import Path
from random import Random

import pytest

from tests.chaos.run import run
from tests.chaos.timeline import Away, Kill, plan

SEED = 7
SECONDS = 23


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_no_promise_is_broken_while_processes_are_killed(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if name == "postgresql":
        request.getfixturevalue("postgres")  # skips where there is none
    report = run(name, SEED, SECONDS, tmp_path, print)
    assert report.findings.broken == []
    assert report.driven["kills"] >= 3
    assert report.driven["acknowledged"] > 10
    assert report.findings.confirmations["confirmed"] > 10


def test_the_same_seed_plans_the_same_chaos() -> None:
    first, second, other = (plan(Random(seed), 60, 20) for seed in (1, 1, 2))
    assert first == second != other
    assert sum(isinstance(event, Kill) for event in first) >= 25
    (away,) = (event for event in first if isinstance(event, Away))
    assert 0 < away.at < away.at + away.seconds < 60
