"""What a phone, a keyboard or a prankster adds is taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.words import LONGEST, canonical, fold_letters, spellings
from responder.vocabulary import load_vocabulary

HABITS = load_vocabulary().habits


@pytest.mark.parametrize(
    "text",
    [
        *("STOPP", "stopp", "Stopp", " stopp ", "stopp\n", "STOPP.", "Stopp!!!", "»Stopp«"),
        *("'stopp'", '"STOPP"', "“Stopp”", "*stopp*", "_stopp_", "(stopp)", "stopp;-)", "STOPP 🛑"),
        *("st\u200bopp", "\u202estopp\u202c", "s\u00adtopp", "stopp\ufe0f", "\ufeffSTOPP"),
        *("ＳＴＯＰＰ", "𝗦𝗧𝗢𝗣𝗣", "𝓼𝓽𝓸𝓹𝓹", "ⓢⓣⓞⓟⓟ", "🅂🅃🄾🄿🄿", "🅢🅣🅞🅟🅟", "🇸🇹🇴🇵🇵"),
        *("ЅТОРР", "ѕtорр", "STΟΡΡ", "sтopp", "S T O P P", "S.T.O.P.P.", "s-t-o-p-p", "stòpp"),
        *("stopp\n\nSkickat från min iPhone", "stopp Sent from my Galaxy S24", "STOPP\n-- \nKarin"),
        *(
            "> Svara STOPP för att avsluta\nstopp",
            "st\x07opp",
            "s\u0336t\u0336o\u0336p\u0336p\u0336",
        ),
        *("stopp\u3164", "‹stopp›", "¡stopp!", "stopp…", "STOPP,", "\tSTOPP\r\n", "ﬆopp"),
    ],
)
def test_dressing_does_not_change_a_word(text: str) -> None:
    assert canonical(text, HABITS).words == ("stopp",)


@pytest.mark.parametrize(
    ("entry", "typed"),
    [
        ("AVANMÄL", ["avanmäl", "AVANMAL", "avanmael", "avanma\u0308l", "AVANM?L", "avanm\ufffdl"]),
        ("HJÆLP", ["hjælp", "hjaelp", "hjalp", "HJ?LP", "HJ??LP"]),
        ("OPHØR", ["ophør", "ophor", "ophoer", "OPHÖR"]),
        ("PÅMELD", ["påmeld", "pameld", "paameld", "pa\u030ameld"]),
        ("ARRÊT", ["arrêt", "arret", "ARR?T"]),
        ("REZYGNUJĘ", ["rezygnuję", "rezygnuje"]),
        ("KÜNDIGEN", ["kündigen", "kundigen", "kuendigen"]),
    ],
)
def test_accents_are_understood_typed_or_not(entry: str, typed: list[str]) -> None:
    for text in typed:
        assert canonical(text).words in spellings(entry)


@pytest.mark.parametrize(
    "text",
    [
        'Liked "Reply STOP to end"',
        "Liked “Reply STOP to end”",
        "Gillade ”Svara STOPP för att avsluta”",
        "Laughed at “STOP”",
        "Reacted 😂 to “Reply STOP to end”",
        "👍 to “Reply STOP”",
        "Hat „Gefällt mir“ markiert „STOPP“",
        "A aimé « Répondez STOP »",
    ],
)
def test_a_quoted_reaction_says_nothing(text: str) -> None:
    read = canonical(text, HABITS)
    assert read.words == ()
    assert read.stripped[0][0] == "reaction"


def test_what_was_stripped_is_told() -> None:
    read = canonical("Stopp\nSkickat från min iPhone", HABITS)
    assert read.stripped == (("signature", "Skickat från min iPhone"),)


def test_a_text_that_is_all_quotation_is_still_read() -> None:
    assert canonical("> stopp", HABITS).words == ("stopp",)


def test_emoji_are_words_only_where_there_is_no_other() -> None:
    assert canonical("🛑").words == ("🛑",)
    assert canonical("ja 👍").words == ("ja",)
    assert canonical("ja 👍").symbols == ("👍",)


def test_contractions_are_one_word_and_elisions_two() -> None:
    assert canonical("don't").words == canonical("don’t").words == ("dont",)
    assert canonical("l'arrêt").words == ("l", "arret")


@given(st.text())
def test_no_text_raises_and_words_are_stable(text: str) -> None:
    words = canonical(text, HABITS).words
    assert canonical(" ".join(words)).words == words or not all(w.isalnum() for w in words)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_folding_is_idempotent(text: str) -> None:
    once = fold_letters(text)
    assert fold_letters(once) == once


def test_only_what_a_provider_can_deliver_is_read() -> None:
    assert canonical("a" * LONGEST + " stopp").words == ("a" * LONGEST,)
