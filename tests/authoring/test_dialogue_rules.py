"""Double opt-in and questions: what a person could not answer never goes live."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.authoring import examine
from responder.core.understand import understand
from responder.core.vocabulary import Intent
from responder.core.words import spellings
from responder.vocabulary import load_vocabulary
from tests.authoring.house import PROGRAMME, faults
from tests.factories import write_config

DOUBLE = 'opt_in = "double"\n'
EMAIL = '[[ask]]\nname = "email"\nkind = "email"\nquestion = "Vad har du för e-post?"\n'
SIZE = '[[ask]]\nname = "size"\nkind = "choice"\nquestion = "Storlek: S, M eller L?"\n'


def test_double_opt_in_needs_no_more_than_its_name(tmp_path: Path) -> None:
    assert faults(tmp_path, DOUBLE) == []


@pytest.mark.parametrize("line", ['confirm_within = "48 hours"', 'remind_after = "1 hour"'])
def test_the_times_of_double_opt_in_are_refused_without_it(tmp_path: Path, line: str) -> None:
    (found,) = faults(tmp_path, line)
    assert 'Take it out, or write opt_in = "double"' in found


@pytest.mark.parametrize("within", ["", 'confirm_within = "2 days"', 'confirm_within = "1 hour"'])
def test_a_reminder_comes_before_it_is_too_late(tmp_path: Path, within: str) -> None:
    (found,) = faults(tmp_path, f'{DOUBLE}{within}\nremind_after = "48 hours"')
    assert "remind_after: The reminder would come when it is too late to answer" in found


def test_a_reminder_in_time_is_welcome(tmp_path: Path) -> None:
    assert faults(tmp_path, f'{DOUBLE}confirm_within = "1 hour"\nremind_after = "59 minutes"') == []


def test_two_questions_cannot_share_a_column(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, EMAIL + SIZE + 'choices = ["S", "M"]\n' + EMAIL)
    assert 'ask[2].name: Another question is called "email" too' in found


def test_a_choice_has_choices_and_no_other_question_has(tmp_path: Path) -> None:
    (lacking,) = faults(tmp_path / "a", SIZE)
    (needless,) = faults(tmp_path / "b", EMAIL + 'choices = ["S", "M"]')
    assert "ask[0].choices: There is nothing to choose from. Add choices = " in lacking
    assert 'ask[0].choices: The kind "email" has no choices. Take them out' in needless


@pytest.mark.parametrize(
    ("choice", "fault"),
    [
        *((word, "is an opt-out word") for word in ("STOP", "Avsluta!", "ARRÊT", "FINE", "🛑")),
        *((phrase, "is an opt-out word") for phrase in ("Sluta skicka sms", "Stopp jag vill inte")),
        *((word, "is a help word") for word in ("hjälp", "INFO", "?")),
        *((word, "asks for one's data") for word in ("Radera mig", "delete my data")),
        ("…", "has no letter or digit"),
        *((word, 'cannot be told from "Röd"') for word in ("röd", "ROD", "roed", " röd. ")),
    ],
)
def test_a_choice_that_is_no_answer_is_refused(tmp_path: Path, choice: str, fault: str) -> None:
    (found,) = faults(tmp_path, SIZE + f'choices = ["Röd", "{choice}"]')
    assert "ask[0].choices[1]: " in found
    assert fault in found
    assert found.endswith("Choose another word.")


def test_no_opt_out_word_of_any_language_can_be_a_choice(tmp_path: Path) -> None:
    entries = load_vocabulary().entries.values()
    words = sorted({e.text for found in entries for e in found if e.section == "opt_out"})
    twenties = [words[start : start + 20] for start in range(0, len(words), 20)]
    assert len(words) > 200
    for number, some in enumerate(twenties[:-1]):
        choices = ", ".join(f'"{word}"' for word in some)
        assert len(faults(tmp_path / str(number), f"{SIZE}choices = [{choices}]")) == 20


@pytest.mark.parametrize("choices", ['["Ja", "Nej"]', '["1", "2"]', '["Stor", "Liten"]', '["👍", "👎"]'])  # fmt: skip
def test_everyday_answers_may_be_chosen_from(tmp_path: Path, choices: str) -> None:
    assert faults(tmp_path, f"{SIZE}choices = {choices}") == []


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_whatever_choice_is_let_through_ends_nothing_when_it_is_texted(
    tmp_path_factory: pytest.TempPathFactory, choice: str
) -> None:
    escaped = "".join(f"\\U{ord(character):08X}" for character in choice)
    programme = f'{PROGRAMME}{SIZE}choices = ["Ingenting alls", "{escaped}"]'
    config = write_config(tmp_path_factory.mktemp("c") / "config", jazz=programme)
    if catalog := examine(config).catalog:
        *_, offered = catalog.programmes["jazz"].asks[0].choices
        read = understand(offered, "sv", spellings(offered), catalog.vocabulary)
        assert read.intent not in (Intent.OPT_OUT, Intent.HELP, Intent.ERASURE)


def test_eleven_questions_are_too_many(tmp_path: Path) -> None:
    eleven = "".join(EMAIL.replace('"email"', f'"email{n}"', 1) for n in range(11))
    (found,) = faults(tmp_path, eleven)
    assert "ask: This list has more than 10 entries" in found
