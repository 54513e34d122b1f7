"""The pattern language: what each sign matches, and what a pattern may not be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.grammar import GrammarError, Reader
from responder.core.near import Neighbours, nearest, slips_allowed
from responder.core.patterns import PatternError, Patterns
from responder.core.words import canonical

LISTS = {"send": ["skicka", "sms:a", "<text>"], "text": ["texta", "skriv*"]}


def patterns(*texts: str) -> Patterns:
    return Patterns((Reader(LISTS).read(text), frozenset({"inte"})) for text in texts)


def occurs(pattern: str, text: str) -> bool:
    return any(patterns(pattern).find(canonical(text).tokens))


@pytest.mark.parametrize(
    ("pattern", "matches", "misses"),
    [
        ("sluta skicka", "snälla sluta skicka nu", "sluta nu skicka"),
        ("sluta [nu | genast] skicka", "sluta genast skicka", "sluta ofta skicka"),
        ("sluta (skicka | sms:a)", "Sluta smsa mig", "sluta ringa"),
        ("sluta .. skicka", "sluta med att alltid skicka", "sluta med att alltid bara skicka"),
        ("sluta .. skicka", "sluta, skicka", "sluta inte skicka"),
        ("sluta .. skicka", "sluta nu skicka", "sluta. skicka"),
        ("meddeland* nej", "meddelanden nej", "meddela nej"),
        ("sluta <send>", "sluta skriva", "sluta läsa"),
        ("^ nej tack $", "nej tack!", "nej tack det går bra"),
        ("^ stop jag", "STOP, jag har flyttat", "jag stop jag"),
        ("hjälp mig", "hjalp mig", "hjälp oss"),
        ("(gå ut | bort) nu", "gå ut nu", "gå nu"),
    ],
)
def test_each_sign_of_the_pattern_language(pattern: str, matches: str, misses: str) -> None:
    assert occurs(pattern, matches)
    assert not occurs(pattern, misses)


@pytest.mark.parametrize(
    "pattern", ["(sluta", "sluta)", "[sluta]", "<nosuch> x", "..", "", "sluta (skicka]"]
)
def test_a_pattern_that_cannot_be_read_is_an_error(pattern: str) -> None:
    with pytest.raises((GrammarError, PatternError)):
        patterns(pattern)


def test_a_span_begins_and_ends_where_the_phrase_does() -> None:
    tokens = canonical("hej, sluta nu skicka sms").tokens
    ((_, begin, end),) = patterns("sluta [nu] skicka").find(tokens)
    assert tokens[begin:end] == ("sluta", "nu", "skicka")


@given(st.lists(st.sampled_from(["sluta", "nu", "skicka", ".", ",", "inte", "x"]), max_size=30))
def test_looking_around_the_rarest_word_finds_what_looking_everywhere_does(
    tokens: list[str],
) -> None:
    text = ["sluta .. skicka", "nu (skicka | sluta x)", "^ sluta $", "x [nu] x"]
    book = patterns(*text)
    everywhere = {
        (number, *span)
        for number, one in enumerate(book._patterns)
        for span in one.matcher(book._asked.number).spans(
            [None if t == "," else book._asked.of(t) for t in tokens], 0, len(tokens)
        )
    }
    assert set(book.find(tokens)) == everywhere


@pytest.mark.parametrize(
    ("typed", "meant"), [("stpo", "stop"), ("stoop", "stop"), ("sop", "stop"), ("stkp", "stop")]
)
def test_a_slip_is_a_letter_left_out_added_changed_or_swapped(typed: str, meant: str) -> None:
    assert Neighbours(["stop", "hjalp"]).of(typed) == {meant}
    assert nearest(typed, ["stop", "hjalp"], 1) == {meant}


@given(st.text("abc", max_size=6), st.lists(st.text("abc", max_size=6), max_size=8))
def test_neighbours_are_those_at_distance_one(word: str, known: list[str]) -> None:
    expected = {k for k in known if nearest(word, [k], 1) and k != word}
    assert Neighbours(known).of(word) == expected


def test_short_words_may_hold_no_slip_and_long_ones_two() -> None:
    assert [slips_allowed("x" * length) for length in (3, 4, 7, 8)] == [0, 1, 1, 2]
