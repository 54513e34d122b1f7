"""What comes with joining: a code, and questions one after the other.

A question waits on one number for its answer. An answer that does not fit is asked for once
more; then comes the next question. STOP and HELP are understood before any of this.
"""

from dataclasses import replace

from responder.core.answers import read_answer
from responder.core.catalog import Ask, Programme
from responder.core.messages import Purpose, Reply
from responder.core.outcomes import Answered, Asking, Decision, Outcome, Reason, Reward
from responder.core.reading import without_courtesy
from responder.core.scene import Scene
from responder.core.vocabulary import Intent


def welcome(scene: Scene, decision: Decision, programme: Programme, language: str) -> Decision:
    """A decision that let somebody in, with the code they earned and the first question."""
    if not decision.replies or decision.replies[0].held:
        return decision
    if programme.incentive:
        gone = scene.reply(Purpose.ANSWER, "incentive_gone", programme, language=language)
        code = scene.reply(Purpose.REWARD, "incentive", programme, language=language)
        reward = Reward(programme.id, len(decision.replies), gone)
        decision = _and(replace(decision, reward=reward), code)
    return _ask(scene, decision, programme, programme.asks[:1])


def answer(scene: Scene) -> Decision | None:
    """The decision where this text answers the question that waits, else None."""
    programme, ask = _waiting(scene)
    if programme is None or ask is None or scene.refusal or _is_reaction(scene):
        return None
    value = _value(scene, programme, ask)
    if value is not None:
        answered = Answered(programme.id, ask.name, value)
        decision = scene.decided(Outcome.ANSWERED, Reason.FITS, answered=answered)
        return _go_on(scene, decision, programme, ask)
    if _says_something_else(scene):
        return None
    return _does_not_fit(scene, programme, ask)


def _declines(scene: Scene) -> bool:
    """A no is no name, no address and no date, and needs no second try."""
    return scene.understanding.words in scene.catalog.vocabulary.refusals


def is_choice(scene: Scene) -> bool:
    """Whether the text is exactly one of the choices that were asked for."""
    programme, ask = _waiting(scene)
    chosen = ask and ask.kind == "choice" and programme and _value(scene, programme, ask)
    return bool(chosen)


def _waiting(scene: Scene) -> tuple[Programme | None, Ask | None]:
    asking = scene.asking
    if asking is None or asking.programme not in scene.standing.active or scene.is_late:
        return None, None
    programme = scene.catalog.programmes.get(asking.programme)
    asks = programme.asks if programme else ()
    ask = next((ask for ask in asks if ask.name == asking.question), None)
    joined = scene.standing.subscriptions[asking.programme].since
    if ask and joined and asking.until - ask.within < joined:
        return programme, None  # they left and came back since it was asked
    return programme, ask


def _value(scene: Scene, programme: Programme, ask: Ask) -> str | None:
    """The answer; a word that joins is no name, and another programme's keyword no answer."""
    keyword = scene.understanding.keyword if _is_keyword(scene) else None
    named = keyword and scene.number and scene.catalog.keywords[scene.number.address][keyword]
    if ask.kind == "name" and (scene.understanding.intent is Intent.OPT_IN or _declines(scene)):
        return None
    if ask.kind == "text" and named and named.programme != programme.id:
        return None
    country = scene.number.country if scene.number else ""
    value = read_answer(ask, scene.message.text, country)
    if value is None and ask.kind == "choice":
        core = without_courtesy(scene.understanding.words, scene.catalog.vocabulary)
        return read_answer(ask, " ".join(core), country)
    return value


def _is_keyword(scene: Scene) -> bool:
    return scene.understanding.rule.startswith("keyword.")


def _is_reaction(scene: Scene) -> bool:
    """Whether a phone wrote this because somebody tapped a heart on our question."""
    return any(what == "reaction" for what, _ in scene.understanding.stripped)


def _says_something_else(scene: Scene) -> bool:
    return scene.understanding.intent is Intent.OPT_IN


def _does_not_fit(scene: Scene, programme: Programme, ask: Ask) -> Decision:
    asking = scene.recent.asking
    decision = scene.decided(Outcome.ASKED_AGAIN, Reason.DOES_NOT_FIT)
    if asking is None or asking.tries or _declines(scene):
        return _go_on(scene, decision, programme, ask)
    reply = scene.reply(Purpose.REQUEST, "ask_again", programme, question=ask.again)
    return replace(_and(decision, reply), asking=replace(asking, tries=1))


def _go_on(scene: Scene, decision: Decision, programme: Programme, ask: Ask) -> Decision:
    """The next question, or thanks after the last."""
    left = programme.asks[programme.asks.index(ask) + 1 :]
    if left:
        return _ask(scene, decision, programme, left)
    thanks = scene.reply(Purpose.ANSWER, "thanks", programme)
    return replace(_and(decision, thanks), asking=None)


def _ask(scene: Scene, decision: Decision, programme: Programme, asks: tuple[Ask, ...]) -> Decision:
    if not asks:
        return decision
    ask = asks[0]
    asking = Asking(programme.id, ask.name, 0, scene.message.received_at + ask.within)
    text = Reply(Purpose.REQUEST, "question", scene.language, ask.question, programme=programme.id)
    return replace(_and(decision, text), asking=asking)


def _and(decision: Decision, reply: Reply) -> Decision:
    return replace(decision, replies=(*decision.replies, reply))
