"""A conversation against a catalog, without database or network: the same decisions as live.

What the store would keep of one person is kept here: where they stand, what was said lately, and
what waits for its time. Codes are made up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from responder.core.addresses import parse_address
from responder.core.catalog import Catalog, DoubleOptIn, Number
from responder.core.compose import compose
from responder.core.consent import (
    ConsentEvent,
    OptInExpired,
    OptInRequested,
    Standing,
    State,
    fold,
)
from responder.core.decide import decide
from responder.core.double_opt_in import is_over
from responder.core.messages import Inbound
from responder.core.outcomes import Decision, Recent, over_all_numbers, remember
from responder.core.reminder_hours import remind_until
from responder.core.rewards import had_already, with_code

_A_TURN = timedelta(minutes=1)
"""The worker looks so often for what has waited too long."""
_A_QUARTER = timedelta(minutes=15)
"""Mornings begin on a quarter of an hour, in every zone."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One text, what it came to, and where the person stands after it."""

    text: str
    at: datetime
    decision: Decision
    standing: Standing

    @property
    def replies(self) -> tuple[str, ...]:
        """The texts that leave at once."""
        return tuple(reply.text for reply in self.decision.replies if not reply.held)


@dataclass(frozen=True, slots=True)
class Later:
    """What the clock did by itself: a reminder that leaves, or an event without a text."""

    at: datetime
    text: str | None
    event: ConsentEvent | None


@dataclass(slots=True)
class Conversation:
    """One person and the numbers of a catalog; `now` moves on as they talk and wait.

    `number` is the one that they text now. `reminded` holds the request, by its time, that they
    were reminded of last in each programme.
    """

    catalog: Catalog
    number: Number
    person: str
    now: datetime
    standing: Standing = field(default_factory=Standing)
    reminded: dict[str, datetime] = field(default_factory=dict)
    _recent: dict[str, Recent] = field(default_factory=dict)
    _coded: set[str] = field(default_factory=set)
    _languages: dict[str, str] = field(default_factory=dict)
    _said: int = 0

    def say(self, text: str) -> Turn:
        """The person texts; a quarter of a minute passes, as no phone is quicker."""
        self.now += timedelta(seconds=15)
        self._said += 1
        message = Inbound(
            provider=self.number.provider,
            provider_message_id=f"SM0000{self._said:028x}",
            sender=self.person,
            recipient=self.number.address,
            text=text,
            received_at=self.now,
        )
        return self.hear(message)

    def hear(self, message: Inbound) -> Turn:
        """A message of this person arrives, on whichever number it was sent to."""
        self.now = max(self.now, message.received_at)
        texted = self.catalog.numbers.get(parse_address(message.recipient).key)
        self.number = texted or self.number
        recent = over_all_numbers(self._recent, message.recipient)
        decision = self._with_code(decide(message, self.standing, recent, self.catalog, self.now))
        self.happen(decision.events)
        self._languages |= _languages(decision)
        self._recent[message.recipient] = remember(recent, message, decision)
        return Turn(message.text, self.now, decision, self.standing)

    def happen(self, events: Iterable[ConsentEvent]) -> None:
        """Something becomes of the person, by a text or without any."""
        self.standing = fold(events, self.standing)

    def wait(self, how_long: timedelta) -> Iterator[Later]:
        """Time passes, and what has its time happens: reminders, and requests that expire."""
        yield from self.wait_until(self.now + how_long)

    def wait_until(self, until: datetime) -> Iterator[Later]:
        """The same, from one moment at which something is due to the next."""
        while (due := min(self._due(until), default=None)) is not None:
            self.now = max(self.now, due)
            yield from self._expire()
            yield from self._remind()
        self.now = max(self.now, until)

    def _waiting(self) -> list[str]:
        subscriptions = self.standing.subscriptions.items()
        return [name for name, one in subscriptions if one.state is State.PENDING]

    def _due(self, until: datetime) -> Iterator[datetime]:
        """When requests expire and reminders leave, up to this moment."""
        for name in self._waiting():
            terms, begun = self._asked(name)
            over = begun + terms.within + _A_TURN if terms and begun else self.now
            reminder = self._reminder_at(name, min(until, over))
            yield from (at for at in (over, reminder) if at is not None and at <= until)

    def _asked(self, name: str) -> tuple[DoubleOptIn | None, datetime | None]:
        """On which terms a second yes is awaited, and since when."""
        programme = self.catalog.programmes.get(name)
        terms = programme.double_opt_in if programme else None
        return terms, self.standing.subscriptions[name].requested

    def _reminder_at(self, name: str, latest: datetime) -> datetime | None:
        """When the reminder of a request leaves: in its hours, and not to who cannot be reached."""
        terms, begun = self._asked(name)
        if terms is None or terms.remind_after is None or begun is None:
            return None
        if self.standing.blocks or self.reminded.get(name) == begun:
            return None
        at = max(begun + terms.remind_after, self.now)
        while at <= latest and not remind_until(self.person, self.catalog.sending, at):
            at = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0) + _A_QUARTER
        return at if at <= latest else None

    def _remind(self) -> Iterator[Later]:
        for name in self._waiting():
            begun = self.standing.subscriptions[name].requested
            if begun and self._reminder_at(name, self.now):
                self.reminded[name] = begun
                language = self._languages.get(name, self.number.language)
                programme = self.catalog.programmes[name]
                text = compose("opt_in_reminder", language, self.catalog, programme=programme)
                yield Later(self.now, text, None)

    def _expire(self) -> Iterator[Later]:
        for name in self._waiting():
            subscription = self.standing.subscriptions[name]
            if is_over(subscription, self.catalog.programmes.get(name), self.now):
                event = OptInExpired(self.now, name)
                self.happen((event,))
                yield Later(self.now, None, event)

    def _with_code(self, decision: Decision) -> Decision:
        reward = decision.reward
        if reward is None:
            return decision
        if reward.programme in self._coded:
            return had_already(decision, reward)
        self._coded.add(reward.programme)
        return with_code(decision, reward, "EXAMPLE-CODE")


def _languages(decision: Decision) -> dict[str, str]:
    """In which language the person was asked for their second yes: a reminder keeps to it."""
    asked = [event.programme for event in decision.events if isinstance(event, OptInRequested)]
    return {name: reply.language for name in asked for reply in decision.replies[:1]}
