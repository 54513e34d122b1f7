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
    `delayed` marks what comes from the spool or from recovery: the ledger may know newer acts of
    the person, and an answer can no longer travel with the webhook's response. `listed` marks
    what was never delivered to us and found in the provider's own list.
    """

    provider: str
    provider_message_id: str
    sender: str
    recipient: str
    text: str
    received_at: datetime
    provider_opt_out: str | None = None
    raw: str = "{}"
    delayed: bool = False
    listed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What makes two deliveries the same message."""
        return self.provider, self.provider_message_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider says became of one outbound message.

    `outbox_id` and `attempt` are our own reference: which row, and which attempt to send it (0 is
    the reply that travelled with a webhook's response). `sender` and `recipient` are the
    message's: our number, the person.
    """

    provider: str
    provider_message_id: str
    status: str
    error_code: str | None
    outbox_id: str | None
    received_at: datetime
    raw: str = "{}"
    attempt: int = 0
    sender: str = ""
    recipient: str = ""


class Purpose(StrEnum):
    """Why an outbound message is sent: how hard we try, and whether an opt-out cancels it.

    A confirmation is owed; an answer is a courtesy; a request asks something of who wants to
    join or has joined; a reward is what they were promised for it; promotional is what nobody
    asked for now.
    """

    CONFIRMATION = "confirmation"
    ANSWER = "answer"
    REQUEST = "request"
    REWARD = "reward"
    PROMOTIONAL = "promotional"


@dataclass(frozen=True, slots=True)
class Reply:
    """One text that the decision owes the person.

    `held` means that it cannot leave now, because the provider blocks this sender to this
    person: it is kept until the block is lifted. `programme` is whose people it is for.
    """

    purpose: Purpose
    wording: str
    language: str
    text: str
    held: bool = False
    programme: str | None = None


@dataclass(frozen=True, slots=True)
class Outbound:
    """One mobile terminated message on its way to a gateway.

    `number` is the virtual number, `sender` its messaging service where it has one, else the number
    again. `attempt` counts from 1; with the row's id it is what the provider's receipts bring
    back.
    """

    outbox_id: str
    attempt: int
    number: str
    sender: str
    recipient: str
    text: str
