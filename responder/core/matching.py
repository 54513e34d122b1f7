"""One pattern against one stretch of text: where does it begin and end?

A non-deterministic automaton over words (Thompson 1968): every state is tried at once, so a
stretch costs its length times the pattern's width, whatever it says. Words come as the numbers
of the classes that they belong to; a class is what a pattern may ask for in one place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from responder.core.grammar import GAP, Gap, Node, OneOf, Row, Word

Kinds = frozenset[int]
"""The numbers of the classes that one token belongs to."""
_Reached = tuple[int, ...]


@dataclass(slots=True)
class _State:
    """Where a match may stand: the classes that lead on, a gap that does, and what is free."""

    steps: list[tuple[int, int]] = field(default_factory=list)
    gap: list[int] = field(default_factory=list)
    free: list[int] = field(default_factory=list)


class Matcher:
    """One pattern, ready to be looked for. Its gaps skip no word of the class `never_skipped`."""

    def __init__(self, pattern: Node, number_of: Callable[[Word], int], never_skipped: int) -> None:
        self._number_of = number_of
        self._never_skipped = never_skipped
        self._build_states: list[_State] = [_State()]
        self._end = self._build(0, pattern)
        closures = [self._closure(state) for state in range(len(self._build_states))]
        self._start = closures[0]
        self._steps: list[list[tuple[int, _Reached]]] = []
        self._gaps: list[_Reached] = []
        for state in self._build_states:
            self._steps.append([(kind, closures[target]) for kind, target in state.steps])
            self._gaps.append(tuple(one for target in state.gap for one in closures[target]))
        self._beginnings = frozenset(
            kind for state in self._start for kind, _ in self._steps[state]
        )

    def spans(
        self, kinds: Sequence[Kinds | None], begin: int, end: int
    ) -> Iterator[tuple[int, int]]:
        """(begin, end) of every occurrence within kinds[begin:end]; None is a comma."""
        threads: dict[int, int] = {}
        for place in range(begin, end):
            here = kinds[place]
            if here is None:
                continue
            begins = not here.isdisjoint(self._beginnings)
            if not threads and not begins:
                continue
            before = (dict.fromkeys(self._start, place) | threads) if begins else threads
            threads = {}
            for state, start in before.items():
                for target in self._after(state, here):
                    threads[target] = min(start, threads.get(target, start))
            if self._end in threads:
                yield threads[self._end], place + 1

    def _after(self, state: int, here: Kinds) -> Iterator[int]:
        for kind, reached in self._steps[state]:
            if kind in here:
                yield from reached
        if self._gaps[state] and self._never_skipped not in here:
            yield from self._gaps[state]

    def _closure(self, state: int) -> _Reached:
        """What is reached from a state for nothing, as far as anything can happen there."""
        states = self._build_states
        reached, waiting = {state}, [state]
        while waiting:
            for free in states[waiting.pop()].free:
                if free not in reached:
                    reached.add(free)
                    waiting.append(free)
        return tuple(
            one for one in reached if one == self._end or states[one].steps or states[one].gap
        )

    def _new(self) -> int:
        self._build_states.append(_State())
        return len(self._build_states) - 1

    def _build(self, state: int, node: Node) -> int:
        """The state after `node`, when it begins at `state`."""
        states = self._build_states
        match node:
            case Word():
                after = self._new()
                states[state].steps.append((self._number_of(node), after))
                return after
            case Row(parts):
                for part in parts:
                    state = self._build(state, part)
                return state
            case OneOf(parts, optional):
                after = self._new()
                for part in parts:
                    states[self._build(state, part)].free.append(after)
                if optional:
                    states[state].free.append(after)
                return after
            case Gap():
                return self._gap(state)

    def _gap(self, state: int) -> int:
        end = self._new()
        for _ in range(GAP):
            self._build_states[state].free.append(end)
            after = self._new()
            self._build_states[state].gap.append(after)
            state = after
        self._build_states[state].free.append(end)
        return end
