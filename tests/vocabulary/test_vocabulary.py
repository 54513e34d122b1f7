"""The vocabulary's data: every entry means what its section says, and no two contradict."""

import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from responder.core.understand import understand
from responder.core.vocabulary import UNDETERMINED, Entry
from responder.core.words import spellings
from responder.vocabulary import SECTIONS, load_vocabulary

VOCABULARY = load_vocabulary()
ENTRIES = sorted(
    {entry for entries in VOCABULARY.entries.values() for entry in entries},
    key=lambda entry: (entry.language, entry.section, entry.text),
)
LANGUAGES = sorted(VOCABULARY.languages)
FILES: dict[str, dict[str, Any]] = {
    file.name: tomllib.loads(file.read_text(encoding="utf-8"))
    for file in resources.files("responder.vocabulary").iterdir()
    if file.name.endswith(".toml") and file.name not in ("phones.toml", "machines.toml")
}
INTENTS = {"erase": "erasure", "access": "erasure"}


def of(*sections: str, local: bool = False) -> list[Entry]:
    return [e for e in ENTRIES if e.section in sections and (local or not e.local)]


def spoken_on(entry: Entry) -> list[str]:
    """The languages of the numbers that an entry counts on."""
    if entry.local:
        return [entry.language]
    return LANGUAGES


def understood(text: str, language: str) -> tuple[str, str]:
    found = understand(text, language, {}, VOCABULARY)
    return found.intent, found.rule


@pytest.mark.parametrize("language", [*LANGUAGES, UNDETERMINED])
def test_every_entry_alone_means_what_its_section_says(language: str) -> None:
    wrong = [
        (entry.text, intent)
        for entry in ENTRIES
        if entry.language == language
        for intent, _ in [understood(entry.text, "sv" if language == UNDETERMINED else language)]
        if intent != INTENTS.get(entry.section, entry.section)
    ]
    assert [e for e in ENTRIES if e.language == language]
    assert wrong == []


@pytest.mark.parametrize("pattern", ["{}", "  {}! ", "“{}”", "{}...", "\u200b{}\n"])
@pytest.mark.parametrize("case", ["upper", "lower", "title"])
def test_case_and_punctuation_change_no_opt_out(pattern: str, case: str) -> None:
    wrong = [
        entry.text
        for entry in of("opt_out", local=True)
        for text in [pattern.format(getattr(entry.text, case)())]
        if understood(text, spoken_on(entry)[0])[0] != "opt_out"
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_global_opt_out_ends_everything_on_a_number_of_any_language(language: str) -> None:
    wrong = [e.text for e in of("opt_out") if understood(e.text, language)[0] != "opt_out"]
    assert wrong == []


@pytest.mark.parametrize("section", ["opt_in", "help", "erase", "access"])
def test_no_global_opt_out_is_another_language_s_word_for_something_else(section: str) -> None:
    out = {words: entry.text for entry in of("opt_out") for words in spellings(entry.text)}
    other = {words: e.text for e in of(section, local=True) for words in spellings(e.text)}
    assert {words: (out[words], other[words]) for words in out.keys() & other.keys()} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_means_two_things_on_one_number(language: str) -> None:
    meanings: dict[tuple[str, ...], set[str]] = {}
    for entry in ENTRIES:
        if language in spoken_on(entry):
            for words in spellings(entry.text):
                meanings.setdefault(words, set()).add(INTENTS.get(entry.section, entry.section))
    assert {words: found for words, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("word", ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_providers_block_are_opt_outs_everywhere(word: str, language: str) -> None:
    assert understood(word, language)[0] == "opt_out"


@pytest.mark.parametrize("word", ["REVOKE", "OPTOUT", "OPT OUT", "STOPP", "🛑", "AVSLUTA"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_well_known_ways_out_are_open_everywhere(word: str, language: str) -> None:
    assert understood(word, language)[0] == "opt_out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_and_info_are_help_everywhere(language: str) -> None:
    assert understood("HELP", language)[0] == "help"
    assert understood("INFO", language)[0] == "help"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bare_no_is_no_opt_out_and_joins_nothing(language: str) -> None:
    assert understood("NO", language)[0] == "none"


@pytest.mark.parametrize(
    ("word", "language", "intent"),
    [("TAK", "pl", "opt_in"), ("TAK", "da", "none"), ("SLUT", "sv", "opt_out"),
     ("SLUT", "en", "none"), ("FINE", "it", "opt_out"), ("FINE", "en", "none")],
)  # fmt: skip
def test_the_number_s_language_decides_between_equal_letters(
    word: str, language: str, intent: str
) -> None:
    assert understood(word, language)[0] == intent


@pytest.mark.parametrize("alias", sorted(VOCABULARY.aliases))
def test_an_alias_is_served_by_a_language_and_is_none_itself(alias: str) -> None:
    assert VOCABULARY.code_of(alias) in LANGUAGES
    assert alias not in LANGUAGES


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_is_named_after_its_language_and_has_only_known_sections(name: str) -> None:
    file = FILES[name]
    assert name == f"{file['language']}.toml"
    known = {"language", "aliases", "stop", "help_word", "yes", "no", "courtesy", *SECTIONS}
    known |= {"negators", "lists", "ordinary"}
    assert set(file) <= known
    assert all(set(file[section]) <= {"words", "local", "phrases"} for section in SECTIONS)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_word_stands_in_a_file_once(name: str) -> None:
    words = [
        text.casefold()
        for section in SECTIONS
        for part in ("words", "local")
        for text in FILES[name].get(section, {}).get(part, ())
    ]
    assert sorted(words) == sorted(set(words))


@pytest.mark.parametrize("name", sorted(FILES))
def test_courtesy_is_never_a_word_that_decides(name: str) -> None:
    polite = {words for text in FILES[name]["courtesy"] for words in spellings(text)}
    deciding = {words for e in of("opt_out", "help") for words in spellings(e.text)}
    assert polite
    assert polite & deciding == set()


def test_evidence_can_name_the_data_it_was_read_with() -> None:
    assert re.fullmatch("[0-9a-f]{16}", VOCABULARY.version)
