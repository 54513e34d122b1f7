"""What the replay of many people adds up to: how much, which texts, who. Pure.

It holds no text but one example a group, so it grows with the differences and not with the base.
"""

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from responder.authoring.replay import Effect, Pair, Replayed
from responder.core import segments
from responder.core.addresses import mask, parse_address
from responder.core.catalog import Catalog

SHOWN = 20
"""So many people are shown for each programme."""


@dataclass(slots=True)
class Cost:
    """Texts that left, reminders among them, and the segments that they are billed as."""

    replies: int = 0
    segments: int = 0

    def add(self, texts: Iterable[str]) -> None:
        """Some more texts left."""
        for text in texts:
            self.replies += 1
            self.segments += segments_of(text)


@dataclass(slots=True)
class Both:
    """The cost under the present catalog and under the new one."""

    present: Cost = field(default_factory=Cost)
    new: Cost = field(default_factory=Cost)


@dataclass(slots=True)
class Group:
    """Texts that go apart in the same way; `words` is empty where they mean the same.

    `present` and `new` are those of the first of them, `example`; the others may have other
    reasons.
    """

    words: tuple[str, ...]
    present: Effect
    new: Effect
    example: str
    cost: Both = field(default_factory=Both)
    count: int = 0

    def add(self, pair: Pair) -> None:
        """One more of them."""
        self.count += 1
        self.cost.present.add(pair.present.replies)
        self.cost.new.add(pair.new.replies)


@dataclass(slots=True)
class Members:
    """People who would be in a programme under one catalog only; the first of them, masked."""

    count: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, address: str) -> None:
        """One more of them."""
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(mask(address))


@dataclass(slots=True)
class Difference:
    """The difference that the new catalog makes.

    `understood` and `different` count texts, `reminded` the people who would get other reminders.
    `countries` are the people's. `joins` and `leaves` are, by programme, who would be in with the
    new, and with the present catalog only. `unknown_numbers` counts the texts to numbers that the
    new catalog lacks.
    """

    catalog: Catalog
    people: int = 0
    messages: int = 0
    unreadable: int = 0
    understood: int = 0
    different: int = 0
    reminded: int = 0
    countries: dict[str, Both] = field(default_factory=dict)
    joins: dict[str, Members] = field(default_factory=dict)
    leaves: dict[str, Members] = field(default_factory=dict)
    unknown_numbers: Counter[str] = field(default_factory=Counter)
    _groups: dict[tuple[object, ...], Group] = field(default_factory=dict)

    @property
    def groups(self) -> list[Group]:
        """The most frequent first."""
        return sorted(self._groups.values(), key=lambda group: -group.count)

    @property
    def cost(self) -> Both:
        """Over all countries."""
        whole = Both()
        for both in self.countries.values():
            for total, part in ((whole.present, both.present), (whole.new, both.new)):
                total.replies += part.replies
                total.segments += part.segments
        return whole

    @property
    def is_empty(self) -> bool:
        """Whether the new catalog changes nothing of what was replayed."""
        return not (self.different or self.reminded or self.joins or self.leaves)

    def add(self, one: Replayed) -> None:
        """One more person."""
        self.people += bool(one.pairs)
        self.messages += len(one.pairs)
        self.unreadable += one.history.unreadable
        self.reminded += one.present.reminders != one.new.reminders
        both = self.countries.setdefault(one.history.country or "?", Both())
        both.present.add(one.present.reminders)
        both.new.add(one.new.reminders)
        for pair in one.pairs:
            both.present.add(pair.present.replies)
            both.new.add(pair.new.replies)
            self._add(pair)
        for programme in one.new.active - one.present.active:
            self.joins.setdefault(programme, Members()).add(one.history.address)
        for programme in one.present.active - one.new.active:
            self.leaves.setdefault(programme, Members()).add(one.history.address)

    def _add(self, pair: Pair) -> None:
        number = parse_address(pair.message.recipient).key
        if number not in self.catalog.numbers:
            self.unknown_numbers[number] += 1
        if not pair.differs:
            return
        self.different += 1
        self.understood += pair.is_understood_differently
        words = pair.present.words if pair.is_understood_differently else ()
        present, new = pair.present.effect, pair.new.effect
        key = (words, present.meaning, present.outcome, new.meaning, new.outcome)
        if key not in self._groups:
            self._groups[key] = Group(words, present, new, pair.message.text)
        self._groups[key].add(pair)


@functools.lru_cache(maxsize=4096)
def segments_of(text: str) -> int:
    """What one text is billed as; most answers are the same few texts."""
    return segments.count(text).segments
