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
class OptInRequested:
    """The person asked to join a programme that wants a second yes."""

    at: datetime
    programme: str


@dataclass(frozen=True, slots=True)
class OptInExpired:
    """The second yes did not come in time."""

    at: datetime
    programme: str


@dataclass(frozen=True, slots=True)
class OptedOut:
    """The person left one programme, or everything of this brand (`programme` None).

    It ends what was begun until then: late news of an opt-out harms no later opt-in.
    """

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


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The provider says that nobody can be reached on this number."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmationReported:
    """What became of a confirmation that an earlier event owed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceErased:
    """The person was erased: nothing runs any more, and nothing shows who it was."""

    at: datetime


ConsentEvent = (
    OptInRequested
    | OptedIn
    | OptInExpired
    | OptedOut
    | ProviderBlocked
    | ProviderUnblocked
    | Unreachable
    | ConfirmationReported
    | EvidenceErased
)
NOT_BY_THE_PERSON = Unreachable | ConfirmationReported
"""What makes no act of the person late news."""
PROGRAMME_EVENTS = OptInRequested | OptedIn | OptInExpired | OptedOut


class State(StrEnum):
    """The state of a subscription."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One contact in one programme. `since` is the last opt-in, None for who never joined.

    `requested` is when the person asked to join, while their second yes is awaited.
    """

    state: State
    since: datetime | None = None
    ended: datetime | None = None
    requested: datetime | None = None

    @property
    def begun(self) -> datetime | None:
        """When what runs now was begun by the person."""
        return self.requested if self.state is State.PENDING else self.since


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events add up to for one contact.

    `out_since`: when the person ended everything, None where they did not, or came back.
    `blocks`: the senders from which the provider lets nothing pass. `last_at`: the time of the
    newest event; what was received before it is late news.
    """

    subscriptions: Mapping[str, Subscription] = field(default_factory=dict)
    out_since: datetime | None = None
    blocks: frozenset[str] = frozenset()
    last_at: datetime | None = None

    def state(self, programme: str) -> State | None:
        """The state in one programme, None for who never had to do with it."""
        subscription = self.subscriptions.get(programme)
        return subscription.state if subscription else None

    @property
    def active(self) -> tuple[str, ...]:
        """The programmes this person is in."""
        return tuple(p for p, s in self.subscriptions.items() if s.state is State.ACTIVE)

    @property
    def is_out(self) -> bool:
        """Whether this person ended everything, and nothing has begun since."""
        running = any(s.state is not State.ENDED for s in self.subscriptions.values())
        return self.out_since is not None and not running


STRANGER = Standing()


def fold(events: Iterable[ConsentEvent], standing: Standing = STRANGER) -> Standing:
    """The standing after these events, in the ledger's order."""
    for event in events:
        after = _apply(event, standing)
        if not isinstance(event, NOT_BY_THE_PERSON):
            after = replace(after, last_at=max(standing.last_at or event.at, event.at))
        standing = after
    return standing


def ends(event: OptedOut, standing: Standing) -> bool:
    """Whether this opt-out ends anything, or puts the person out of everything anew."""
    after = fold((event,), standing)
    return (after.subscriptions, after.out_since) != (standing.subscriptions, standing.out_since)


def _apply(event: ConsentEvent, standing: Standing) -> Standing:
    match event:
        case OptInRequested(at, programme):
            since = _get(standing, programme).since
            asked = Subscription(State.PENDING, since=since, requested=at)
            return _with(standing, programme, asked)
        case OptedIn(at, programme):
            joined = _with(standing, programme, Subscription(State.ACTIVE, since=at))
            return replace(joined, out_since=None)
        case OptInExpired(at, programme):
            asked = _get(standing, programme)
            pending = asked.state is State.PENDING
            return _with(standing, programme, _end(asked, at) if pending else asked)
        case OptedOut(at, programme) if programme:
            return _with(standing, programme, _end(_get(standing, programme), at))
        case OptedOut(at):
            return _end_all(standing, at)
        case ProviderBlocked(_, sender):
            return replace(standing, blocks=standing.blocks | {sender})
        case ProviderUnblocked(_, sender):
            return replace(standing, blocks=standing.blocks - {sender})
        case EvidenceErased(at):
            return _end_all(standing, max(at, standing.last_at or at))
        case Unreachable() | ConfirmationReported():
            return standing


def _get(standing: Standing, programme: str) -> Subscription:
    return standing.subscriptions.get(programme, Subscription(State.PENDING))


def _with(standing: Standing, programme: str, subscription: Subscription) -> Standing:
    subscriptions = {**standing.subscriptions, programme: subscription}
    return replace(standing, subscriptions=subscriptions)


def _end_all(standing: Standing, at: datetime) -> Standing:
    ended = {p: _end(s, at) for p, s in standing.subscriptions.items()}
    stays = any(s.state is State.ACTIVE for s in ended.values())
    out_since = None if stays else standing.out_since or at
    return replace(standing, subscriptions=ended, out_since=out_since)


def _end(subscription: Subscription, at: datetime) -> Subscription:
    begun_later = subscription.begun is not None and subscription.begun > at
    if subscription.state is State.ENDED or begun_later:
        return subscription
    return replace(subscription, state=State.ENDED, ended=at, requested=None)
