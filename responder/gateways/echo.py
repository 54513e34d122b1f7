"""The gateway of local mode: no provider, nothing leaves this machine.

Who posted a message reads the reply in the answer, so everything counts as delivered.
"""

# ruff: noqa: ARG002 (the protocol names the arguments)
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

import structlog

from responder.core.addresses import mask
from responder.core.delivery import Result, Sent, Verdict
from responder.core.messages import Inbound, Outbound
from responder.gateways import Consent

_log = structlog.get_logger()


class Echo:
    """Sends to nobody, and says on the log that it did."""

    def send(self, outbound: Outbound) -> Result:
        """Delivered at once."""
        _log.info("echo", outbox=outbound.outbox_id, recipient=mask(outbound.recipient))
        return Sent(_message_id(), "delivered")

    def find(self, outbound: Outbound, since: datetime) -> Sequence[tuple[str, str]]:
        """Delivered, whatever it is: so nothing is sent a second time."""
        return [(_message_id(), "delivered")]

    def verdict(self, error_code: str) -> Verdict:
        """No receipt comes from here, and one from elsewhere changes nothing."""
        return Verdict.REFUSED

    def received(self, number: str, since: datetime) -> Iterator[Inbound]:
        """Nobody keeps what was posted, so nothing can be recovered."""
        return iter(())

    def tell_consent(self, items: Sequence[Consent]) -> dict[str, str | None]:
        """There is no block list; every item is taken."""
        return {item.correlation_id: None for item in items}


def _message_id() -> str:
    """Shaped as Twilio's; SM0000 marks what never was at a provider."""
    return f"SM0000{secrets.token_hex(14)}"
