"""Slips of the finger: what is nearly an opt-out, a call for help or a keyword. None joins."""

import re

from responder.core.near import nearest, slips_allowed
from responder.core.phrases import occurrences
from responder.core.reading import (
    DATA_RIGHTS,
    Finding,
    Reading,
    found,
    found_phrase,
    without_courtesy,
)
from responder.core.vocabulary import Entry, Intent, Language
from responder.core.words import COMMA, END

_MOST_REPEATS = 5
"""stop stoppp STOOOP: so often may one word stand alone."""
_MOST_WORDS_MENDED = 25
"""Words of a text in which slips are mended; longer texts are written with care, or by machine."""
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_DIGRAPH = re.compile(r"([aou])e|a(a)")


def slipped_word(reading: Reading) -> Finding | None:
    """One word that is nearly an opt-out or help word, and no other word that we know."""
    if not 0 < len(reading.core) <= _MOST_REPEATS:
        return None
    if len({min(_spoken_forms(word)) for word in reading.core}) > 1:
        return None
    forms = {form for word in reading.core for form in _spoken_forms(word)}
    languages = reading.vocabulary.languages
    own, english = languages.get(reading.language), languages["en"]
    if any(word in spoken.ordinary for spoken in (own, english) if spoken for word in forms):
        return None
    for spoken in (own, english):
        for form in sorted(forms) if spoken else ():
            entry = _near_entry(form, spoken)
            if entry and (not entry.local or entry.language == reading.language):
                return found("near", entry)
    return None


def _near_entry(word: str, spoken: Language | None) -> Entry | None:
    """The opt-out or help word that this is a slip of, if nothing else is as near."""
    if spoken is None:
        return None
    near = nearest(word, spoken.slips, slips_allowed(word))
    sections = {spoken.slips[choice].section for choice in near}
    if len(sections) == 1 and sections <= {"opt_out", "help"}:
        return spoken.slips[min(near)]
    return None


def _spoken_forms(word: str) -> frozenset[str]:
    """A word, drawn-out letters shortened (stooopp), and digraphs as one letter (hjaelp)."""
    drawn = {word, _DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)}
    if len(drawn) > 1:
        drawn.discard(word)
    return frozenset(drawn | {_DIGRAPH.sub(r"\1\2", form) for form in drawn})


def slipped_keyword(reading: Reading) -> Finding | None:
    """JAZZZ is nearly JAZZ: joins nobody, and is answered with the keyword."""
    if len(reading.core) != 1 or len(reading.core[0]) < 3:
        return None
    singles = [words[0] for words in reading.keywords if len(words) == 1]
    near = nearest(reading.core[0], singles, 1)
    if len(near) != 1:
        return None
    (keyword,) = near
    return Intent.NONE, f"near.keyword.{keyword}", keyword, None, (keyword,)


def slipped_phrase(reading: Reading) -> Finding | None:
    """Words or a phrase, once the slips in them are mended; never any that join."""
    tokens = _mended(reading)
    if tokens is None:
        return None
    words = tuple(token for token in tokens if token not in (END, COMMA))
    core = without_courtesy(words, reading.vocabulary)
    phrases = occurrences(tokens, reading.language, reading.vocabulary)
    for section in ("erase", "access", "opt_out", "help"):
        if entry := reading.entry(section, core):
            return found(section if section in DATA_RIGHTS else "near", entry)
        for one in phrases:
            if one.phrase.section == section:
                return found_phrase(one, tokens, "near-")
    return None


def _mended(reading: Reading) -> tuple[str, ...] | None:
    """The tokens with each unknown word replaced by the one word it is a slip of."""
    language = reading.vocabulary.languages.get(reading.language)
    if language is None or not 1 < len(reading.text.words) <= _MOST_WORDS_MENDED:
        return None
    mended = []
    for token in reading.text.tokens:
        near: frozenset[str] = frozenset()
        if len(token) > 3 and token not in language.known and token not in language.ordinary:
            near = language.known.of(token)
        mended.append(min(near) if near else token)
    tokens = tuple(mended)
    return tokens if tokens != reading.text.tokens else None
