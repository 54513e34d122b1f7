"""Words to intent, with the rule that decided: what did this person mean?

The order is part of the promise: data rights, opt-out, help, campaign keyword, opt-in word,
none. An opt-out or a help word may be surrounded by courtesy or repeated; only the exact
keyword, alone or with courtesy, joins.
"""

from collections.abc import Container
from dataclasses import dataclass

from responder.core.vocabulary import UNDETERMINED, Entry, Intent, Vocabulary, Words
from responder.core.words import Canonical, canonical

_TAKES_ANY_WORD = frozenset({"stop", "stopp"})


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood and why: raw → stripped → canonical words → rule → intent.

    `rule` names the list, the language and the entry (`word.sv.avsluta`, `keyword.ja`).
    `keyword` is the campaign keyword that was named, by its canonical words. `language` is
    that of the matched entry, None where the rule has none.
    """

    intent: Intent
    rule: str
    matched: str = ""
    language: str | None = None
    keyword: Words | None = None
    words: Words = ()
    stripped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One text as the rules see it."""

    text: Canonical
    core: Words  # without courtesy
    language: str
    keywords: Container[Words]
    vocabulary: Vocabulary

    def entry(self, section: str, *forms: Words) -> Entry | None:
        found = (self.vocabulary.find(words, section, self.language) for words in forms if words)
        return next((entry for entry in found if entry), None)


_Finding = tuple[Intent, str, str, str | None, Words | None]


def understand(
    text: str, language: str, keywords: Container[Words], vocabulary: Vocabulary
) -> Understanding:
    """Understand one text on a number of `language` with these campaign keywords.

    `keywords` holds the canonical words of every keyword, in every spelling.
    Never raises; microseconds.
    """
    read = canonical(text, vocabulary.habits)
    code = vocabulary.code_of(language) or language
    reading = _Reading(read, _without_courtesy(read.words, vocabulary), code, keywords, vocabulary)
    for rule in (_data_rights, _opt_out, _help, _campaign_keyword, _opt_in_word):
        if finding := rule(reading):
            return Understanding(*finding, words=read.words, stripped=read.stripped)
    return Understanding(Intent.NONE, "none", words=read.words, stripped=read.stripped)


def _data_rights(reading: _Reading) -> _Finding | None:
    for section in ("erase", "access"):
        if entry := reading.entry(section, reading.text.words, reading.core):
            return _found(Intent.ERASURE, section, entry)
    return None


def _opt_out(reading: _Reading) -> _Finding | None:
    words, core = reading.text.words, reading.core
    if entry := reading.entry("opt_out", words, core, _once(core)):
        return _found(Intent.OPT_OUT, "word", entry)
    return _opt_out_of_one(reading) or _opt_out_by_symbol(reading)


def _opt_out_of_one(reading: _Reading) -> _Finding | None:
    """STOP JAZZ and JAZZ STOP name a programme; STOP and an unknown word end everything."""
    core = reading.core
    for cut in range(1, len(core)):
        for out, rest in ((core[:cut], core[cut:]), (core[cut:], core[:cut])):
            entry = reading.entry("opt_out", out)
            if entry and rest in reading.keywords:
                return _found(Intent.OPT_OUT, "word", entry, rest)
    entry = reading.entry("opt_out", core[:1])
    if entry and len(core) == 2 and core[0] in _TAKES_ANY_WORD:
        return _found(Intent.OPT_OUT, "word", entry)
    return None


def _opt_out_by_symbol(reading: _Reading) -> _Finding | None:
    """JA 🛑 is a doubt, and doubt means fewer messages."""
    joins = reading.core in reading.keywords or reading.entry("opt_in", reading.core)
    symbols = ((symbol,) for symbol in reading.text.symbols)
    entry = reading.entry("opt_out", *symbols) if joins else None
    return _found(Intent.OPT_OUT, "word", entry) if entry else None


def _help(reading: _Reading) -> _Finding | None:
    core = reading.core
    entry = reading.entry("help", reading.text.words, core, _once(core))
    return _found(Intent.HELP, "word", entry) if entry else None


def _campaign_keyword(reading: _Reading) -> _Finding | None:
    for words in (reading.text.words, reading.core):
        if words in reading.keywords:
            if reading.text.question:
                return Intent.NONE, "question.keyword", " ".join(words), None, words
            return Intent.OPT_IN, f"keyword.{'-'.join(words)}", " ".join(words), None, words
    return None


def _opt_in_word(reading: _Reading) -> _Finding | None:
    entry = reading.entry("opt_in", reading.text.words, reading.core)
    if entry is None or reading.text.question:
        return None
    return _found(Intent.OPT_IN, "word", entry)


def _found(intent: Intent, kind: str, entry: Entry, keyword: Words | None = None) -> _Finding:
    name = "-".join(entry.text.casefold().split())
    language = None if entry.language == UNDETERMINED else entry.language
    return intent, f"{kind}.{entry.language}.{name}", entry.text, language, keyword


def _once(words: Words) -> Words:
    """STOP STOP STOP is STOP."""
    return words[:1] if len(set(words)) == 1 else words


def _without_courtesy(words: Words, vocabulary: Vocabulary) -> Words:
    """The words without the politeness around them; all of them where nothing else is said."""
    core = words
    while shorter := _one_courtesy_less(core, vocabulary.courtesy):
        core = shorter
    return core


def _one_courtesy_less(words: Words, courtesy: frozenset[Words]) -> Words | None:
    for length in range(min(4, len(words) - 1), 0, -1):
        if words[-length:] in courtesy:
            return words[:-length]
        if words[:length] in courtesy:
            return words[length:]
    return None
