"""What a provenance file may say, and that every problem is told at once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from responder.authoring.provenance import Stated, load_provenance
from responder.errors import ConfigError
from tests.docs import pages
from tests.factories import NOON

GOOD = {
    "source": '"Mässan"',
    "date": "2026-10-03",
    "basis": '"consent"',
    "consent_text": '"Ja, Nordbageriet får sms:a mig. Svara STOPP för att sluta."',
    "licence": '"owned"',
    "evidence": '"Formulär i pärm 12"',
}


def load(folder: Path, **changed: str | None) -> Stated:
    keys = {key: value for key, value in (GOOD | changed).items() if value is not None}
    path = folder / "p.toml"
    path.write_text("\n".join(f"{k} = {v}" for k, v in keys.items()), encoding="utf-8")
    return load_provenance(path, "Nordbageriet", NOON)


def problems(folder: Path, **changed: str | None) -> str:
    with pytest.raises(ConfigError) as raised:
        load(folder, **changed)
    return str(raised.value)


@pytest.mark.parametrize("day", ["2026-10-03", '"2026-10-03"', "2026-10-03T02:00:00+02:00"])
def test_a_good_file_says_who_when_and_on_which_words(tmp_path: Path, day: str) -> None:
    stated = load(tmp_path, date=day, programme='"klubben"')
    assert stated.provenance.at == datetime(2026, 10, 3, tzinfo=UTC)
    assert (stated.provenance.source, stated.programme) == ("Mässan", "klubben")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"source": None}, "source: This key is missing. Add source ="),
        ({"date": None}, "date: This key is missing. Add date = 2026-10-03"),
        ({"date": '"soon"'}, "date: This must be a date"),
        ({"date": "2026-12-24"}, "date: This date is in the future"),
        ({"basis": '"maybe"'}, "basis: This must be"),
        ({"licence": '"stolen"'}, "licence: This must be"),
        ({"consent_text": None}, "consent_text: This key is missing"),
        ({"consent_text": '"Ja, skicka"'}, 'The consent does not name "Nordbageriet"'),
        ({"evidence": '""'}, "evidence: This text is empty"),
        ({"licens": '"owned"'}, "licens: There is no such key. Did you mean licence?"),
        ({"basis": '"soft_opt_in"', "licence": '"bought"'}, "a bought base has none"),
        ({"source": "Mässan"}, "p.toml: line 1"),
    ],
)
def test_a_problem_is_told_in_plain_words(
    tmp_path: Path, changed: dict[str, str | None], told: str
) -> None:
    assert told in problems(tmp_path, **changed)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, source=None, basis='"x"', evidence='""', extra="1")
    assert told.count("p.toml: ") == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"basis": '"opt_out"'},
        {"basis": '"opt-out"'},
        {"source": '"Active opt-out base of 2019"'},
        {"evidence": '"passiv opt-out"'},
        {"evidence": '"They did not opt out"'},
        {"consent_text": '"Nordbageriet (pre-ticked box)"'},
        {"consent_text": '"Nordbageriet skriver om du inte tackat nej"'},
        {"consent_text": '"Nordbageriet: förkryssad ruta i kassan"'},
        {"consent_text": '"Nordbageriet: passive opt-out"'},
    ],
)
def test_an_opt_out_base_is_refused_with_the_reason(
    tmp_path: Path, changed: dict[str, str | None]
) -> None:
    told = problems(tmp_path, **changed)
    assert "opt-out base cannot be imported" in told
    assert "silence is no consent" in told


@pytest.mark.parametrize(
    "words",
    [
        "Nordbageriet may text me. Reply STOP to opt out.",
        "Nordbageriet: you can opt out at any time",
        "Nordbageriet får sms:a. Svara OPT-OUT för att sluta",
    ],
)
def test_a_consent_may_say_how_to_end(tmp_path: Path, words: str) -> None:
    assert load(tmp_path, consent_text=f'"{words}"').provenance.consent_text == words


def test_a_soft_opt_in_needs_no_words(tmp_path: Path) -> None:
    stated = load(tmp_path, basis='"soft_opt_in"', consent_text=None)
    assert stated.provenance.basis == "soft_opt_in"


@pytest.mark.parametrize(
    "block", [b for b in pages.blocks("toml") if b.page.name == "import-and-export.md"], ids=str
)
def test_the_examples_of_the_page_are_accepted(tmp_path: Path, block: pages.Block) -> None:
    (tmp_path / "p.toml").write_text(block.text, encoding="utf-8")
    assert load_provenance(tmp_path / "p.toml", "Nordbageriet", NOON).programme == "klubben"
