"""Consent events as the ledger's columns tell them. Pure."""

from collections.abc import Mapping
from datetime import datetime

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
    Unreachable,
)


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
