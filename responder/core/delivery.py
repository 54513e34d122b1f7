"""What becomes of an outbound message after each attempt to send it. Pure.

Four results are four different things: what is *refused* will never pass (where the person has
*blocked* the sender, or the number is *unreachable*, we also learn about them); *retry* was
certainly not taken; of an *unknown* outcome nobody can tell, so it is looked up before it is
sent again; a *halt* says that nothing at all passes until a person has acted.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from responder.core.consent import Standing
from responder.core.consent import State as Consent
from responder.core.messages import Purpose, Receipt


class Verdict(StrEnum):
    """What a provider's error code means for the message that met it."""

    REFUSED = "refused"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    RETRY = "retry"
    UNKNOWN = "unknown"
    HALT = "halt"


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it, under its own id and with its own word for the status."""

    provider_message_id: str
    status: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The provider did not take it, or nobody knows. `wait` is how long the provider asked for."""

    verdict: Verdict
    code: str
    wait: timedelta = timedelta()


Result = Sent | NotSent


@dataclass(frozen=True, slots=True)
class Policy:
    """How hard we try for a purpose.

    `insists`: sent again when the provider says that an earlier attempt is not there.
    `needs_consent`: leaves only while the person is in the programme, or about to join it.
    `lifetime`: after this it is not sent any more, and a person sees it among the dead letters.
    """

    insists: bool
    needs_consent: bool
    lifetime: timedelta


POLICIES = {
    Purpose.CONFIRMATION: Policy(True, False, timedelta(days=3)),
    Purpose.ANSWER: Policy(True, False, timedelta(hours=1)),
    Purpose.REQUEST: Policy(True, True, timedelta(hours=1)),
    Purpose.REWARD: Policy(True, True, timedelta(days=3)),
    Purpose.PROMOTIONAL: Policy(False, True, timedelta(hours=4)),
}
"""A confirmation is sent at least once, what nobody asked for at most once."""
_ASKS_TO_JOIN = ("opt_in_request", "opt_in_reminder")


def is_wanted(wording: str, programme: str | None, standing: Standing) -> bool:
    """Whether what needs consent still means something to a person: what asks them to join, while
    they have not answered; all else, while they are in."""
    wanted = Consent.PENDING if wording in _ASKS_TO_JOIN else Consent.ACTIVE
    return standing.state(programme or "") is wanted


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait for what. `timeout` is the longest that one call to a provider takes.

    A lease outlasts every call that is made under it. `quarantine` is how long an unknown outcome
    rests before it is looked up: what a stalled provider still accepts must be there by then.
    `catch_up` is how long after an outage of the database nothing leaves that needs consent,
    so that every spool can say that it still keeps something. A call is shorter than a STOP waits
    for the person's row.
    """

    watch: timedelta = timedelta(minutes=5)
    lease: timedelta = timedelta(seconds=60)
    timeout: timedelta = timedelta(seconds=3.5)
    quarantine: timedelta = timedelta(seconds=30)
    first_backoff: timedelta = timedelta(seconds=5)
    longest_backoff: timedelta = timedelta(minutes=15)
    halt: timedelta = timedelta(minutes=1)
    catch_up: timedelta = timedelta(seconds=5)


PATIENCE = Patience()


class State(StrEnum):
    """Where an outbox row is, before the provider's own statuses take over.

    `inline` travelled with a webhook's response and is watched; `held` waits for a provider's
    block to go; `due` is to be sent; `leased` is being sent; `unknown` is to be looked up.
    """

    INLINE = "inline"
    HELD = "held"
    DUE = "due"
    LEASED = "leased"
    UNKNOWN = "unknown"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    LOST = "lost"
    FAILED = "failed"


DEAD = (State.FAILED, "undelivered", State.EXPIRED, State.LOST)
"""The states of a dead letter: what a person should see, and may send again."""


@dataclass(frozen=True, slots=True)
class Move:
    """The row's next state; `due_at` is when something has to be done about it, if ever."""

    state: str
    due_at: datetime | None = None
    provider_message_id: str | None = None
    error_code: str | None = None


def after_attempt(
    result: Result, attempts: int, now: datetime, jitter: float, patience: Patience
) -> Move:
    """The move after attempt number `attempts` (from 1). `jitter` is random, from 0 up to 1."""
    match result:
        case Sent(provider_message_id, status):
            return Move(status, None, provider_message_id)
        case NotSent(Verdict.REFUSED | Verdict.BLOCKED | Verdict.UNREACHABLE, code):
            return Move(State.FAILED, None, None, code)
        case NotSent(Verdict.HALT, code):
            return Move(State.DUE, now + patience.halt, None, code)
        case NotSent(Verdict.RETRY, code, wait):
            pause = max(wait, backoff(attempts, jitter, patience))
            return Move(State.DUE, now + pause, None, code)
        case NotSent(_, code, wait):
            pause = max(wait, patience.quarantine, backoff(attempts, jitter, patience))
            return Move(State.UNKNOWN, now + pause, None, code)


def after_failed_look_up(attempts: int, now: datetime, jitter: float, patience: Patience) -> Move:
    """The provider could not be asked, so the outcome stays unknown."""
    return Move(State.UNKNOWN, now + backoff(attempts, jitter, patience), None, "not_asked")


def not_there(purpose: Purpose) -> State:
    """What an attempt becomes that the provider knows nothing of: sent again, or given up."""
    return State.DUE if POLICIES[purpose].insists else State.LOST


RANKS: dict[str, int] = dict.fromkeys(State, 0) | {
    State.FAILED: 5,
    "accepted": 1,
    "scheduled": 1,
    "queued": 2,
    "sending": 3,
    "sent": 4,
    "delivered": 5,
    "undelivered": 5,
    "canceled": 5,
    "read": 6,
}
"""Our states, then Twilio's statuses in the order they happen; callbacks come in any order."""
_FAILURES = ("failed", "undelivered")


@dataclass(frozen=True, slots=True)
class Sending:
    """What is known of an outbox row when a receipt for it comes."""

    state: str
    attempts: int
    provider_message_id: str | None


def after_receipt(
    row: Sending, receipt: Receipt, verdict: Verdict, now: datetime, patience: Patience
) -> Move | None:
    """The move that a receipt makes, or None. Only forward, and a dead attempt stays dead.

    Any sign of an earlier attempt counts where the newer one has left no trace yet. A failure
    that may pass later is tried once more.
    """
    is_newest = receipt.attempt == row.attempts
    is_known = row.provider_message_id == receipt.provider_message_id
    failed = receipt.status in _FAILURES
    if not (is_newest or is_known or (row.provider_message_id is None and not failed)):
        return None
    if RANKS.get(receipt.status, -1) <= RANKS.get(row.state, 99):
        return None
    if is_known and RANKS.get(row.state, 99) == 0:
        return None  # that attempt has failed, and another is on its way
    move = Move(receipt.status, None, receipt.provider_message_id, receipt.error_code)
    if failed and verdict is Verdict.RETRY and row.attempts < 2:
        return replace(move, state=State.DUE, due_at=now + patience.first_backoff * 6)
    return move


def backoff(attempts: int, jitter: float, patience: Patience) -> timedelta:
    """Doubles with each attempt, up to the longest, of which `jitter` takes up to half away."""
    doubled: timedelta = patience.first_backoff * 2 ** min(max(attempts - 1, 0), 20)
    return min(doubled, patience.longest_backoff) * (1 - jitter / 2)
