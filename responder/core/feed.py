"""What a consent event changed, in the words of whoever follows the contact base. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from responder.core.consent import (
    ConsentEvent,
    EvidenceErased,
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
