"""One text as the rules of understanding see it, and how they say what they found."""

from collections.abc import Collection
from dataclasses import dataclass

from responder.core.phrases import Occurrence
from responder.core.vocabulary import UNDETERMINED, Entry, Intent, Vocabulary, Words
from responder.core.words import COMMA, END, Canonical

DATA_RIGHTS = ("erase", "access")
LONGEST_COMMAND = 8
"""Words of the longest message that is a command with a keyword or a yes around it."""
_INTENTS = {
    "erase": Intent.ERASURE,
    "access": Intent.ERASURE,
    "opt_out": Intent.OPT_OUT,
    "help": Intent.HELP,
    "opt_in": Intent.OPT_IN,
}
Finding = tuple[Intent, str, str, str | None, Words | None]
"""Intent, rule, what matched, the language of the entry, the keyword that was named."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text on a number of `language`; `core` are its words without courtesy."""

    text: Canonical
    core: Words
    language: str
    keywords: Collection[Words]
    vocabulary: Vocabulary
    phrases: list[Occurrence]

    def entry(self, section: str, *forms: Words) -> Entry | None:
        """The first of these forms that is an entry of a section."""
        for words in forms:
            if entry := self.vocabulary.find(words, section, self.language):
                return entry
        return None


def phrase_of(reading: Reading, section: str) -> Finding | None:
    """The phrase of a section that a text holds: the number's language first, then the longest."""
    mine = [one for one in reading.phrases if one.phrase.section == section]
    if not mine:
        return None
    own = [one for one in mine if one.phrase.language == reading.language]
    return found_phrase(max(own or mine, key=lambda one: one.length), reading.text.tokens)


def found_phrase(one: Occurrence, tokens: Words, prefix: str = "") -> Finding:
    """What a phrase says, with the words that it was found in."""
    phrase = one.phrase
    section = phrase.section if phrase.section in DATA_RIGHTS else f"{prefix}phrase"
    words = [token for token in tokens[one.begin : one.end] if token not in (END, COMMA)]
    rule = f"{section}.{phrase.language}.{phrase.name}"
    return _INTENTS[phrase.section], rule, " ".join(words), phrase.language, None


def found(kind: str, entry: Entry, keyword: Words | None = None) -> Finding:
    """What an entry says, with the kind of rule that led to it."""
    name = "-".join(entry.text.casefold().split())
    language = None if entry.language == UNDETERMINED else entry.language
    rule = f"{kind}.{entry.language}.{name}"
    return _INTENTS[entry.section], rule, entry.text, language, keyword


def once(words: Words) -> Words:
    """STOP STOP STOP is STOP."""
    return words[:1] if len(set(words)) == 1 else words


def without_yes(words: Words, reading: Reading) -> Words:
    """Without an opt-in word before or after: `ja, stoppa` is no yes, `JA JAZZ` names JAZZ."""
    if len(words) > LONGEST_COMMAND:
        return words
    for length in range(min(3, len(words) - 1), 0, -1):
        if reading.entry("opt_in", words[:length]):
            return words[length:]
        if reading.entry("opt_in", words[-length:]):
            return words[:-length]
    return words


def without_courtesy(words: Words, vocabulary: Vocabulary) -> Words:
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
