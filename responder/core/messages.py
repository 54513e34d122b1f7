"""The frozen shapes that travel between the rooms: what came in, what goes out, what was heard."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Inbound:
    """One mobile originated message, exactly as an authentic provider handed it over.

    `sender` and `recipient` are the provider's own strings (`+46…`, `whatsapp:+46…`, a short
    code, a name). `provider_opt_out` is what the provider says it did by itself with this
    message: `STOP`, `START`, `HELP`, or None. `raw` is the whole payload, field by field.
    """

    provider: str
    provider_message_id: str
    sender: str
    recipient: str
    text: str
    received_at: datetime
    provider_opt_out: str | None = None
    raw: str = "{}"

    @property
    def key(self) -> tuple[str, str]:
        """What makes two deliveries the same message."""
        return self.provider, self.provider_message_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of one outbound message. `outbox_id` is our own reference."""

    provider: str
    provider_message_id: str
    status: str
    error_code: str | None
    outbox_id: str | None
    received_at: datetime
    raw: str = "{}"


class Purpose(StrEnum):
    """Why an outbound message is sent. A confirmation is owed; an answer is a courtesy."""

    CONFIRMATION = "confirmation"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Reply:
    """One text that the decision owes the person.

    `held` means that it cannot leave now, because the provider blocks this sender to this
    person: it is kept until the person lifts the block.
    """

    purpose: Purpose
    wording: str
    language: str
    text: str
    held: bool = False
