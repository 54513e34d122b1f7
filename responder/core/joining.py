"""Decisions about people who want in."""

from responder.core.catalog import Keyword, Programme
from responder.core.consent import OptedIn, OptInRequested, State
from responder.core.messages import Purpose, Reply
from responder.core.outcomes import Decision, Outcome, Reason
from responder.core.questions import welcome
from responder.core.scene import Scene


def join(scene: Scene, keyword: Keyword) -> Decision:
    """A campaign keyword joins its programme, if that is open and the person can be answered."""
    return _join(scene, scene.catalog.programmes[keyword.programme], Reason.KEYWORD, keyword)


def come_back(scene: Scene) -> Decision:
    """An opt-in word that is no keyword here brings back a former member of one open programme.

    Anyone else is told the keywords: an offer that nobody saw cannot be accepted.
    """
    subscriptions = scene.standing.subscriptions
    mine = [p for p in scene.programmes if p.id in subscriptions and subscriptions[p.id].since]
    active = [p for p in mine if subscriptions[p.id].state is State.ACTIVE]
    former = [p for p in mine if p not in active and p.is_open(scene.now)]
    if len(active) == 1:
        return _join(scene, active[0], Reason.ALREADY_ACTIVE)
    if not active and len(former) == 1:
        return _join(scene, former[0], Reason.FORMER_MEMBER)
    return offer(scene, Reason.NO_OFFER_SEEN)


def offer(scene: Scene, reason: Reason, named: tuple[Keyword, ...] = ()) -> Decision:
    """Tell which words join: the one that was named, or those of every open programme."""
    keywords = named or _open_keywords(scene)
    if not keywords:
        wording = "closed" if scene.only_programme else "unknown"
        reply = scene.reply(Purpose.ANSWER, wording, scene.only_programme)
        return scene.decided(Outcome.CLOSED, Reason.NO_LONGER_OPEN, reply=reply)
    reply = scene.reply(Purpose.ANSWER, "keywords", scene.only_programme, keywords)
    return scene.decided(Outcome.OFFERED, reason, reply=reply)


def _join(
    scene: Scene, programme: Programme, reason: Reason, keyword: Keyword | None = None
) -> Decision:
    if scene.refusal or scene.is_late:
        return scene.decided(Outcome.REFUSED, scene.refusal or Reason.LATE_NEWS, keyword=keyword)
    if scene.standing.state(programme.id) is State.ACTIVE:
        return _already_in(scene, programme, keyword)
    at = scene.message.received_at
    if not programme.is_open(at):
        early = programme.opens is not None and at < programme.opens
        reason = Reason.NOT_YET_OPEN if early else Reason.NO_LONGER_OPEN
        language = _language(scene, programme)
        reply = scene.reply(Purpose.ANSWER, "closed", programme, language=language)
        return scene.decided(Outcome.CLOSED, reason, reply=reply)
    if programme.double_opt_in:
        return _requested(scene, programme, reason, keyword)
    return joined(scene, programme, reason, "opt_in", keyword)


def _requested(
    scene: Scene, programme: Programme, reason: Reason, keyword: Keyword | None
) -> Decision:
    """Double opt-in: nothing is joined before a second yes."""
    event = OptInRequested(scene.at, programme.id)
    reply = request_text(scene, programme, keyword)
    return scene.decided(Outcome.REQUESTED, reason, event, reply=reply, keyword=keyword)


def request_text(scene: Scene, programme: Programme, keyword: Keyword | None = None) -> Reply:
    """What asks for the second yes."""
    language = _language(scene, programme)
    keywords = (keyword,) if keyword else ()
    return scene.reply(Purpose.REQUEST, "opt_in_request", programme, keywords, language)


def joined(
    scene: Scene, programme: Programme, reason: Reason, wording: str, keyword: Keyword | None
) -> Decision:
    """The person is in: one confirmation, then what comes with joining."""
    event = OptedIn(scene.at, programme.id)
    reply = _confirmation(scene, wording, programme, keyword)
    decision = scene.decided(Outcome.OPTED_IN, reason, event, reply=reply, keyword=keyword)
    return welcome(scene, decision, programme, reply.language)


def _already_in(scene: Scene, programme: Programme, keyword: Keyword | None) -> Decision:
    """The confirmation that a lifted block had kept back is owed now."""
    if scene.block_events:
        reply = _confirmation(scene, "opt_in", programme, keyword)
        return scene.decided(Outcome.ALREADY_IN, Reason.BLOCK_LIFTED, reply=reply)
    reply = scene.reply(
        Purpose.ANSWER, "already_in", programme, language=_language(scene, programme)
    )
    return scene.decided(Outcome.ALREADY_IN, Reason.ALREADY_ACTIVE, reply=reply, keyword=keyword)


def _confirmation(
    scene: Scene, wording: str, programme: Programme, keyword: Keyword | None
) -> Reply:
    language = _language(scene, programme)
    keywords = (keyword,) if keyword else ()
    return scene.reply(Purpose.CONFIRMATION, wording, programme, keywords, language)


def _language(scene: Scene, programme: Programme) -> str:
    """The programme's language, or that of the word they used where the programme speaks it."""
    number = scene.number
    own = number.language if number else scene.language
    entry = scene.catalog.vocabulary.find(scene.understanding.words, "opt_in", own)
    return entry.language if entry and entry.language in programme.wordings else own


def _open_keywords(scene: Scene) -> tuple[Keyword, ...]:
    """One keyword for each programme that is open on this number: the first on the poster."""
    return tuple(p.keywords[0] for p in scene.programmes if p.is_open(scene.now))
