"""What a decision did, and the constants that say why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from responder.core.catalog import Keyword
from responder.core.consent import ConsentEvent
from responder.core.messages import Inbound, Reply
from responder.core.understand import Understanding
from responder.core.words import fingerprint


class Outcome(StrEnum):
    """What became of one inbound message."""

    OPTED_IN = "opted_in"
    ALREADY_IN = "already_in"
    OPTED_OUT = "opted_out"
    ALREADY_OUT = "already_out"
    HELP = "help"
    CLOSED = "closed"
    OFFERED = "offered"
    ERASURE_REQUESTED = "erasure_requested"
    ACCESS_REQUESTED = "access_requested"
    OPERATOR_TEST = "operator_test"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why the outcome is what it is, or why nothing was answered."""

    KEYWORD = "keyword"
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
    SENDER_IS_NO_PERSON = "sender_is_no_person"
    COUNTRY_NOT_SERVED = "country_not_served"


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that one message changes: facts to append, texts owed, a case to open."""

    outcome: Outcome
    reason: Reason
    understanding: Understanding
    events: tuple[ConsentEvent, ...] = ()
    replies: tuple[Reply, ...] = ()
    keyword: Keyword | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Recent:
    """What was said lately: with this number, and what this person was told today.

    `unknown_at` and `already_out_at` are when the person last got those courtesies, from any
    number of the house.
    """

    last_text: str | None = None
    last_at: datetime | None = None
    unknown_at: datetime | None = None
    already_out_at: datetime | None = None


def remember(recent: Recent, message: Inbound, decision: Decision) -> Recent:
    """What was said lately, once this message is decided."""
    told = {reply.wording for reply in decision.replies}
    at = message.received_at
    return Recent(
        last_text=fingerprint(message.text),
        last_at=at,
        unknown_at=at if "unknown" in told else recent.unknown_at,
        already_out_at=at if "already_out" in told else recent.already_out_at,
    )
