"""Words to intent, with the rule that decided: what did this person mean?

The order is part of the promise: data rights, opt-out, help, campaign keyword, opt-in word,
then wishes and slips of the finger, none. Only a message that is an opt-out word and nothing
else is that, also where its words could begin a request about data. Opt-out is understood
generously: words of every language, dressed, repeated, in a sentence of their own, in phrases,
with a slip. Only the exact keyword, alone or with courtesy or a yes, joins.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from responder.core.phrases import ORDINARY, occurrences
from responder.core.reading import (
    DATA_RIGHTS,
    LONGEST_COMMAND,
    Finding,
    Reading,
    found,
    once,
    phrase_of,
    without_courtesy,
    without_yes,
)
from responder.core.slips import slipped_keyword, slipped_phrase, slipped_word
from responder.core.vocabulary import Intent, Vocabulary, Words
from responder.core.words import COMMA, END, canonical

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


def _data_rights_word(reading: Reading) -> Finding | None:
    for section in DATA_RIGHTS:
        if entry := reading.entry(section, reading.text.words, reading.core):
            return found(section, entry)
    return None


def _data_rights_phrase(reading: Reading) -> Finding | None:
    return phrase_of(reading, "erase") or phrase_of(reading, "access")


def _opt_out_word(reading: Reading) -> Finding | None:
    words, core = reading.text.words, reading.core
    plain = without_yes(core, reading)
    if entry := reading.entry("opt_out", words, core, once(core), plain, once(plain)):
        return found("word", entry)
    return _opt_out_of_one(reading) or _opt_out_by_symbol(reading)


def _opt_out_of_one(reading: Reading) -> Finding | None:
    """STOP JAZZ and JAZZ STOP name a programme; STOP and an unknown word end everything."""
    core = reading.core
    if finding := _opt_out_of(core, reading) or _opt_out_of(reading.text.words, reading):
        return finding
    if len(core) == 2 and core[0] in _TAKES_ANY_WORD and not reading.phrases:
        entry = reading.entry("opt_out", core[:1])
        return found("word", entry) if entry else None
    return None


def _opt_out_at_first(reading: Reading) -> Finding | None:
    """STOP with a reason: the word comes first, and nothing makes it mean something else.

    In English it is a verb like others, so there it takes a sentence of its own.
    """
    core = reading.core
    if len(core) < 2 or core[0] not in _TAKES_ANY_WORD or reading.text.question:
        return None
    if reading.language == "en" or any(one.phrase.section == ORDINARY for one in reading.phrases):
        return None
    entry = reading.entry("opt_out", core[:1])
    return found("first", entry) if entry else None


def _opt_out_of(core: Words, reading: Reading) -> Finding | None:
    if len(core) > LONGEST_COMMAND or not reading.keywords:
        return None
    for cut in range(1, len(core)):
        for out, rest in ((core[:cut], core[cut:]), (core[cut:], core[:cut])):
            if rest in reading.keywords and (entry := reading.entry("opt_out", out)):
                return found("word", entry, rest)
    return None


def _opt_out_by_symbol(reading: Reading) -> Finding | None:
    """JA 🛑 is a doubt, and doubt means fewer messages."""
    if not reading.text.symbols:
        return None
    joins = reading.core in reading.keywords or reading.entry("opt_in", reading.core)
    entry = reading.entry("opt_out", *((s,) for s in reading.text.symbols)) if joins else None
    return found("word", entry) if entry else None


def _opt_out_sentence(reading: Reading) -> Finding | None:
    """A sentence, or the beginning up to a comma, that is an opt-out word and nothing else.

    `STOPP! Jag har flyttat.` Words of the number's language and English count, since a sentence
    among others is weaker evidence than a message.
    """
    for clause in _clauses(reading.text.tokens):
        core = without_courtesy(clause, reading.vocabulary)
        entry = reading.entry("opt_out", core) if len("".join(core)) > 3 else None
        if entry and entry.language in (reading.language, "en"):
            return found("sentence", entry)
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


def _opt_out_phrase(reading: Reading) -> Finding | None:
    return phrase_of(reading, "opt_out")


def _help(reading: Reading) -> Finding | None:
    core = reading.core
    entry = reading.entry("help", reading.text.words, core, once(core))
    return found("word", entry) if entry else None


def _help_phrase(reading: Reading) -> Finding | None:
    return phrase_of(reading, "help")


def _campaign_keyword(reading: Reading) -> Finding | None:
    for words in (reading.text.words, reading.core, without_yes(reading.core, reading)):
        if words in reading.keywords:
            if reading.text.question:
                return Intent.NONE, "question.keyword", " ".join(words), None, words
            return Intent.OPT_IN, f"keyword.{'-'.join(words)}", " ".join(words), None, words
    return None


def _opt_in_word(reading: Reading) -> Finding | None:
    """A yes of the number's language, or English: another's may be a word of this one."""
    if reading.text.question:
        return None
    for language in (reading.language, "en"):
        for words in (reading.text.words, reading.core):
            entry = reading.vocabulary.find(words, "opt_in", language)
            if entry and entry.language == language:
                return found("word", entry)
    return None


def _wish(reading: Reading) -> Finding | None:
    """A wish to join in other words than the keyword: answered with the keyword."""
    return phrase_of(reading, "opt_in")


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
    slipped_word,
    slipped_keyword,
    slipped_phrase,
)


def understand(
    text: str, language: str, keywords: Collection[Words], vocabulary: Vocabulary
) -> Understanding:
    """Understand one text on a number of `language` with these campaign keywords.

    `keywords` holds the canonical words of every keyword, in every spelling. Never raises;
    microseconds.
    """
    read = canonical(text, vocabulary.habits)
    code = vocabulary.code_of(language) or language
    core = without_courtesy(read.words, vocabulary)
    phrases = occurrences(read.tokens, code, vocabulary)
    reading = Reading(read, core, code, keywords, vocabulary, phrases)
    for rule in _RULES:
        if finding := rule(reading):
            return Understanding(*finding, words=read.words, stripped=read.stripped)
    return Understanding(Intent.NONE, "none", words=read.words, stripped=read.stripped)
