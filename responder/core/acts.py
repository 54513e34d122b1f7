"""What a colleague does for one person: the act, and evidence of an opt-in that was not texted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Act:
    """Who of the house acts, over which channel the person asked, and why.

    `silent` says why they get no text about it; empty where they do.
    """

    actor: str
    reason: str
    channel: str = "staff"
    silent: str = ""

    @property
    def shown(self) -> dict[str, str]:
        """What evidence keeps of it."""
        shown = {"actor": self.actor, "reason": self.reason}
        return shown | {"silent": self.silent} if self.silent else shown


@dataclass(frozen=True, slots=True)
class OwnEvidence:
    """An opt-in that was spoken, written on paper or given in a form, with its kind's fields.

    `text` is what the person agreed to, `at` when they did.
    """

    kind: str
    at: datetime
    text: str
    fields: Mapping[str, Any]

    @property
    def channel(self) -> str:
        """What it came over."""
        return {"spoken": "phone", "paper": "letter", "form": "web"}[self.kind]

    @property
    def shown(self) -> dict[str, Any]:
        """What the ledger's evidence keeps of it."""
        return {"at": self.at.isoformat(), "text": self.text, **self.fields}
