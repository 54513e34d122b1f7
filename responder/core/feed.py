"""What a consent event changed, in the words of whoever follows the contact base. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from responder.core.consent import (
    ConfirmationReported,
    ConsentEvent,
    EvidenceErased,
    OptedIn,
    OptedOut,
    OptInExpired,
    OptInRequested,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
    State,
    Unreachable,
    fold,
)


class ChangeType(StrEnum):
    """The kinds of change. Endpoints are told of all but the provider's blocks."""

    STARTED = "subscription.started"
    PENDING = "subscription.pending"
    ENDED = "subscription.ended"
    ERASED = "contact.erased"
    UNREACHABLE = "contact.unreachable"
    BLOCKED = "provider.blocked"
    UNBLOCKED = "provider.unblocked"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a person's standing, made by the event at one position of the ledger.

    `programme` is None where the change is not about one; `state` is that of the programme after
    it. `out` says that the person has ended everything. `index` counts the changes of one event.
    """

    index: int
    type: ChangeType
    at: datetime
    programme: str | None
    state: State | None
    out: bool
    sender: str | None = None


_BY_STATE = {
    State.ACTIVE: ChangeType.STARTED,
    State.PENDING: ChangeType.PENDING,
    State.ENDED: ChangeType.ENDED,
}
_BY_EVENT: dict[type[ConsentEvent], ChangeType] = {
    ProviderBlocked: ChangeType.BLOCKED,
    ProviderUnblocked: ChangeType.UNBLOCKED,
    Unreachable: ChangeType.UNREACHABLE,
    EvidenceErased: ChangeType.ERASED,
}


def changes(events: Iterable[ConsentEvent]) -> Iterator[tuple[Change, ...]]:
    """What each event of one person changed, from the first on; nothing, for many of them."""
    standing = Standing()
    for event in events:
        after = fold((event,), standing)
        yield tuple(_between(event, standing, after))
        standing = after


def _between(event: ConsentEvent, before: Standing, after: Standing) -> Iterator[Change]:
    moved = [
        (programme, subscription.state)
        for programme, subscription in after.subscriptions.items()
        if subscription != before.subscriptions.get(programme)
    ]
    for index, (programme, state) in enumerate(moved):
        yield Change(index, _BY_STATE[state], event.at, programme, state, after.is_out)
    if kind := _of_the_person(event, before, after, bool(moved)):
        sender = getattr(event, "sender", None)
        yield Change(len(moved), kind, event.at, None, None, after.is_out, sender)


def _of_the_person(
    event: ConsentEvent, before: Standing, after: Standing, told: bool
) -> ChangeType | None:
    """What happened to no programme in particular. A stranger's STOP ends what never began."""
    if kind := _BY_EVENT.get(type(event)):
        return kind
    return ChangeType.ENDED if after.is_out and not before.is_out and not told else None


def event_from(kind: str, at: datetime, programme: str | None, sender: str | None) -> ConsentEvent:
    """An event as the ledger's columns tell it. Raises ValueError for a kind that is not known."""
    if kind in _IN_A_PROGRAMME:
        return _IN_A_PROGRAMME[kind](at, programme or "")
    if kind in _OF_A_SENDER:
        return _OF_A_SENDER[kind](at, sender or "")
    if kind in _OF_THE_PERSON:
        return _OF_THE_PERSON[kind](at)
    if kind == "OptedOut":
        return OptedOut(at, programme)
    raise ValueError(f"no event is called {kind}")


_IN_A_PROGRAMME: Mapping[str, type[OptedIn | OptInRequested | OptInExpired]] = {
    "OptedIn": OptedIn,
    "OptInRequested": OptInRequested,
    "OptInExpired": OptInExpired,
}
_OF_A_SENDER: Mapping[str, type[ProviderBlocked | ProviderUnblocked]] = {
    "ProviderBlocked": ProviderBlocked,
    "ProviderUnblocked": ProviderUnblocked,
}
_OF_THE_PERSON: Mapping[str, type[Unreachable | ConfirmationReported | EvidenceErased]] = {
    "Unreachable": Unreachable,
    "ConfirmationReported": ConfirmationReported,
    "EvidenceErased": EvidenceErased,
}
