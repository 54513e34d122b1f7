"""The second yes: a request is answered with a yes, a no, or not at all."""

from datetime import datetime

from responder.core import joining
from responder.core.catalog import Keyword, Programme
from responder.core.consent import OptedOut, State, Subscription
from responder.core.messages import Purpose
from responder.core.outcomes import Decision, Outcome, Reason
from responder.core.reading import without_courtesy
from responder.core.scene import Scene
from responder.core.vocabulary import Intent
from responder.core.words import canonical


def answer(scene: Scene) -> Decision | None:
    """The decision where this text answers a request on this number, else None.

    A yes or a no answers the newest request, a keyword that of its own programme. Late news of a
    yes is none, nor is that of a sender who could not be told; a no is a no.
    """
    waiting = _waiting(scene)
    if not waiting:
        return None
    newest, named = waiting[0], _named(scene)
    again = next((p for p in waiting if named and p.id == named.programme), None)
    agreed = newest if _is_yes(scene, newest) else again
    if agreed and not (scene.is_late or scene.refusal):
        own = named if agreed is again else None
        if scene.block_events:
            return _ask_again(scene, agreed)
        return joining.joined(scene, agreed, Reason.CONFIRMED, "opt_in_confirmed", own)
    if scene.understanding.words in scene.catalog.vocabulary.refusals:
        reply = scene.reply(Purpose.CONFIRMATION, "opt_in_declined", newest)
        event = OptedOut(scene.at, newest.id)
        return scene.decided(Outcome.DECLINED, Reason.SAID_NO, event, reply=reply)
    return None


def _ask_again(scene: Scene, programme: Programme) -> Decision:
    """The block that this text lifts kept the request back: nobody has seen it yet."""
    reply = joining.request_text(scene, programme)
    return scene.decided(Outcome.REQUESTED, Reason.BLOCK_LIFTED, reply=reply)


def is_over(subscription: Subscription, programme: Programme | None, now: datetime) -> bool:
    """Whether a request has waited too long; one whose programme is gone, or wants no second
    yes any more, has."""
    terms = programme.double_opt_in if programme else None
    begun = subscription.requested
    return terms is None or begun is None or now > begun + terms.within


def _waiting(scene: Scene) -> list[Programme]:
    """The programmes on this number that wait for a yes, the newest request first."""
    waiting = [
        (subscription.requested, programme)
        for programme in scene.programmes
        if (subscription := scene.standing.subscriptions.get(programme.id))
        and subscription.state is State.PENDING
        and subscription.requested
        and subscription.requested <= scene.at
        and not is_over(subscription, programme, scene.message.received_at)
    ]
    return [programme for _, programme in sorted(waiting, key=lambda pair: pair[0], reverse=True)]


def _named(scene: Scene) -> Keyword | None:
    """The keyword that was texted again."""
    words = scene.understanding.keyword
    if words is None or scene.number is None or scene.understanding.intent is not Intent.OPT_IN:
        return None
    return scene.catalog.keywords[scene.number.address][words]


def _is_yes(scene: Scene, programme: Programme) -> bool:
    """An opt-in word of the number's language, of English, or of one the programme is worded in.

    It may be the keyword of another programme, since JA is what our request asks for. A wish in
    other words is no yes.
    """
    vocabulary = scene.catalog.vocabulary
    read = canonical(scene.message.text, vocabulary.habits)
    own = scene.number.language if scene.number else scene.catalog.language
    languages = {vocabulary.code_of(own) or own, "en", *programme.wordings}
    entries = (
        (language, vocabulary.find(words, "opt_in", language))
        for words in (read.words, without_courtesy(read.words, vocabulary))
        for language in languages
    )
    return not read.question and any(e and e.language == language for language, e in entries)
