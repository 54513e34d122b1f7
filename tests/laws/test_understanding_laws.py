"""No text whatsoever raises, joins by accident, or is read beyond its limit."""

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.understand import understand
from responder.core.vocabulary import Intent
from responder.core.words import LONGEST, canonical, spellings
from responder.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
LANGUAGES = st.sampled_from(["sv", "da", "nn", "fi", "de", "fr", "en", "pl", "lt", "xx", ""])
KEYWORDS = {words for keyword in ("JA", "JAZZ") for words in spellings(keyword)}
PIECES = sorted({word for phrase in VOCABULARY.phrases for word in phrase.example.split()})
OUTS = [phrase for phrase in VOCABULARY.phrases if phrase.section == "opt_out"]


@given(st.text(), LANGUAGES)
def test_no_text_raises_on_any_number(text: str, language: str) -> None:
    assert understand(text, language, KEYWORDS, VOCABULARY).intent in Intent


@given(st.lists(st.sampled_from(PIECES), max_size=40), LANGUAGES)
def test_no_heap_of_our_own_words_raises(pieces: list[str], language: str) -> None:
    assert understand(" ".join(pieces), language, KEYWORDS, VOCABULARY).intent in Intent


def test_ten_megabytes_of_random_unicode_raise_nothing() -> None:
    dice = random.Random(20261121)
    characters = [chr(dice.randrange(sys.maxunicode)) for _ in range(400_000)]
    for start in range(0, len(characters), LONGEST):
        text = "".join(characters[start : start + LONGEST])
        assert understand(text, "sv", KEYWORDS, VOCABULARY).intent in Intent
    whole = "".join(characters) * 8
    assert len(whole.encode("utf-8", "surrogatepass")) > 10_000_000
    assert understand(whole, "sv", KEYWORDS, VOCABULARY).intent in Intent


@given(st.sampled_from(OUTS), st.sampled_from(["Ja ", "Yes, ", "START ", "JAZZ ", "hej ", ""]))
def test_no_yes_and_no_keyword_makes_an_opt_out_phrase_a_yes(phrase, before: str) -> None:
    understood = understand(before + phrase.example, phrase.language, KEYWORDS, VOCABULARY)
    assert understood.intent is not Intent.OPT_IN


@pytest.mark.parametrize("phrase", VOCABULARY.phrases, ids=lambda p: f"{p.language} {p.pattern}")
def test_every_pattern_is_shown_by_its_example(phrase) -> None:
    meant = {"erase": "erasure", "access": "erasure", "ordinary": "none"}
    got = understand(phrase.example, phrase.language, (), VOCABULARY)
    assert got.intent == meant.get(phrase.section, phrase.section)


@pytest.mark.parametrize("phrase", VOCABULARY.phrases, ids=lambda p: f"{p.language} {p.pattern}")
def test_every_pattern_occurs_in_its_own_example(phrase) -> None:
    tokens = canonical(phrase.example, VOCABULARY.habits).tokens
    found = [VOCABULARY.phrases[number] for number, _, _ in VOCABULARY.patterns.find(tokens)]
    assert phrase in found
