"""Words to intent, with the rule that decided: what did this person mean?

The order is part of the promise: data rights, opt-out, help, campaign keyword, opt-in word,
then wishes and slips of the finger, none. Only a message that is an opt-out word and nothing
else is that, also where its words could begin a request about data. Opt-out is understood
generously: words of every language, dressed, repeated, in a sentence of their own, in phrases,
with a slip. Only the exact keyword, alone or with courtesy or a yes, joins.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from responder.core.near import nearest, slips_allowed
from responder.core.phrases import ORDINARY, Occurrence, occurrences
from responder.core.vocabulary import UNDETERMINED, Entry, Intent, Language, Vocabulary, Words
from responder.core.words import COMMA, END, Canonical, canonical

_TAKES_ANY_WORD = frozenset({"stop", "stopp"})
_DATA_RIGHTS = ("erase", "access")
_INTENTS = {
    "erase": Intent.ERASURE,
    "access": Intent.ERASURE,
    "opt_out": Intent.OPT_OUT,
    "help": Intent.HELP,
    "opt_in": Intent.OPT_IN,
}
_LONGEST_COMMAND = 8
"""Words of the longest message that is a command with a keyword or a yes around it."""
_MOST_REPEATS = 5
"""stop stoppp STOOOP: so often may one word stand alone."""
_MOST_WORDS_MENDED = 25
"""Words of a text in which slips are mended; longer texts are written with care, or by machine."""


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
    keywords: Collection[Words]
    vocabulary: Vocabulary
    phrases: list[Occurrence]

    def entry(self, section: str, *forms: Words) -> Entry | None:
        for words in forms:
            if entry := self.vocabulary.find(words, section, self.language):
                return entry
        return None


_Finding = tuple[Intent, str, str, str | None, Words | None]


def understand(
    text: str, language: str, keywords: Collection[Words], vocabulary: Vocabulary
) -> Understanding:
    """Understand one text on a number of `language` with these campaign keywords.

    `keywords` holds the canonical words of every keyword, in every spelling. Never raises;
    microseconds.
    """
    read = canonical(text, vocabulary.habits)
    code = vocabulary.code_of(language) or language
    core = _without_courtesy(read.words, vocabulary)
    phrases = occurrences(read.tokens, code, vocabulary)
    reading = _Reading(read, core, code, keywords, vocabulary, phrases)
    for rule in _RULES:
        if finding := rule(reading):
            return Understanding(*finding, words=read.words, stripped=read.stripped)
    return Understanding(Intent.NONE, "none", words=read.words, stripped=read.stripped)


def _data_rights_word(reading: _Reading) -> _Finding | None:
    for section in _DATA_RIGHTS:
        if entry := reading.entry(section, reading.text.words, reading.core):
            return _found(section, entry)
    return None


def _data_rights_phrase(reading: _Reading) -> _Finding | None:
    return _phrase(reading, "erase") or _phrase(reading, "access")


def _opt_out_word(reading: _Reading) -> _Finding | None:
    words, core = reading.text.words, reading.core
    plain = _without_yes(core, reading)
    if entry := reading.entry("opt_out", words, core, _once(core), plain, _once(plain)):
        return _found("word", entry)
    return _opt_out_of_one(reading) or _opt_out_by_symbol(reading)


def _opt_out_of_one(reading: _Reading) -> _Finding | None:
    """STOP JAZZ and JAZZ STOP name a programme; STOP and an unknown word end everything."""
    core = reading.core
    if finding := _opt_out_of(core, reading) or _opt_out_of(reading.text.words, reading):
        return finding
    if len(core) == 2 and core[0] in _TAKES_ANY_WORD and not reading.phrases:
        entry = reading.entry("opt_out", core[:1])
        return _found("word", entry) if entry else None
    return None


def _opt_out_at_first(reading: _Reading) -> _Finding | None:
    """STOP with a reason: the word comes first, and nothing makes it mean something else.

    In English it is a verb like others, so there it takes a sentence of its own.
    """
    core = reading.core
    if len(core) < 2 or core[0] not in _TAKES_ANY_WORD or reading.text.question:
        return None
    if reading.language == "en" or any(one.phrase.section == ORDINARY for one in reading.phrases):
        return None
    entry = reading.entry("opt_out", core[:1])
    return _found("first", entry) if entry else None


def _opt_out_of(core: Words, reading: _Reading) -> _Finding | None:
    if len(core) > _LONGEST_COMMAND or not reading.keywords:
        return None
    for cut in range(1, len(core)):
        for out, rest in ((core[:cut], core[cut:]), (core[cut:], core[:cut])):
            if rest in reading.keywords and (entry := reading.entry("opt_out", out)):
                return _found("word", entry, rest)
    return None


def _opt_out_by_symbol(reading: _Reading) -> _Finding | None:
    """JA 🛑 is a doubt, and doubt means fewer messages."""
    if not reading.text.symbols:
        return None
    joins = reading.core in reading.keywords or reading.entry("opt_in", reading.core)
    entry = reading.entry("opt_out", *((s,) for s in reading.text.symbols)) if joins else None
    return _found("word", entry) if entry else None


def _opt_out_sentence(reading: _Reading) -> _Finding | None:
    """A sentence, or the beginning up to a comma, that is an opt-out word and nothing else.

    `STOPP! Jag har flyttat.` Words of the number's language and English count, since a sentence
    among others is weaker evidence than a message.
    """
    for clause in _clauses(reading.text.tokens):
        core = _without_courtesy(clause, reading.vocabulary)
        entry = reading.entry("opt_out", core) if len("".join(core)) > 3 else None
        if entry and entry.language in (reading.language, "en"):
            return _found("sentence", entry)
        if finding := _opt_out_of(core, reading):
            return finding
    return None


def _clauses(tokens: Words) -> Iterator[Words]:
    """The sentences of a text, and what stands before its first comma."""
    clause: list[str] = []
    for place, token in enumerate(tokens):
        if token not in (END, COMMA):
            clause.append(token)
        elif clause and (token == END or COMMA not in tokens[:place]):
            yield tuple(clause)
            clause = clause if token == COMMA else []


def _opt_out_phrase(reading: _Reading) -> _Finding | None:
    return _phrase(reading, "opt_out")


def _help(reading: _Reading) -> _Finding | None:
    core = reading.core
    entry = reading.entry("help", reading.text.words, core, _once(core))
    return _found("word", entry) if entry else None


def _help_phrase(reading: _Reading) -> _Finding | None:
    return _phrase(reading, "help")


def _campaign_keyword(reading: _Reading) -> _Finding | None:
    for words in (reading.text.words, reading.core, _without_yes(reading.core, reading)):
        if words in reading.keywords:
            if reading.text.question:
                return Intent.NONE, "question.keyword", " ".join(words), None, words
            return Intent.OPT_IN, f"keyword.{'-'.join(words)}", " ".join(words), None, words
    return None


def _opt_in_word(reading: _Reading) -> _Finding | None:
    entry = reading.entry("opt_in", reading.text.words, reading.core)
    if entry is None or reading.text.question:
        return None
    return _found("word", entry)


def _wish(reading: _Reading) -> _Finding | None:
    """A wish to join in other words than the keyword: answered with the keyword."""
    return _phrase(reading, "opt_in")


def _slipped_word(reading: _Reading) -> _Finding | None:
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
                return _found("near", entry)
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


_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_DIGRAPH = re.compile(r"([aou])e|a(a)")


def _slipped_keyword(reading: _Reading) -> _Finding | None:
    """JAZZZ is nearly JAZZ: joins nobody, and is answered with the keyword."""
    if len(reading.core) != 1 or len(reading.core[0]) < 3:
        return None
    singles = [words[0] for words in reading.keywords if len(words) == 1]
    near = nearest(reading.core[0], singles, 1)
    if len(near) != 1:
        return None
    (keyword,) = near
    return Intent.NONE, f"near.keyword.{keyword}", keyword, None, (keyword,)


def _slipped_phrase(reading: _Reading) -> _Finding | None:
    """Words or a phrase, once the slips in them are mended; never any that join."""
    tokens = _mended(reading)
    if tokens is None:
        return None
    words = tuple(token for token in tokens if token not in (END, COMMA))
    core = _without_courtesy(words, reading.vocabulary)
    phrases = occurrences(tokens, reading.language, reading.vocabulary)
    for section in ("erase", "access", "opt_out", "help"):
        if entry := reading.entry(section, core):
            return _found(section if section in _DATA_RIGHTS else "near", entry)
        for one in phrases:
            if one.phrase.section == section:
                return _found_phrase(one, tokens, "near-")
    return None


def _mended(reading: _Reading) -> tuple[str, ...] | None:
    """The tokens with each unknown word replaced by the one word it is a slip of."""
    language = reading.vocabulary.languages.get(reading.language)
    if language is None or not 1 < len(reading.text.words) <= _MOST_WORDS_MENDED:
        return None
    mended = []
    for token in reading.text.tokens:
        near: frozenset[str] = frozenset()
        if _may_be_a_slip(token, language, reading.vocabulary):
            near = language.known.of(token)
        mended.append(min(near) if near else token)
    tokens = tuple(mended)
    return tokens if tokens != reading.text.tokens else None


def _may_be_a_slip(word: str, language: Language, vocabulary: Vocabulary) -> bool:
    known = word in language.known or word in language.ordinary or vocabulary.patterns.knows(word)
    return len(word) > 3 and not known


_RULES = (
    _data_rights_word,
    _opt_out_word,
    _data_rights_phrase,
    _opt_out_phrase,
    _opt_out_sentence,
    _opt_out_at_first,
    _help,
    _campaign_keyword,
    _opt_in_word,
    _help_phrase,
    _wish,
    _slipped_word,
    _slipped_keyword,
    _slipped_phrase,
)


def _phrase(reading: _Reading, section: str) -> _Finding | None:
    mine = [one for one in reading.phrases if one.phrase.section == section]
    if not mine:
        return None
    own = [one for one in mine if one.phrase.language == reading.language]
    return _found_phrase(max(own or mine, key=lambda one: one.length), reading.text.tokens)


def _found_phrase(one: Occurrence, tokens: Words, prefix: str = "") -> _Finding:
    phrase = one.phrase
    section = phrase.section if phrase.section in _DATA_RIGHTS else f"{prefix}phrase"
    words = [token for token in tokens[one.begin : one.end] if token not in (END, COMMA)]
    rule = f"{section}.{phrase.language}.{phrase.name}"
    return _INTENTS[phrase.section], rule, " ".join(words), phrase.language, None


def _found(kind: str, entry: Entry, keyword: Words | None = None) -> _Finding:
    name = "-".join(entry.text.casefold().split())
    language = None if entry.language == UNDETERMINED else entry.language
    rule = f"{kind}.{entry.language}.{name}"
    return _INTENTS[entry.section], rule, entry.text, language, keyword


def _once(words: Words) -> Words:
    """STOP STOP STOP is STOP."""
    return words[:1] if len(set(words)) == 1 else words


def _without_yes(words: Words, reading: _Reading) -> Words:
    """Without an opt-in word before or after: `ja, stoppa` is no yes, `JA JAZZ` names JAZZ."""
    if len(words) > _LONGEST_COMMAND:
        return words
    for length in range(min(3, len(words) - 1), 0, -1):
        if reading.entry("opt_in", words[:length]):
            return words[length:]
        if reading.entry("opt_in", words[-length:]):
            return words[:-length]
    return words


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
