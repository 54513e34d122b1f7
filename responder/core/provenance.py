"""Where an import's people come from, and who of them may come in. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from responder.core.addresses import Address
from responder.core.consent import OptedIn, Standing, State


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an import states of itself.

    `at` is when the people consented, or bought. `basis` is `consent` or `soft_opt_in`;
    `consent_text` the words they agreed to; `licence` is `owned`, `bought` or `rented`;
    `evidence` says where the papers are.
    """

    source: str
    at: datetime
    basis: str
    consent_text: str
    licence: str
    evidence: str


@dataclass(frozen=True, slots=True)
class FileMark:
    """Which file it was: its name, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One good row of a file: who may come into which programme.

    `at` is when this person consented or bought. `answers` are by question. `state` is what the
    file says of the person: a base that was exported elsewhere names who left.
    """

    line: int
    address: Address
    programme: str
    language: str
    source: str
    at: datetime
    state: str = "active"
    tags: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)


class Verdict(StrEnum):
    """What becomes of one person of a file. All but `NEW` change nothing."""

    NEW = "new"
    ALREADY_IN = "already_in"
    WAITING = "waiting"
    SUPPRESSED = "suppressed"
    ENDED = "ended"
    ENDED_EVERYTHING = "ended_everything"
    BLOCKED = "blocked"
    ENDED_ELSEWHERE = "ended_elsewhere"


STAYS_OUT: Mapping[Verdict, str] = {
    Verdict.WAITING: "asked to join and has not confirmed yet; only their own yes does that",
    Verdict.SUPPRESSED: "on the suppression list: erased, or told us elsewhere to stop",
    Verdict.ENDED: "ended or declined this programme",
    Verdict.ENDED_EVERYTHING: "ended everything",
    Verdict.BLOCKED: "blocked us at the provider",
    Verdict.ENDED_ELSEWHERE: "the file itself says that they are not active",
}
"""Why a person stays out, in words for the report."""


def weigh(
    candidate: Candidate, standing: Standing, suppressed: bool, left_at: datetime | None
) -> Verdict:
    """Whether a person comes in. What a person closed, only that person reopens.

    `left_at` is when they last ended everything, also where they came back to something since:
    a consent from before that time is spent.
    """
    if candidate.state != "active":
        return Verdict.ENDED_ELSEWHERE
    state = standing.state(candidate.programme)
    if state is State.ACTIVE:
        return Verdict.ALREADY_IN
    if suppressed:
        return Verdict.SUPPRESSED
    if state is State.PENDING:
        return Verdict.WAITING
    if state is State.ENDED:
        return Verdict.ENDED
    if standing.out_since or (left_at and candidate.at <= left_at):
        return Verdict.ENDED_EVERYTHING
    if standing.blocks:
        return Verdict.BLOCKED
    return Verdict.NEW


def joined(candidate: Candidate, now: datetime) -> OptedIn:
    """The event of a new person. It stands at the time of the consent and not of the import: a
    STOP that was sent in between and arrives late still ends it."""
    return OptedIn(min(candidate.at, now), candidate.programme)
