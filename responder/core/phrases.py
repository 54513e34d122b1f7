"""Phrases in a text: which of them hold, once negation and ordinary contexts are heard."""

from collections.abc import Collection
from dataclasses import dataclass

from responder.core.vocabulary import Language, Phrase, Vocabulary
from responder.core.words import COMMA, END

ORDINARY = "ordinary"


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


def occurrences(tokens: tuple[str, ...], language: str, vocabulary: Vocabulary) -> list[Occurrence]:
    """The phrases that hold in a text on a number of `language`, each once, where first unhindered.

    Ordinary contexts are among them, since they tell that other words mean something else.
    """
    everywhere = [
        Occurrence(vocabulary.phrases[number], begin, end)
        for number, begin, end in vocabulary.patterns.find(tokens)
    ]
    contexts = [one for one in everywhere if one.phrase.section == ORDINARY]
    holding: dict[Phrase, Occurrence] = {}
    for one in everywhere:
        if one.phrase.section == ORDINARY or _holds(one, tokens, contexts, language, vocabulary):
            holding.setdefault(one.phrase, one)
    return list(holding.values())


def _holds(
    one: Occurrence,
    tokens: tuple[str, ...],
    contexts: Collection[Occurrence],
    language: str,
    vocabulary: Vocabulary,
) -> bool:
    if any(c.begin < one.end and one.begin < c.end and c.length >= one.length for c in contexts):
        return False
    spoken = {one.phrase.language, language} & vocabulary.languages.keys()
    return not any(_is_negated(one, tokens, vocabulary.languages[code]) for code in spoken)


def _is_negated(one: Occurrence, tokens: tuple[str, ...], language: Language) -> bool:
    """Whether one of the two words before it says no to it, in the same breath."""
    for place in (one.begin - 1, one.begin - 2):
        if place < 0 or tokens[place] in (END, COMMA):
            return False
        if tokens[place] in language.negators:
            return True
    return False
