"""Outgoing: one file a provider. A gateway sends, and answers what became of what it sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from responder.core.delivery import Result, Verdict
from responder.core.messages import Inbound, Outbound
from responder.errors import ResponderError


class GatewayAway(ResponderError):
    """The provider could not be asked now; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One line for a provider's block list: this person is in or out for this sender."""

    correlation_id: str
    contact: str
    sender: str
    opted_in: bool
    at: datetime


class Gateway(Protocol):
    """What one provider's file gives. Calls end within the timeout it was made with."""

    def send(self, outbound: Outbound) -> Result:
        """Try once to send. Never raises for what the provider or the network does."""

    def find(self, outbound: Outbound, since: datetime) -> Sequence[tuple[str, str]]:
        """The (provider id, status) of what was sent to this person with this text since then,
        oldest first. Raises GatewayAway."""

    def verdict(self, error_code: str) -> Verdict:
        """What an error code in a receipt means."""

    def received(self, number: str, since: datetime) -> Iterator[Inbound]:
        """What people sent to a number since then, oldest first. Raises GatewayAway."""

    def tell_consent(self, items: Sequence[Consent]) -> dict[str, str | None]:
        """Tell the block list (at most 25 items); gives each correlation id's error code, None
        where it was taken. Raises GatewayAway."""
