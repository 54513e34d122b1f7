"""Evidence of an opt-in that was not texted: accepted whole, or refused with every problem."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from responder.authoring.own_evidence import KINDS, load_evidence
from responder.errors import ConfigError

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
COMMON = 'at = 2026-11-20T14:05:00+01:00\ntext = "Nordbageriet får sms:a mig."\n'
OWN = {
    "spoken": 'recording = "call-17.wav"\nagent = "Kim"\n',
    "paper": 'form = "F7"\nscan = "114.pdf"\n',
    "form": 'url = "https://nordbageriet.example/klubb"\nversion = "3"\nip = "192.0.2.7"\n'
    'user_agent = "Mozilla/5.0"\ntoken = "a1b2"\n',
}


def load(folder: Path, text: str, kind: str) -> object:
    (folder / "slip.toml").write_text(text, encoding="utf-8")
    return load_evidence(folder / "slip.toml", kind, "Nordbageriet", NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_keeps_its_own_fields(kind: str, tmp_path: Path) -> None:
    (tmp_path / "slip.toml").write_text(COMMON + OWN[kind], encoding="utf-8")
    given = load_evidence(tmp_path / "slip.toml", kind, "Nordbageriet", NOW)
    assert given.at == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
    assert set(given.fields) == set(KINDS[kind].model_fields) - {"at", "text"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_without_its_fields_is_refused_with_each_of_them(kind: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, COMMON, kind)
    for field in set(KINDS[kind].model_fields) - {"at", "text"}:
        assert f"slip.toml: {field}: This key is missing" in str(refused.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("Nordbageriet", "Bageriet"), "does not name Nordbageriet"),
        (("2026-11-20T14:05:00+01:00", "2027-01-01"), "lies in the future"),
        (("2026-11-20T14:05:00+01:00", '"igår"'), "must be a date"),
        (('scan = "114.pdf"', 'scan = "114.pdf"\nscam = "x"'), "There is no such key"),
        (('form = "F7"', "form = “F7”"), "curly quotation marks"),
    ],
)
def test_what_is_wrong_is_said(changed: tuple[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said):
        load(tmp_path, (COMMON + OWN["paper"]).replace(*changed), "paper")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml: The file cannot be read"):
        load_evidence(tmp_path / "gone.toml", "paper", "Nordbageriet", NOW)
