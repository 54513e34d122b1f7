"""How often a person, and the house, is answered: never talk to a machine, nor pay for one."""

from dataclasses import replace
from datetime import datetime, timedelta

from responder.core.outcomes import Allowance, Decision, Outcome, Reason, Recent

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
SAME_TEXT_AT_MOST = 3
"""The same text is answered so often in a row, where it changes nothing."""

_JOINS = (Outcome.OPTED_IN, Outcome.REQUESTED)
_LEAVES = (
    *(Outcome.OPTED_OUT, Outcome.ERASURE_REQUESTED, Outcome.ERASURE_CONFIRMED),
    Outcome.DECLINED,
)
_IN_A_DIALOGUE = (Outcome.ANSWERED, Outcome.ASKED_AGAIN)
"""As many as there are questions, so they need no other bound."""


def bounded(decision: Decision, recent: Recent, limit: int, now: datetime) -> Decision:
    """The decision with its replies, if this person may be answered now.

    Past the bound an opt-in is not applied; an opt-out is, whatever the bound says.
    """
    if not _wants_to_answer(decision):
        return decision
    if recent.house_full and decision.outcome not in _LEAVES:
        return _silent(decision, recent, Reason.HOUSE_CEILING)
    if decision.outcome in _IN_A_DIALOGUE:
        return decision
    allowance, may = spend(recent, limit, now, leaves=decision.outcome in _LEAVES)
    spent = replace(decision, allowance=allowance)
    return spent if may else _silent(spent, recent, Reason.TOO_MANY_REPLIES)


def spend(
    recent: Recent, limit: int, now: datetime, *, leaves: bool = False
) -> tuple[Allowance, bool]:
    """The allowance after one more wish to answer, and whether it may be answered.

    `limit` in an hour; who goes past it is answered once a day, until a day of silence. The first
    time that who is past it leaves is answered besides: then `count` is two over the limit.
    """
    before = recent.allowance
    past_the_bound = before.count > limit
    if past_the_bound and not _older(recent.heard_at, A_DAY, now):
        if leaves and before.count == limit + 1:
            return replace(before, count=limit + 2, last_at=now), True
        may = _older(before.last_at, A_DAY, now)
        return (replace(before, last_at=now) if may else before), may
    if past_the_bound or _older(before.since, AN_HOUR, now):
        return Allowance(now, 1, now), True
    if before.count == limit:
        told = before if not leaves else replace(before, last_at=now)
        return replace(told, count=limit + (2 if leaves else 1)), leaves
    return Allowance(before.since, before.count + 1, now), True


def _older(time: datetime | None, than: timedelta, now: datetime) -> bool:
    return time is None or now - time >= than


def _wants_to_answer(decision: Decision) -> bool:
    return any(not reply.held for reply in decision.replies)


def _silent(decision: Decision, recent: Recent, why: Reason) -> Decision:
    """The decision without its replies. Who does not join is asked what they were asked before."""
    if decision.outcome not in _JOINS:
        return replace(decision, replies=(), reason=why)
    stays = tuple(event for event in decision.events if not hasattr(event, "programme"))
    unanswered = replace(decision, outcome=Outcome.REFUSED, reason=why, replies=(), reward=None)
    return replace(unanswered, events=stays, asking=recent.asking)
