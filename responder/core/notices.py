"""What the provider's block list should be told, because it cannot know it by itself."""

from responder.core.catalog import Number
from responder.core.consent import OptedIn, OptedOut, OptInRequested, ProviderBlocked, Standing
from responder.core.outcomes import Decision


def notice(decision: Decision, before: Standing, number: Number | None) -> bool | None:
    """Whether the person is now in (True) or out (False) for the provider, None for nothing new.

    Out, by a word that the provider ignores; in, while the provider blocks them.
    """
    if number is None or not number.consent_api:
        return None
    kinds = {type(event) for event in decision.events}
    blocked = number.sender in before.blocks
    if OptedOut in kinds and ProviderBlocked not in kinds and not blocked:
        return False
    if kinds & {OptedIn, OptInRequested} and any(reply.held for reply in decision.replies):
        return True
    return None
