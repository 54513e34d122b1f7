"""All patterns of all languages, and which of them occur in a text.

Most texts hold none of thousands of patterns, so each is asked about cheaply first: every
pattern needs certain words, and only one whose words are all there is looked for, and only
around the rarest of them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from responder.core.grammar import GAP, Gap, Node, OneOf, Row, Word
from responder.core.matching import Kinds, Matcher
from responder.core.words import COMMA, END

_MEMORY = 50_000
_COMMAS = 4
"""Commas that a phrase may hold."""
_MOST = 60
"""Stretches that are looked at in one text; a text that has more is a heap of words."""


class PatternError(ValueError):
    """A pattern that cannot be used; the text says why."""


@dataclass(slots=True)
class _Pattern:
    """A pattern with what it needs: one word of each of these classes, in this order.

    Its matcher is made when a text first holds all that; most never are.
    """

    tree: Node
    never_skipped: int
    needs: tuple[int, ...]
    all_needs: Kinds
    longest: int
    _matcher: Matcher | None = None

    def matcher(self, number_of: Callable[[Word], int]) -> Matcher:
        """The matcher; two threads may make it at once, and both are the same."""
        if self._matcher is None:
            self._matcher = Matcher(self.tree, number_of, self.never_skipped)
        return self._matcher


class Patterns:
    """Thousands of patterns, numbered as they were given; safe to share by threads."""

    def __init__(self, patterns: Iterable[tuple[Node, frozenset[str]]]) -> None:
        """Take (tree, negators) pairs. Raises PatternError for one that needs no word at all."""
        self._asked = _Classes()
        self._needed = _Classes()
        given = list(patterns)
        self._common = Counter(word for tree, _ in given for one in _words(tree) for word in one)
        self._patterns = [self._prepare(tree, negators) for tree, negators in given]
        self._by_trigger = self._triggers()
        self._triggering = frozenset(self._by_trigger)

    def find(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """(number, begin, end) of every occurrence of a pattern in a tokenised text."""
        needed = [self._needed.of(token) for token in tokens]
        stretches = list(islice(self._stretches(needed), _MOST))
        if stretches:
            kinds = [None if token == COMMA else self._asked.of(token) for token in tokens]
            for number, begin, end in stretches:
                matcher = self._patterns[number].matcher(self._asked.number)
                for start, stop in matcher.spans(kinds, begin, end):
                    yield number, start, stop

    def _stretches(self, needed: list[Kinds]) -> Iterator[tuple[int, int, int]]:
        """(number, begin, end) of the stretches that hold all a pattern needs, in its order."""
        present = frozenset().union(*needed)
        for trigger, places in self._trigger_places(needed).items():
            for number in self._by_trigger[trigger]:
                pattern = self._patterns[number]
                if not pattern.all_needs <= present:
                    continue
                for place in places:
                    begin, end = max(0, place - pattern.longest), place + pattern.longest
                    if _in_order(pattern.needs, needed[begin:end]):
                        yield number, begin, min(end, len(needed))

    def _trigger_places(self, needed: list[Kinds]) -> dict[int, list[int]]:
        places: dict[int, list[int]] = {}
        for place, here in enumerate(needed):
            for trigger in here & self._triggering:
                places.setdefault(trigger, []).append(place)
        return places

    def _prepare(self, tree: Node, negators: frozenset[str]) -> _Pattern:
        needs = tuple(self._needed.number(word) for word in _needs(tree, self._commonness))
        if not needs:
            raise PatternError("the pattern needs no word at all")
        never_skipped = self._asked.number(Word(negators | {END}))
        for word in _words(tree):  # before the first token is asked about
            self._asked.number(word)
        return _Pattern(tree, never_skipped, needs, frozenset(needs), _longest(tree) + _COMMAS)

    def _triggers(self) -> dict[int, list[int]]:
        """Each pattern under the rarest class it needs."""
        commonness = [self._commonness(word) for word in self._needed.words]
        triggers: dict[int, list[int]] = {}
        for number, pattern in enumerate(self._patterns):
            rarest = min(pattern.needs, key=commonness.__getitem__)
            triggers.setdefault(rarest, []).append(number)
        return triggers

    def _commonness(self, word: Word) -> int:
        """How often these words stand in patterns, which is near how often people use them."""
        return max(self._common[one] for one in word)


class _Classes:
    """Sets of words, numbered, and which of them a token belongs to."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self._numbers: dict[Word, int] = {}
        self._by_word: dict[str, set[int]] = {}
        self._by_prefix: dict[str, set[int]] = {}
        self._lengths: set[int] = set()
        self._known: dict[str, Kinds] = {}

    def number(self, word: Word) -> int:
        """The number of a set of words; all are numbered before the first token is asked about."""
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
            for one in word.words:
                self._by_word.setdefault(one, set()).add(number)
            for prefix in word.prefixes:
                self._by_prefix.setdefault(prefix, set()).add(number)
                self._lengths.add(len(prefix))
        return number

    def of(self, token: str) -> Kinds:
        """The numbers of the sets that a token belongs to."""
        kinds = self._known.get(token)
        if kinds is None:
            found = set(self._by_word.get(token, ()))
            for length in self._lengths:
                found |= self._by_prefix.get(token[:length], set())
            if len(self._known) >= _MEMORY:
                self._known.clear()
            self._known[token] = kinds = frozenset(found)
        return kinds


def _in_order(needs: tuple[int, ...], needed: list[Kinds]) -> bool:
    """Whether the tokens hold a word of each class, one after the other."""
    tokens = iter(needed)
    return all(any(kind in here for here in tokens) for kind in needs)


def _words(node: Node) -> Iterator[Word]:
    """Every word of a pattern."""
    match node:
        case Word():
            yield node
        case Row(parts) | OneOf(parts):
            for part in parts:
                yield from _words(part)


def _needs(node: Node, commonness: Callable[[Word], int]) -> list[Word]:
    """The words without which the pattern cannot occur: one of each must be there.

    Of each alternative the rarest word stands for it.
    """
    match node:
        case Word(words):
            return [] if END in words else [node]
        case Row(parts):
            return [word for part in parts for word in _needs(part, commonness)]
        case OneOf(parts, False):
            each = [_needs(part, commonness) for part in parts]
            if all(each):
                return [_any_of(min(needs, key=commonness) for needs in each)]
    return []


def _any_of(words: Iterable[Word]) -> Word:
    together = list(words)
    return Word(
        frozenset().union(*(word.words for word in together)),
        frozenset().union(*(word.prefixes for word in together)),
    )


def _longest(node: Node) -> int:
    """Words that an occurrence spans at most."""
    match node:
        case Word():
            return 1
        case Row(parts):
            return sum(map(_longest, parts))
        case OneOf(parts):
            return max(map(_longest, parts), default=0)
        case Gap():
            return GAP
