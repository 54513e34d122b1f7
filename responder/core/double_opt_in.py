"""The second yes: a request is answered with a yes, a no, or not at all."""

from datetime import datetime

from responder.core import joining
from responder.core.catalog import Programme
from responder.core.consent import OptedOut, State, Subscription
from responder.core.messages import Purpose
from responder.core.outcomes import Decision, Outcome, Reason
from responder.core.scene import Scene
from responder.core.vocabulary import Intent


def answer(scene: Scene) -> Decision | None:
    """The decision where this text answers the newest request on this number, else None."""
    programme = _requested(scene)
    if programme is None or scene.is_late or scene.refusal:
        return None
    if _says_yes(scene, programme):
        keyword = scene.understanding.keyword
        named = scene.catalog.keywords[scene.number.address] if scene.number else {}
        own = named.get(keyword) if keyword else None
        return joining.joined(scene, programme, Reason.CONFIRMED, "opt_in_confirmed", own)
    if scene.understanding.words in scene.catalog.vocabulary.refusals:
        reply = scene.reply(Purpose.CONFIRMATION, "opt_in_declined", programme)
        event = OptedOut(scene.at, programme.id)
        return scene.decided(Outcome.DECLINED, Reason.SAID_NO, event, reply=reply)
    return None


def is_over(subscription: Subscription, programme: Programme | None, now: datetime) -> bool:
    """Whether a request has waited too long; one whose programme is gone, or wants no second
    yes any more, has."""
    terms = programme.double_opt_in if programme else None
    begun = subscription.requested
    return terms is None or begun is None or now > begun + terms.within


def _requested(scene: Scene) -> Programme | None:
    waiting = [
        (subscription.requested, programme)
        for programme in scene.programmes
        if (subscription := scene.standing.subscriptions.get(programme.id))
        and subscription.state is State.PENDING
        and subscription.requested
        and not is_over(subscription, programme, scene.message.received_at)
    ]
    return max(waiting, key=lambda pair: pair[0])[1] if waiting else None


def _says_yes(scene: Scene, programme: Programme) -> bool:
    """Any opt-in word, or a keyword of the programme again; a wish in other words is no yes."""
    understanding = scene.understanding
    if understanding.intent is not Intent.OPT_IN or "phrase." in understanding.rule:
        return False
    if understanding.keyword is None or scene.number is None:
        return True
    named = scene.catalog.keywords[scene.number.address][understanding.keyword]
    return named.programme == programme.id
