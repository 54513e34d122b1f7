"""A conversation against a catalog, without database or network: the same decisions as live.

What the store would keep of one person is kept here: where they stand, what was said lately, and
what waits for its time. Codes are made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from responder.core.catalog import Catalog, Number
from responder.core.compose import compose
from responder.core.consent import ConsentEvent, OptInExpired, Standing, State, fold
from responder.core.daytime import is_daytime
from responder.core.decide import decide
from responder.core.double_opt_in import is_over
from responder.core.messages import Inbound
from responder.core.outcomes import Decision, Recent, over_all_numbers, remember
from responder.core.rewards import had_already, with_code

_A_TURN = timedelta(minutes=1)


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
    """One person and one number of a catalog; `now` moves on as they talk and wait."""

    catalog: Catalog
    number: Number
    person: str
    now: datetime
    standing: Standing = field(default_factory=Standing)
    _recent: dict[str, Recent] = field(default_factory=dict)
    _reminded: dict[str, datetime] = field(default_factory=dict)
    _coded: set[str] = field(default_factory=set)
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
        recent = over_all_numbers(self._recent, self.number.address)
        decision = self._with_code(decide(message, self.standing, recent, self.catalog, self.now))
        self.standing = fold(decision.events, self.standing)
        self._recent[self.number.address] = remember(recent, message, decision)
        return Turn(text, self.now, decision, self.standing)

    def wait(self, how_long: timedelta) -> Iterator[Later]:
        """Time passes, and what has its time happens: reminders, and requests that expire."""
        until = self.now + how_long
        while self.now < until and self._waiting():
            self.now = min(self.now + _A_TURN, until)
            yield from self._remind()
            yield from self._expire()
        self.now = until

    def _waiting(self) -> list[str]:
        subscriptions = self.standing.subscriptions.items()
        return [name for name, one in subscriptions if one.state is State.PENDING]

    def _remind(self) -> Iterator[Later]:
        for name in self._waiting():
            programme = self.catalog.programmes[name]
            terms, begun = programme.double_opt_in, self.standing.subscriptions[name].requested
            if terms is None or terms.remind_after is None or begun is None:
                continue
            due = self.now >= begun + terms.remind_after and self._reminded.get(name) != begun
            if due and is_daytime(self.person, self.now):
                self._reminded[name] = begun
                language = self.number.language
                text = compose("opt_in_reminder", language, self.catalog, programme=programme)
                yield Later(self.now, text, None)

    def _expire(self) -> Iterator[Later]:
        for name in self._waiting():
            subscription = self.standing.subscriptions[name]
            if is_over(subscription, self.catalog.programmes[name], self.now):
                event = OptInExpired(self.now, name)
                self.standing = fold((event,), self.standing)
                yield Later(self.now, None, event)

    def _with_code(self, decision: Decision) -> Decision:
        reward = decision.reward
        if reward is None:
            return decision
        if reward.programme in self._coded:
            return had_already(decision, reward)
        self._coded.add(reward.programme)
        return with_code(decision, reward, "EXAMPLE-CODE")
