"""Recorded people decided again under two catalogs. Pure.

Both begin where the person stood, so that only the catalogs differ: what was recorded is not
compared, since an older config may have decided it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from responder.authoring.simulate import Conversation, Turn
from responder.core.addresses import parse_address
from responder.core.catalog import Catalog, Number
from responder.core.history import History
from responder.core.messages import Inbound


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a text was understood. `programme` is that of the keyword that was named."""

    intent: str
    rule: str
    programme: str | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one text came to under one catalog, whatever the wording of the answer."""

    meaning: Meaning
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Side:
    """One text under one catalog: its canonical words, what it came to, what was answered."""

    words: tuple[str, ...]
    effect: Effect
    replies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One text under the present catalog and under the new one."""

    message: Inbound
    present: Side
    new: Side

    @property
    def is_understood_differently(self) -> bool:
        """Whether it means something else."""
        return self.present.effect.meaning != self.new.effect.meaning

    @property
    def differs(self) -> bool:
        """Whether anything is different: the meaning, what comes of it, or the answer."""
        present, new = self.present, self.new
        return (present.effect, present.replies) != (new.effect, new.replies)


@dataclass(frozen=True, slots=True)
class Played:
    """One person under one catalog: their texts, our reminders, the programmes they are in."""

    sides: tuple[Side, ...]
    reminders: tuple[str, ...]
    active: frozenset[str]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One person under both catalogs."""

    history: History
    pairs: tuple[Pair, ...]
    present: Played
    new: Played


def replay(history: History, present: Catalog, new: Catalog, until: datetime) -> Replayed:
    """Decide one person's texts again under both; requests that wait may wait until then."""
    before, after = play(history, present, until), play(history, new, until)
    heard = (step for _, step in history.steps if isinstance(step, Inbound))
    pairs = tuple(map(Pair, heard, before.sides, after.sides))
    return Replayed(history, pairs, before, after)


def play(history: History, catalog: Catalog, until: datetime) -> Played:
    """One person's texts, and what happened to them besides, under one catalog."""
    talk = _begin(history, catalog)
    sides: list[Side] = []
    reminders: list[str] = []
    for at, step in history.steps:
        reminders += _reminders(talk, at)
        if isinstance(step, Inbound):
            sides.append(_side(talk.hear(step)))
        else:
            talk.happen((step,))
    reminders += _reminders(talk, until)
    return Played(tuple(sides), tuple(reminders), frozenset(talk.standing.active))


def _begin(history: History, catalog: Catalog) -> Conversation:
    """Requests whose reminder was due before have had it."""
    number = _first_number(history, catalog)
    talk = Conversation(catalog, number, history.address, history.since, history.standing)
    for name, one in history.standing.subscriptions.items():
        programme = catalog.programmes.get(name)
        terms = programme.double_opt_in if programme else None
        after = terms.remind_after if terms else None
        if one.requested and after and one.requested + after < history.since:
            talk.reminded[name] = one.requested
    return talk


def _first_number(history: History, catalog: Catalog) -> Number:
    """The number that the person texted first, else the house's first."""
    texted = (
        catalog.numbers.get(parse_address(step.recipient).key)
        for _, step in history.steps
        if isinstance(step, Inbound)
    )
    return next((number for number in texted if number), next(iter(catalog.numbers.values())))


def _reminders(talk: Conversation, until: datetime) -> Iterator[str]:
    return (later.text for later in talk.wait_until(until) if later.text)


def _side(turn: Turn) -> Side:
    decision, understood = turn.decision, turn.decision.understanding
    programme = decision.keyword.programme if decision.keyword else None
    meaning = Meaning(understood.intent, understood.rule, programme)
    effect = Effect(meaning, decision.outcome, decision.reason)
    return Side(understood.words, effect, turn.replies)
