"""What a decision did, and the constants that say why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from responder.core.catalog import Keyword
from responder.core.consent import ConsentEvent
from responder.core.messages import Inbound, Reply
from responder.core.understand import Understanding
from responder.core.vocabulary import Intent
from responder.core.words import fingerprint


class Outcome(StrEnum):
    """What became of one inbound message."""

    REQUESTED = "requested"
    OPTED_IN = "opted_in"
    ALREADY_IN = "already_in"
    OPTED_OUT = "opted_out"
    ALREADY_OUT = "already_out"
    DECLINED = "declined"
    ANSWERED = "answered"
    ASKED_AGAIN = "asked_again"
    HELP = "help"
    CLOSED = "closed"
    OFFERED = "offered"
    ERASURE_REQUESTED = "erasure_requested"
    ERASURE_CONFIRMED = "erasure_confirmed"
    ACCESS_REQUESTED = "access_requested"
    OPERATOR_TEST = "operator_test"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    KEPT = "kept"


class Reason(StrEnum):
    """Why the outcome is what it is, or why nothing was answered."""

    KEYWORD = "keyword"
    CONFIRMED = "confirmed"
    FORMER_MEMBER = "former_member"
    ALREADY_ACTIVE = "already_active"
    BLOCK_LIFTED = "block_lifted"
    EVERYTHING = "everything"
    ONE_PROGRAMME = "one_programme"
    ONE_NUMBER = "one_number"
    ALREADY_ENDED = "already_ended"
    NOT_YET_OPEN = "not_yet_open"
    NO_LONGER_OPEN = "no_longer_open"
    NO_OFFER_SEEN = "no_offer_seen"
    QUESTION = "question"
    NEAR_KEYWORD = "near_keyword"
    WISH = "wish"
    ASKED = "asked"
    NO_MATCH = "no_match"
    NO_WORDS = "no_words"
    REACTION = "reaction"
    NO_SUCH_NUMBER = "no_such_number"
    SAME_TEXT_AGAIN = "same_text_again"
    ANSWERED_TODAY = "answered_today"
    SILENCE_CHOSEN = "silence_chosen"
    PROVIDER_ANSWERS = "provider_answers"
    PROVIDER_BLOCKS = "provider_blocks"
    SAID_NO = "said_no"
    FITS = "fits"
    DOES_NOT_FIT = "does_not_fit"
    LATE_NEWS = "late_news"
    MACHINE = "machine"
    TOO_MANY_REPLIES = "too_many_replies"
    HOUSE_CEILING = "house_ceiling"
    SENDER_IS_NO_PERSON = "sender_is_no_person"
    COUNTRY_NOT_SERVED = "country_not_served"
    DATABASE_AWAY = "database_away"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that waits for its answer until a time; `tries` answers did not fit."""

    programme: str
    question: str
    tries: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that fits its question."""

    programme: str
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Reward:
    """A code that the person has earned. `position` is its reply's; `gone` is said instead where
    no code is left."""

    programme: str
    position: int
    gone: Reply


@dataclass(frozen=True, slots=True)
class Allowance:
    """How often a person was answered: `count` replies were wanted in the hour from `since`."""

    since: datetime | None = None
    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that one message changes: facts to append, texts owed, a case to open.

    `asking` and `allowance` are as they stand after it. Which code a `reward` is, the store knows.
    """

    outcome: Outcome
    reason: Reason
    understanding: Understanding
    events: tuple[ConsentEvent, ...] = ()
    replies: tuple[Reply, ...] = ()
    keyword: Keyword | None = None
    case: str | None = None
    asking: Asking | None = None
    answered: Answered | None = None
    reward: Reward | None = None
    allowance: Allowance = Allowance()

    @property
    def came_by(self) -> Keyword | None:
        """The keyword of the poster that was read; a second yes was read in a text, on none."""
        return None if self.reason is Reason.CONFIRMED else self.keyword


@dataclass(frozen=True, slots=True)
class Recent:
    """What was said lately: with this number, and with this person on any number of the house.

    `last_text`, `last_at`, `same_text` (how often that text came in a row) and `asking` belong
    to the number. `unknown_at` and `already_out_at` are when the person last got those
    courtesies; `left_at` is when they last said that they want out, be they out or not;
    `heard_at` is when anything last came from them; `erasing` is when the case was opened in
    which they asked to be erased, while it is open; `house_full` says that the house has
    answered all it may in this hour.
    """

    last_text: str | None = None
    last_at: datetime | None = None
    same_text: int = 0
    asking: Asking | None = None
    unknown_at: datetime | None = None
    already_out_at: datetime | None = None
    left_at: datetime | None = None
    heard_at: datetime | None = None
    allowance: Allowance = Allowance()
    erasing: datetime | None = None
    house_full: bool = False


NOTHING_SAID = Recent()


def remember(recent: Recent, message: Inbound, decision: Decision) -> Recent:
    """What was said lately, once this message is decided."""
    told = {reply.wording for reply in decision.replies}
    at, text = message.received_at, fingerprint(message.text)
    return Recent(
        last_text=text,
        last_at=max(recent.last_at or at, at),
        same_text=recent.same_text + 1 if text == recent.last_text else 1,
        asking=decision.asking,
        unknown_at=at if "unknown" in told else recent.unknown_at,
        already_out_at=at if "already_out" in told else recent.already_out_at,
        left_at=max(recent.left_at or at, at) if _leaves(decision) else recent.left_at,
        heard_at=max(recent.heard_at or at, at),
        allowance=decision.allowance,
        erasing=recent.erasing or (at if decision.case == "erase" else None),
        house_full=recent.house_full,
    )


def _leaves(decision: Decision) -> bool:
    return decision.understanding.intent in (Intent.OPT_OUT, Intent.ERASURE)


def over_all_numbers(recent: Mapping[str, Recent], number: str) -> Recent:
    """What was said lately with one number, and with the person on all of them."""
    if not recent.keys() - {number}:
        return recent.get(number, NOTHING_SAID)
    everywhere = recent.values()
    newest = max((r.allowance for r in everywhere), key=_answered_at, default=Allowance())
    return replace(
        recent.get(number, Recent()),
        unknown_at=max((r.unknown_at for r in everywhere if r.unknown_at), default=None),
        already_out_at=max(
            (r.already_out_at for r in everywhere if r.already_out_at), default=None
        ),
        left_at=max((r.left_at for r in everywhere if r.left_at), default=None),
        heard_at=max((r.last_at for r in everywhere if r.last_at), default=None),
        erasing=min((r.erasing for r in everywhere if r.erasing), default=None),
        allowance=newest,
    )


def _answered_at(allowance: Allowance) -> tuple[float, int]:
    """Each answer carries the person's whole allowance forward, so the newest is the person's."""
    last = allowance.last_at
    return (last.timestamp() if last else 0.0), allowance.count
