"""How long what is kept, country by country, why, and where that is written. Data, and pure.

A period that no statute gives is our own reading of "no longer than is necessary" (GDPR art.
5(1)(e)) and says so. Hashes on the suppression list are kept without end: they are what keeps an
erased STOP effective (GDPR art. 21(3), CNIL on opposition lists).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

YEAR = timedelta(days=365)
_MONTH = timedelta(days=30)
_NECESSARY = "GDPR art. 5(1)(e); the figure is ours"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept for `keep`, in a country for `by_country` of it, counted from `since`."""

    name: str
    what: str
    since: str
    keep: timedelta
    why: str
    source: str
    by_country: Mapping[str, timedelta] = field(default_factory=dict)

    def period(self, country: str | None) -> timedelta:
        """How long it is kept of people with a number of this country."""
        return self.by_country.get(country or "", self.keep)

    @property
    def shortest(self) -> timedelta:
        """No row that is younger than this is touched, whoever it is of."""
        return min((self.keep, *self.by_country.values()))


PAYLOADS = Rule(
    name="payloads",
    what="the provider's whole payload of an inbound message (messages.raw)",
    since="its arrival",
    keep=90 * timedelta(days=1),
    why="the evidence keeps its fingerprint; after this nobody looks a delivery up",
    source=_NECESSARY,
)
TEXTS = Rule(
    name="texts",
    what="texts in and out, and how they were understood (messages, decisions, outbox)",
    since="the message",
    keep=YEAR,
    why="answers a complaint about a text; the words of a consent stand in its evidence",
    source=_NECESSARY,
)
RECEIPTS = Rule(
    name="receipts",
    what="delivery receipts (receipts)",
    since="their arrival",
    keep=90 * timedelta(days=1),
    why="a receipt has moved its row; the provider itself lists messages for longer",
    source=_NECESSARY,
)
DRIFTS = Rule(
    name="drifts",
    what="disagreements with a provider's block list (provider_drifts)",
    since="when they were found",
    keep=YEAR,
    why="a disagreement is mended or moot within a year",
    source=_NECESSARY,
)
CONVERSATIONS = Rule(
    name="conversations",
    what="what was said last with a number, and the question that waits (conversations)",
    since="the last text",
    keep=90 * timedelta(days=1),
    why="serves only to answer the next text well",
    source=_NECESSARY,
)
ANSWERS = Rule(
    name="answers",
    what="answers to questions (answers) of people who left the programme",
    since="the end of the subscription",
    keep=_MONTH,
    why="they were given for the programme; a month lets who left by mistake come back",
    source="GDPR art. 17(1)(b); the month is ours",
)
ATTRIBUTES = Rule(
    name="attributes",
    what="keyword, source, language and number of ended subscriptions (subscriptions)",
    since="the end of the subscription",
    keep=YEAR,
    why="counts of posters and stands; the evidence has them as long as it stands",
    source=_NECESSARY,
)
PEOPLE = Rule(
    name="people",
    what="whoever runs in no programme: the address, what is left, and the evidence",
    since="the last thing heard of them, or the end of their last subscription",
    keep=YEAR,
    why="a consent must be shown while a complaint may come, and no longer",
    source="GDPR art. 7(1) and 17(3)(e); life of the consent and 12 months is common practice",
    by_country={
        "DK": 6 * _MONTH,  # only while used plus a short time; 5 years were unlawful
        "FR": 3 * YEAR,  # prospects, from the last contact (CNIL)
        "DE": 5 * YEAR,  # UWG § 7a, from the last use
        "US": 5 * YEAR,  # 16 CFR 310.5
        "CA": 3 * YEAR,  # CASL s. 13: the sender proves consent; three years to sue (s. 47)
    },
)
RULES = (PAYLOADS, TEXTS, RECEIPTS, DRIFTS, CONVERSATIONS, ANSWERS, ATTRIBUTES, PEOPLE)


@dataclass(frozen=True, slots=True)
class Duty:
    """A law that makes the house keep the proof of a consent, also against the person's wish.

    `keep` counts from the end of the consent. Such a duty excepts the proof, and nothing else,
    from erasure (GDPR art. 17(3)(b)).
    """

    country: str
    keep: timedelta
    source: str

    def until(self, ended: datetime) -> datetime:
        """When the proof of a consent that ended then may go."""
        return ended + self.keep


DUTIES = {
    "US": Duty(
        "US",
        5 * YEAR,
        "Telemarketing Sales Rule, 16 CFR 310.5(a)(8): records of consent, five years",
    ),
    "DE": Duty(
        "DE",
        5 * YEAR,
        "UWG § 7a: consent to telephone advertising, five years; for texts by analogy",
    ),
}


def duty(country: str | None, ended: datetime, now: datetime) -> Duty | None:
    """The duty that still holds the proof of a consent that ended then, or None."""
    found = DUTIES.get(country or "")
    return found if found and now < found.until(ended) else None
