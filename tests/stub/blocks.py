"""Twilio's default opt-out handling of long codes: its own words, its own list, its own answers.

https://help.twilio.com/articles/223134027. A word counts when it is the whole message, trimmed,
in any case; "STOP PLEASE" and "stop!" do nothing.
"""

from collections.abc import Mapping
from threading import Lock

STOP_WORDS = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
)
START_WORDS = frozenset(("START", "YES", "UNSTOP"))
HELP_WORDS = frozenset(("HELP", "INFO"))

STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class Blocks:
    """Pairs of (number or messaging service, consumer) between which nothing is delivered.

    A number in a service blocks and unblocks for both when a consumer texts. The consent API
    touches only the sender that it names, so that undoing a STOP takes two records, as users of
    services report.
    """

    def __init__(self, services: Mapping[str, str]) -> None:
        self._services = services
        self._pairs: set[tuple[str, str]] = set()
        self._lock = Lock()

    def hear(self, number: str, consumer: str, text: str) -> str | None:
        """Act on a text from a consumer; gives the provider's own answer, if it has one."""
        word = text.strip().upper()
        pairs = {(sender, consumer) for sender in self._senders(number)}
        with self._lock:
            if word in STOP_WORDS:
                self._pairs |= pairs
                return STOPPED
            if word in START_WORDS and self._pairs & pairs:
                self._pairs -= pairs
                return STARTED
        return HELPED if word in HELP_WORDS else None

    def tell(self, sender: str, consumer: str, opted_in: bool) -> None:
        """What the consent API was told."""
        with self._lock:
            change = self._pairs.discard if opted_in else self._pairs.add
            change((sender, consumer))

    def between(self, consumer: str, *senders: str | None) -> bool:
        """Whether one of the senders, or a sender's service, is blocked for this consumer."""
        return any(
            (name, consumer) in self._pairs
            for sender in senders
            if sender
            for name in self._senders(sender)
        )

    def listed(self) -> list[dict[str, str]]:
        with self._lock:
            return [{"sender": sender, "contact": who} for sender, who in sorted(self._pairs)]

    def _senders(self, number: str) -> set[str]:
        return {number, self._services.get(number, number)}
