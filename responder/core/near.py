"""Slips of the finger: words at a Damerau-Levenshtein distance of a few letters."""

import functools
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract


class Neighbours:
    """Finds the known words one slip away from a word, in time linear in its length.

    Two words are one slip apart only if leaving out at most one letter of each makes them the
    same (Garbe, SymSpell), so both sides are indexed and looked up by what is left.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    @functools.cached_property
    def _by_rest(self) -> dict[str, list[str]]:
        """Made at the first slip; most processes see few languages."""
        by_rest: dict[str, list[str]] = {}
        for word in self._words:
            for rest in _rests(word):
                by_rest.setdefault(rest, []).append(word)
        return by_rest

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def of(self, word: str) -> frozenset[str]:
        """The known words exactly one slip away."""
        candidates = {near for rest in _rests(word) for near in self._by_rest.get(rest, ())}
        return frozenset(near for near in candidates if OSA.distance(word, near) == 1)


def nearest(word: str, choices: Iterable[str], most: int) -> frozenset[str]:
    """The choices at the least distance from a word, none if that is over `most` slips."""
    found = extract(
        word, list(choices), scorer=OSA.distance, score_cutoff=most, limit=None, processor=None
    )
    least = min((distance for _, distance, _ in found), default=0)
    return frozenset(choice for choice, distance, _ in found if distance == least)


def slips_allowed(word: str) -> int:
    """How many slips a word of this length may hold and still be recognised."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def _rests(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
