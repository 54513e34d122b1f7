"""What the provider's journal tells: who texted what and was acknowledged, what it accepted."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

Line = Mapping[str, Any]
Pair = tuple[str, str]
"""(person, number)."""

_REFERENCE = re.compile(r"[?&]outbox=(\w+)(?:&attempt=(\d+))?")


@dataclass(frozen=True, slots=True)
class Texted:
    """One text of a person. `acknowledged` is when its first 2xx was complete, None without."""

    sid: str
    person: str
    body: str
    at: datetime
    acknowledged: datetime | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """One message that the provider took. `attempt` 0 is the reply in a webhook's answer."""

    sid: str
    attempt: int
    person: str
    body: str
    at: datetime


@dataclass
class Journal:
    """`never_delivered` are the texts that no webhook told of; `failed` what was accepted, and
    then lost on its way by the provider. `accepted` is by outbox id."""

    texted: dict[str, Texted] = field(default_factory=dict)
    never_delivered: dict[str, datetime] = field(default_factory=dict)
    accepted: dict[str, list[Accepted]] = field(default_factory=lambda: defaultdict(list))
    failed: set[str] = field(default_factory=set)
    faults: Counter[str] = field(default_factory=Counter)
    deliveries: int = 0
    _blocks: dict[Pair, list[tuple[datetime, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def sids(self) -> set[str]:
        """Every text that the provider received."""
        return {*self.texted, *self.never_delivered}

    def texted_at(self, sid: str) -> datetime | None:
        """When a person sent this, None for what is not in the journal."""
        text = self.texted.get(sid)
        return text.at if text else self.never_delivered.get(sid)

    def was_blocked_since(self, person: str, number: str, at: datetime) -> bool:
        """Whether the provider let nothing pass to this person, then or later."""
        history = self._blocks.get((person, number), [])
        before = [blocked for when, blocked in history if when <= at]
        return any(before[-1:]) or any(blocked for when, blocked in history if when > at)

    def read(self, lines: Iterable[Line]) -> "Journal":
        """Take up these lines, in their order."""
        for line in lines:
            reader = _READERS.get(line["kind"])
            if reader:
                reader(self, line)
        return self


def _webhook(journal: Journal, line: Line) -> None:
    sid, end = line["sid"], datetime.fromisoformat(line["at_end"])
    journal.deliveries += 1
    known = journal.texted.get(sid)
    at = known.at if known else datetime.fromisoformat(line["at_begin"])
    done = [known.acknowledged] if known and known.acknowledged else []
    done += [end] if 200 <= line["status"] < 300 else []
    journal.texted[sid] = Texted(sid, line["from"], line["body"], at, min(done, default=None))


def _message(journal: Journal, line: Line) -> None:
    reference = _REFERENCE.search(line["status_callback"])
    if reference:
        at = datetime.fromisoformat(line["at_request"])
        one = Accepted(line["sid"], int(reference[2] or 0), line["to"], line["body"], at)
        journal.accepted[reference[1]].append(one)


def _fault(journal: Journal, line: Line) -> None:
    journal.faults[line["name"]] += 1
    if line["name"] == "lose_webhook":
        journal.never_delivered[line["sid"]] = datetime.fromisoformat(line["at"])
    if line["name"] == "fail":
        journal.failed.add(line["sid"])


def _provider_reply(journal: Journal, line: Line) -> None:
    """The provider's own answers to STOP and START show its block list."""
    said = line["body"]
    if "subscribed" in said:
        at = datetime.fromisoformat(line["at"])
        journal._blocks[line["to"], line["from"]].append((at, "unsubscribed" in said))


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a journal; its last may still be on its way to the disk."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


_READERS = {
    "webhook": _webhook,
    "message": _message,
    "fault": _fault,
    "provider_reply": _provider_reply,
}
