"""Words to intent: the exact part, its order, and the rule that is named."""

import pytest

from responder.core.understand import Understanding, understand
from responder.core.words import spellings
from responder.vocabulary import load_vocabulary

KEYWORDS = ("JA", "KLUBB", "JAZZ", "GÅ MED")


def read(text: str, language: str = "sv", keywords: tuple[str, ...] = KEYWORDS) -> Understanding:
    names = {words for keyword in keywords for words in spellings(keyword)}
    return understand(text, language, names, load_vocabulary())


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("STOPP", "word.sv.stopp"),
        ("Stop!", "word.sv.stop"),
        ("avsluta tack", "word.sv.avsluta"),
        ("hej, stopp", "word.sv.stopp"),
        ("stopp stopp stopp", "word.sv.stopp"),
        ("nej tack", "word.sv.nej-tack"),
        ("ta bort mig", "word.sv.ta-bort-mig"),
        ("OPT-OUT", "word.sv.opt-out"),
        ("ARRET", "word.fr.arrêt"),
        ("LOPETA", "word.fi.lopeta"),
        ("abmelden", "word.de.abmelden"),
        ("unsubscribe", "word.en.unsubscribe"),
        ("🛑", "word.und.🛑"),
        ("STOP polkan", "word.sv.stop"),
        ("JA 🛑", "word.und.🛑"),
    ],
)
def test_opt_out_words_of_all_languages_work_on_any_number(text: str, rule: str) -> None:
    understood = read(text)
    assert (understood.intent, understood.rule) == ("opt_out", rule)


@pytest.mark.parametrize("text", ["STOP JAZZ", "jazz stopp", "Avsluta jazz, tack", "STOPP Jazz!"])
def test_an_opt_out_word_with_a_keyword_names_the_programme(text: str) -> None:
    understood = read(text)
    assert (understood.intent, understood.keyword) == ("opt_out", ("jazz",))


def test_an_opt_out_word_with_an_unknown_word_names_none() -> None:
    understood = read("STOPP polka")
    assert (understood.intent, understood.keyword) == ("opt_out", None)


@pytest.mark.parametrize(
    "text",
    ["JA", "ja.", "Ja tack!", "JA 👍", "hej ja tack", "jа", "ＪＡ", "Ga med", "gå med, tack"],
)
def test_a_keyword_alone_or_with_courtesy_joins(text: str) -> None:
    understood = read(text)
    assert (understood.intent, understood.rule[:8]) == ("opt_in", "keyword.")


@pytest.mark.parametrize("text", ["JA?", "ja det var kul igår", "JAA", "JAZZZ", "ja ja ja"])
def test_nothing_but_the_exact_keyword_joins(text: str) -> None:
    assert read(text).intent == "none"


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("TAK", "pl", "opt_in"),
        ("TAK", "da", "none"),
        ("FINE", "it", "opt_out"),
        ("FINE", "en", "none"),
        ("fin", "fr", "opt_out"),
        ("fin", "sv", "none"),
        ("slut", "sv", "opt_out"),
        ("slut", "en", "none"),
    ],
)
def test_the_numbers_language_decides_what_the_same_letters_mean(
    text: str, language: str, intent: str
) -> None:
    assert read(text, language, ()).intent == intent


@pytest.mark.parametrize("text", ["HJÄLP", "hjalp", "Hjälp tack", "help", "INFO", "?", "hilfe"])
def test_help_words_are_understood(text: str) -> None:
    assert read(text).intent == "help"


def test_requests_about_data_come_before_opt_out() -> None:
    assert read("radera mina uppgifter").rule.startswith("erase.")
    assert read("vilka uppgifter har ni om mig?").rule.startswith("access.")


def test_an_opt_out_comes_before_a_keyword_of_the_same_letters() -> None:
    assert read("STOPP", keywords=("STOPP",)).intent == "opt_out"


def test_norwegian_codes_are_one_language() -> None:
    for language in ("nb", "nn", "no"):
        assert read("AVSLUTT", language).rule == "word.nb.avslutt"


def test_the_trace_keeps_what_was_stripped_and_the_words() -> None:
    understood = read("Stopp!\nSkickat från min iPhone")
    assert understood.words == ("stopp",)
    assert understood.stripped == (("signature", "Skickat från min iPhone"),)
