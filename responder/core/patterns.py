"""Phrases as patterns over words, and one automaton that looks for all of them at once.

A pattern is written as people speak, with

    word            itself, in any spelling (accents typed, left out, or as digraphs)
    prefix*         any word that begins so
    (a | b c)       one of these
    [a | b]         one of these, or nothing
    <list>          one entry of a list in the same file
    ..              up to three words of any kind, but no negation and no end of a sentence
    ^ and $         the beginning and the end of a sentence

The automaton is a non-deterministic one over words whose sets of states are worked out when
they are first met (Thompson 1968), so that a text costs one look-up a word, whatever it says.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from responder.core.words import COMMA, END, spellings

_GAP = 3
_TOKEN = re.compile(r"\.\.|[()\[\]|^$]|<[^>]+>|[^\s()\[\]|^$<>]+")
_MEMORY = 50_000


class PatternError(ValueError):
    """A pattern that cannot be read; the text says where."""


@dataclass(slots=True)
class _State:
    """Where a match may stand: by which words it goes on, and which pattern is complete."""

    exact: dict[str, list[int]] = field(default_factory=dict)
    prefix: list[tuple[str, int]] = field(default_factory=list)
    anything: list[int] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    complete: int | None = None


class Automaton:
    """All patterns of all languages. `add` them, then `scan` texts; safe to share by threads."""

    def __init__(self, negators: Collection[str]) -> None:
        self._negators = frozenset(negators)
        self._states: list[_State] = []
        self._starts: list[int] = []
        self._first: dict[str, set[int]] = {}
        self._first_prefix: list[tuple[str, int]] = []
        self._closures: dict[int, frozenset[int]] = {}
        self._moves: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def add(self, pattern: str, lists: Mapping[str, Sequence[str]]) -> int:
        """Add a pattern; gives its number. Raises PatternError."""
        tokens = list(_expand(pattern, lists))
        start = self._new()
        end, rest = self._alternatives(start, tokens, 0)
        if rest != len(tokens):
            raise PatternError(f"a bracket is closed that was not opened: {pattern}")
        number = len(self._starts)
        self._starts.append(start)
        self._states[end].complete = number
        first = self._closure({start})
        if end in first:
            raise PatternError(f"the pattern matches nothing at all: {pattern}")
        if any(self._states[state].anything for state in first):
            raise PatternError(f"the pattern begins with a gap: {pattern}")
        for state in first:
            self._index(self._states[state])
        return number

    def scan(self, tokens: Sequence[str]) -> list[int]:
        """The numbers of the patterns that occur in a tokenised text, in order of their ends."""
        found: dict[int, None] = {}
        active: frozenset[int] = frozenset()
        for token in tokens:
            if token == COMMA:
                continue
            active = self._step(active, token)
            for state in active:
                complete = self._states[state].complete
                if complete is not None:
                    found[complete] = None
        return list(found)

    def spans(self, number: int, tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
        """(begin, end) of every occurrence of one pattern, in tokens."""
        threads: dict[int, int] = {}
        start = self._closure({self._starts[number]})
        for place, token in enumerate(tokens):
            if token == COMMA:
                continue
            before = dict.fromkeys(start, place) | threads
            threads = {}
            for state, begin in before.items():
                for target in self._closure(self._targets(self._states[state], token)):
                    threads[target] = min(begin, threads.get(target, begin))
            for state, begin in threads.items():
                if self._states[state].complete is not None:
                    yield begin, place + 1

    def _step(self, active: frozenset[int], token: str) -> frozenset[int]:
        key = (active, token)
        after = self._moves.get(key)
        if after is None:
            targets = set(self._first.get(token, ()))
            targets.update(t for prefix, t in self._first_prefix if token.startswith(prefix))
            for state in active:
                targets |= self._targets(self._states[state], token)
            after = self._closure(targets)
            if len(self._moves) >= _MEMORY:
                self._moves.clear()
            self._moves[key] = after
        return after

    def _targets(self, state: _State, token: str) -> set[int]:
        targets = set(state.exact.get(token, ()))
        targets.update(target for prefix, target in state.prefix if token.startswith(prefix))
        if state.anything and token != END and token not in self._negators:
            targets.update(state.anything)
        return targets

    def _closure(self, states: Collection[int]) -> frozenset[int]:
        reached, waiting = set(states), list(states)
        while waiting:
            for state in self._states[waiting.pop()].free:
                if state not in reached:
                    reached.add(state)
                    waiting.append(state)
        return frozenset(reached)

    def _index(self, state: _State) -> None:
        for word, targets in state.exact.items():
            self._first.setdefault(word, set()).update(targets)
        self._first_prefix.extend(state.prefix)

    def _new(self) -> int:
        self._states.append(_State())
        return len(self._states) - 1

    def _alternatives(self, start: int, tokens: list[str], place: int) -> tuple[int, int]:
        """Everything up to the closing bracket: sequences, divided by bars."""
        end = self._new()
        while True:
            last, place = self._sequence(start, tokens, place)
            self._states[last].free.append(end)
            if place == len(tokens) or tokens[place] != "|":
                return end, place
            place += 1

    def _sequence(self, state: int, tokens: list[str], place: int) -> tuple[int, int]:
        while place < len(tokens) and tokens[place] not in ("|", ")", "]"):
            token = tokens[place]
            if token in ("(", "["):
                inner = self._new()
                self._states[state].free.append(inner)
                end, place = self._alternatives(inner, tokens, place + 1)
                if place == len(tokens) or tokens[place] != {"(": ")", "[": "]"}[token]:
                    raise PatternError(f"a bracket is not closed: {' '.join(tokens)}")
                if token == "[":
                    self._states[inner].free.append(end)
                state = end
            else:
                state = self._one(state, token)
            place += 1
        return state, place

    def _one(self, state: int, token: str) -> int:
        if token == "..":
            return self._gap(state)
        target = self._new()
        if token in ("^", "$"):
            self._states[state].exact.setdefault(END, []).append(target)
        elif token.endswith("*"):
            for words in spellings(token[:-1]):
                self._states[state].prefix.append(("".join(words), target))
        else:
            self._word(state, token, target)
        return target

    def _word(self, state: int, text: str, target: int) -> None:
        """One written word; a hyphen or apostrophe in it may make it several canonical ones."""
        written = spellings(text)
        if not written:
            raise PatternError(f"there is no word in {text!r}")
        for words in written:
            here = state
            for word in words[:-1]:
                after = self._new()
                self._states[here].exact.setdefault(word, []).append(after)
                here = after
            self._states[here].exact.setdefault(words[-1], []).append(target)

    def _gap(self, state: int) -> int:
        end = self._new()
        for _ in range(_GAP):
            self._states[state].free.append(end)
            after = self._new()
            self._states[state].anything.append(after)
            state = after
        self._states[state].free.append(end)
        return end


def _expand(pattern: str, lists: Mapping[str, Sequence[str]], depth: int = 0) -> Iterator[str]:
    """The pattern's tokens, with its lists written out."""
    for token in _TOKEN.findall(pattern):
        if not token.startswith("<"):
            yield token
            continue
        name = token[1:-1]
        if name not in lists or depth > 4:
            raise PatternError(f"there is no list <{name}>")
        yield from _expand(f"({' | '.join(lists[name])})", lists, depth + 1)
