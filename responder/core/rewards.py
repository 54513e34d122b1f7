"""The reply that carries a code, once it is known which."""

from dataclasses import replace

from responder.core.compose import CODE
from responder.core.messages import Reply
from responder.core.outcomes import Decision, Reward


def with_code(decision: Decision, reward: Reward, code: str) -> Decision:
    """The decision whose reward carries this code."""
    reply = decision.replies[reward.position]
    return _instead(decision, reward, replace(reply, text=reply.text.replace(CODE, code)))


def had_already(decision: Decision, reward: Reward) -> Decision:
    """The decision for a person who got their code when they joined before."""
    return _instead(decision, reward)


def used_up(decision: Decision, reward: Reward) -> Decision:
    """The decision where no code is left: the person is told, and a member all the same."""
    return _instead(decision, reward, reward.gone)


def _instead(decision: Decision, reward: Reward, *replies: Reply) -> Decision:
    at = reward.position
    changed = (*decision.replies[:at], *replies, *decision.replies[at + 1 :])
    return replace(decision, replies=changed)
