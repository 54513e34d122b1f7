"""What one person texted, and what became of them without a text, as it was recorded."""

from dataclasses import dataclass
from datetime import datetime

from responder.core.consent import ConsentEvent, Standing
from responder.core.messages import Inbound

Step = tuple[datetime, Inbound | ConsentEvent]


@dataclass(frozen=True, slots=True)
class History:
    """A person's texts from `since` on, in order, and where they stood then.

    The steps are the texts that can be read, and the events that none of these texts caused. Of
    `unreadable` texts only the fact is left. `address` is the key of the person's address.
    """

    contact_id: str
    address: str
    country: str | None
    since: datetime
    standing: Standing
    steps: tuple[Step, ...]
    unreadable: int = 0
