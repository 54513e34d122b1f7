"""The marketers' own texts: what they may say, and what they may not lack."""

from pathlib import Path

import pytest

from responder.authoring import examine
from responder.core.compose import MANDATED, PLACEHOLDERS, WORDINGS
from tests.authoring.house import PROGRAMME, faults, house_faults, problems
from tests.factories import HOUSE, decided, write_config

LAWFUL = "{brand}: {messages}, {frequency}. {yes} {stop} {support}"
ONLY_IN = {"ask_again": "{question}", "incentive": "{code}"}
SAID = {"brand": "who is speaking", "messages": "what kind", "frequency": "how often"}
SAID |= {"stop": "how to stop", "support": "where help is found"}
SAID |= {"yes": "how to say yes", "question": "what is asked", "code": "the code"}


def lawful(wording: str) -> str:
    """A text that says everything which `wording` must and may say."""
    return f"{LAWFUL} {ONLY_IN.get(wording, '')}"


@pytest.mark.parametrize(("wording", "part"), [(w, p) for w, ps in MANDATED.items() for p in ps])
def test_a_text_that_loses_a_mandated_part_is_refused(
    tmp_path: Path, wording: str, part: str
) -> None:
    house = HOUSE.replace("kundtjanst@nordbageriet.example", "010-10 99 00")
    text = lawful(wording).replace(f"{{{part}}}", "Hej")
    more = f'[wording.sv]\n{wording} = "{text}"'
    (found,) = problems(tmp_path, house, jazz=PROGRAMME + more)
    assert (found.file, found.key) == ("programmes/jazz.toml", f"wording.sv.{wording}")
    assert [name for name, words in SAID.items() if words in found.fault] == [part]


@pytest.mark.parametrize("wording", WORDINGS)
def test_every_wording_may_be_replaced_by_a_lawful_text(tmp_path: Path, wording: str) -> None:
    assert faults(tmp_path, f'[wording.sv]\n{wording} = "{lawful(wording)}"') == []


@pytest.mark.parametrize(("only", "placeholder"), ONLY_IN.items())
@pytest.mark.parametrize("wording", ["opt_in", "thanks", "incentive_gone"])
def test_a_placeholder_that_would_not_be_filled_is_refused(
    tmp_path: Path, wording: str, only: str, placeholder: str
) -> None:
    (found,) = faults(tmp_path, f'[wording.sv]\n{wording} = "{LAWFUL} {placeholder}"')
    assert f"{placeholder} is filled in the wording {only} only. Take it out" in found


def test_mandated_parts_may_be_written_out_instead_of_filled_in(tmp_path: Path) -> None:
    text = "NORDBAGERIET skickar konserttips, 1 sms i veckan. Svara avsluta när du vill."
    assert faults(tmp_path, f'[wording.sv]\nopt_in = "{text}"') == []


@pytest.mark.parametrize("name", ["brnd", "", "0", "Brand", "brand.name", "brand[0]", "namn"])
def test_an_unknown_placeholder_is_refused_with_the_known_ones(tmp_path: Path, name: str) -> None:
    (found,) = faults(tmp_path, f'[wording.sv]\nclosed = "Hej {{{name}}}"')
    assert f"wording.sv.closed: There is no placeholder {{{name}}}. Use one of: " in found
    assert all(f"{{{known}}}" in found for known in PLACEHOLDERS)


@pytest.mark.parametrize("written", ["{brand!r}", "{brand:>9}", "{brand:{stop}}", "{brand!z}"])
def test_a_placeholder_is_its_name_alone(tmp_path: Path, written: str) -> None:
    (found,) = faults(tmp_path, f'[wording.sv]\nclosed = "{written}"')
    assert "{brand} has something after its name" in found


def test_every_unknown_placeholder_of_a_text_is_told_once(tmp_path: Path) -> None:
    found = faults(tmp_path, '[wording.sv]\nclosed = "{a} {b} {a}"')
    assert ["{a}" in fault for fault in found] == [True, False]


@pytest.mark.parametrize("text", ["{brand", "brand}", "{", "}", "{brand}}", "{{brand}", "{a{b}}{"])
def test_a_brace_that_stands_alone_is_refused(tmp_path: Path, text: str) -> None:
    (found,) = faults(tmp_path, f'[wording.sv]\nclosed = "{text}"')
    assert "format string" not in found
    assert "brace" in found or "placeholder" in found


def test_emoji_are_allowed_and_sent(tmp_path: Path) -> None:
    wording = '[wording.sv]\nopt_in = "🎷 {brand}: {messages}, {frequency}. {stop}"'
    config = write_config(tmp_path / "config", jazz=PROGRAMME + wording)
    (reply,) = decided("JAZZ", catalog=examine(config).catalog).replies
    assert reply.text.startswith("🎷 Nordbageriet: konserttips")


@pytest.mark.parametrize("language", ["xx", "SV", "svenska"])
def test_a_wording_in_an_unknown_language_is_refused(tmp_path: Path, language: str) -> None:
    (found,) = faults(tmp_path, f'[wording.{language}]\nclosed = "Hej"')
    assert f'wording.{language}: "{language}" is no language of the vocabulary' in found


def test_norwegian_may_be_called_no_and_is_spoken_as_bokmal(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", jazz=PROGRAMME + '[wording.no]\nclosed = "Stengt"')
    catalog = examine(config).catalog
    assert catalog
    assert catalog.programmes["jazz"].wordings == {"nb": {"closed": "Stengt"}}


def test_two_names_of_one_language_cannot_overwrite_each_other(tmp_path: Path) -> None:
    more = '[wording.no]\nclosed = "Stengt"\n[wording.nb]\nclosed = "Lukket"'
    (found,) = faults(tmp_path, more)
    assert 'wording.nb: "nb" and "no" are served by the same texts' in found


def test_a_fault_is_named_under_the_language_as_it_was_written(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, '[wording.nn]\nclosed = "{x}"')
    assert "wording.nn.closed" in found


def test_terms_may_be_said_in_another_language_but_hold_no_placeholder(tmp_path: Path) -> None:
    assert faults(tmp_path / "a", '[wording.en]\nmessages = "concert tips"') == []
    (found,) = faults(tmp_path / "b", '[wording.en]\nmessages = "tips of {brand}"')
    assert "wording.en.messages: This fills a placeholder" in found


@pytest.mark.parametrize("term", ["messages", "frequency"])
def test_a_house_promises_no_terms(tmp_path: Path, term: str) -> None:
    (found,) = house_faults(tmp_path, f'[wording.sv]\n{term} = "nyheter"')
    assert f"responder.toml: wording.sv.{term}: A house promises no terms" in found


def test_a_text_of_the_house_must_be_lawful_for_every_programme(tmp_path: Path) -> None:
    text = "{brand}: erbjudanden och nyheter, {frequency}. {stop}"
    assert house_faults(tmp_path / "a", f'[wording.sv]\nopt_in = "{text}"') == []
    (found,) = house_faults(
        tmp_path / "b", f'[wording.sv]\nopt_in = "{text.replace("nyheter", "tips")}"'
    )
    assert "responder.toml: wording.sv.opt_in: The text does not say what kind" in found
