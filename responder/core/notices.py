"""What the provider's block list should be told, because it cannot know it by itself."""

from responder.core.catalog import Number
from responder.core.consent import OptedIn, OptedOut, OptInRequested, Standing, fold
from responder.core.outcomes import Decision


def notice(decision: Decision, before: Standing, number: Number | None) -> bool | None:
    """Whether the person is now in (True) or out (False) for the provider, None for nothing new.

    Out of everything, by a word that the provider ignores; in, while the provider blocks them.
    """
    if number is None or not number.consent_api:
        return None
    kinds = {type(event) for event in decision.events}
    after = fold(decision.events, before)
    if OptedOut in kinds and after.is_out and number.sender not in after.blocks:
        return False
    if kinds & {OptedIn, OptInRequested} and any(reply.held for reply in decision.replies):
        return True
    return None
