"""The vocabulary is made once for all processes, and never outlives what it was made of."""

from collections.abc import Callable
from pathlib import Path

import pytest

from responder.vocabulary.compiled import compiled

Load = Callable[[], list[str]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "responder"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "sv.toml"
    path.write_text("STOPP")
    return path


@pytest.fixture
def load(cache: Path, source: Path) -> Load:
    """What another process would have, and how often it was made."""
    made: list[str] = []

    def make() -> list[str]:
        made.append("made")
        return [source.read_text(), *made]

    return lambda: compiled([source], make)


def test_what_was_made_once_is_read_again(load: Load) -> None:
    assert load() == load() == ["STOPP", "made"]


def test_a_changed_source_is_made_anew_and_the_former_goes(
    load: Load, source: Path, cache: Path
) -> None:
    load()
    source.write_text("SLUTA")
    assert load() == ["SLUTA", "made", "made"]
    assert len(list(cache.iterdir())) == 1


def test_a_damaged_file_is_made_anew(load: Load, cache: Path) -> None:
    load()
    (kept,) = cache.iterdir()
    kept.write_bytes(kept.read_bytes()[:9])
    assert load() == load() == ["STOPP", "made", "made"]


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_may_write_to_is_not_trusted(
    load: Load, cache: Path, mode: int
) -> None:
    load()
    cache.chmod(mode)
    assert load() == ["STOPP", "made", "made"]


def test_where_nothing_can_be_kept_it_is_made_each_time(load: Load, cache: Path) -> None:
    cache.parent.write_text("a file where the folder should be")
    load()
    assert load() == ["STOPP", "made", "made"]
