"""Phrases in a text: which of them hold, once negation and ordinary contexts are heard."""

from collections.abc import Collection
from dataclasses import dataclass

from responder.core.vocabulary import Phrase, Vocabulary
from responder.core.words import COMMA, END

ORDINARY = "ordinary"
_MOST = 12
"""Phrases of one text that are looked at; more of them is nobody's wish but a flood."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One phrase where it stands in the text, in tokens."""

    phrase: Phrase
    begin: int
    end: int

    @property
    def length(self) -> int:
        """How many tokens it spans."""
        return self.end - self.begin


def occurrences(tokens: tuple[str, ...], vocabulary: Vocabulary) -> list[Occurrence]:
    """The phrases that hold in a text, each once, where it stands first unhindered."""
    found = vocabulary.automaton.scan(tokens)[:_MOST]
    if not found:
        return []
    everywhere = [
        Occurrence(vocabulary.phrases[number], begin, end)
        for number in found
        for begin, end in vocabulary.automaton.spans(number, tokens)
    ]
    contexts = [one for one in everywhere if one.phrase.section == ORDINARY]
    holding: dict[Phrase, Occurrence] = {}
    for one in everywhere:
        if one.phrase.section != ORDINARY and _holds(one, tokens, contexts, vocabulary):
            holding.setdefault(one.phrase, one)
    return list(holding.values())


def _holds(
    one: Occurrence,
    tokens: tuple[str, ...],
    contexts: Collection[Occurrence],
    vocabulary: Vocabulary,
) -> bool:
    if any(c.begin < one.end and one.begin < c.end and c.length >= one.length for c in contexts):
        return False
    return not _is_negated(one, tokens, vocabulary)


def _is_negated(one: Occurrence, tokens: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    """Whether one of the two words before it says no to it, in the same breath."""
    negators = vocabulary.languages[one.phrase.language].negators
    for place in (one.begin - 1, one.begin - 2):
        if place < 0 or tokens[place] in (END, COMMA):
            return False
        if tokens[place] in negators:
            return True
    return False
