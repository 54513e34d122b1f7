"""Consent events and what they add up to.

`fold(events)` is the only definition of a person's standing: the database's projection, the
decision and every test use this function.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class OptedIn:
    """The person joined a programme by an act of their own."""

    at: datetime
    programme: str


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The person left one programme, or everything of this brand (`programme` None)."""

    at: datetime
    programme: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderBlocked:
    """The provider lets nothing pass from this sender (a number or messaging service) to them."""

    at: datetime
    sender: str


@dataclass(frozen=True, slots=True)
class ProviderUnblocked:
    """The person lifted the provider's block with a word that the provider obeys."""

    at: datetime
    sender: str


ConsentEvent = OptedIn | OptedOut | ProviderBlocked | ProviderUnblocked


class State(StrEnum):
    """The state of a subscription."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One contact in one programme. `since` is the last opt-in, None for who never joined."""

    state: State
    since: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events add up to for one contact.

    `out_since`: when the person ended everything, None where they did not, or came back.
    `blocks`: the senders from which the provider lets nothing pass.
    """

    subscriptions: Mapping[str, Subscription] = field(default_factory=dict)
    out_since: datetime | None = None
    blocks: frozenset[str] = frozenset()

    def state(self, programme: str) -> State | None:
        """The state in one programme, None for who never had to do with it."""
        subscription = self.subscriptions.get(programme)
        return subscription.state if subscription else None

    @property
    def active(self) -> tuple[str, ...]:
        """The programmes this person is in."""
        return tuple(p for p, s in self.subscriptions.items() if s.state is State.ACTIVE)


STRANGER = Standing()


def fold(events: Iterable[ConsentEvent], standing: Standing = STRANGER) -> Standing:
    """The standing after these events, in the ledger's order."""
    for event in events:
        standing = _apply(event, standing)
    return standing


def _apply(event: ConsentEvent, standing: Standing) -> Standing:
    match event:
        case OptedIn(at, programme):
            joined = Subscription(State.ACTIVE, since=at)
            subscriptions = {**standing.subscriptions, programme: joined}
            return replace(standing, subscriptions=subscriptions, out_since=None)
        case OptedOut(at, programme) if programme:
            return _end_one(standing, programme, at)
        case OptedOut(at):
            ended = {p: _end(s, at) for p, s in standing.subscriptions.items()}
            return replace(standing, subscriptions=ended, out_since=standing.out_since or at)
        case ProviderBlocked(_, sender):
            return replace(standing, blocks=standing.blocks | {sender})
        case ProviderUnblocked(_, sender):
            return replace(standing, blocks=standing.blocks - {sender})


def _end_one(standing: Standing, programme: str, at: datetime) -> Standing:
    before = standing.subscriptions.get(programme, Subscription(State.PENDING))
    subscriptions = {**standing.subscriptions, programme: _end(before, at)}
    return replace(standing, subscriptions=subscriptions)


def _end(subscription: Subscription, at: datetime) -> Subscription:
    if subscription.state is State.ENDED:
        return subscription
    return replace(subscription, state=State.ENDED, ended=at)
