"""What one message changes: decide(message, standing, recent, catalog, now) -> Decision. Pure."""

import functools
from datetime import datetime

from responder.core import double_opt_in, joining, leaving, questions
from responder.core.addresses import parse_address
from responder.core.catalog import Catalog, Keyword, Number
from responder.core.consent import Standing
from responder.core.messages import Inbound, Purpose
from responder.core.outcomes import Decision, Outcome, Reason, Recent
from responder.core.provider_words import provider_act
from responder.core.replies import A_DAY, SAME_TEXT_AT_MOST, bounded
from responder.core.scene import Scene
from responder.core.understand import Understanding, understand
from responder.core.vocabulary import Intent
from responder.core.words import fingerprint

_ENDS = (Intent.ERASURE, Intent.OPT_OUT)


def decide(
    message: Inbound, standing: Standing, recent: Recent, catalog: Catalog, now: datetime
) -> Decision:
    """Decide one message of a person with this standing. Pure; microseconds; never raises."""
    scene = _scene(message, standing, recent, catalog, now)
    decision = _by_intent(scene)
    if _is_said_again(scene, decision):
        return scene.decided(Outcome.DUPLICATE, Reason.SAME_TEXT_AGAIN)
    return bounded(decision, recent, catalog.replies_per_person, now)


def _scene(
    message: Inbound, standing: Standing, recent: Recent, catalog: Catalog, now: datetime
) -> Scene:
    number = catalog.numbers.get(parse_address(message.recipient).key)
    sender = parse_address(message.sender, number.country if number else None)
    act = provider_act(message, number)
    understanding = _obey_provider(_understand(message.text, number, catalog), act, message)
    machine = catalog.vocabulary.machines.wrote(understanding.words)
    return Scene(
        *(message, sender, number, act, understanding, machine, standing, recent, catalog, now)
    )


@functools.lru_cache(maxsize=4096)
def _understand(text: str, number: Number | None, catalog: Catalog) -> Understanding:
    """Most people text the same few words, so these are understood once."""
    language = number.language if number else catalog.language
    keywords = catalog.keywords[number.address] if number else ()
    return understand(text, language, keywords, catalog.vocabulary)


def _obey_provider(
    understanding: Understanding, act: str | None, message: Inbound
) -> Understanding:
    """What the provider did decides, save that no word of its makes less of an opt-out."""
    leaves = understanding.intent in (Intent.OPT_OUT, Intent.ERASURE)
    if act is None or leaves:
        return understanding
    if act == "STOP":
        return _by_provider(Intent.OPT_OUT, act, understanding)
    if message.provider_opt_out is None or understanding.intent is Intent.OPT_IN:
        return understanding
    return _by_provider(Intent.HELP if act == "HELP" else Intent.OPT_IN, act, understanding)


def _by_provider(intent: Intent, act: str, understanding: Understanding) -> Understanding:
    return Understanding(
        intent,
        f"provider.{act.lower()}",
        matched=act,
        words=understanding.words,
        stripped=understanding.stripped,
    )


def _by_intent(scene: Scene) -> Decision:
    keyword = _named_keyword(scene)
    if early := _operator_test(scene) or _from_a_machine(scene) or _answer_to_us(scene):
        return early
    match scene.understanding.intent:
        case Intent.ERASURE:
            return leaving.request(scene)
        case Intent.OPT_OUT:
            return leaving.opt_out(scene, keyword)
        case Intent.HELP:
            reply = scene.reply(Purpose.ANSWER, "help", scene.only_programme)
            return scene.decided(Outcome.HELP, Reason.ASKED, reply=reply)
        case Intent.OPT_IN if scene.number is None:
            return scene.decided(Outcome.UNKNOWN, Reason.NO_SUCH_NUMBER)
        case Intent.OPT_IN if keyword:
            return joining.join(scene, keyword)
        case Intent.OPT_IN if "phrase." in scene.understanding.rule:
            return joining.offer(scene, Reason.WISH)
        case Intent.OPT_IN:
            return joining.come_back(scene)
    if keyword:
        slipped = scene.understanding.rule.startswith("near.")
        reason = Reason.NEAR_KEYWORD if slipped else Reason.QUESTION
        return joining.offer(scene, reason, (keyword,))
    return _unknown(scene)


def _answer_to_us(scene: Scene) -> Decision | None:
    """What answers our request or question; a slip that is one of the choices is no opt-out."""
    understanding = scene.understanding
    if understanding.intent in (*_ENDS, Intent.HELP):
        slipped = understanding.rule.startswith("near.")
        return questions.answer(scene) if slipped and questions.is_choice(scene) else None
    return leaving.confirmation(scene) or double_opt_in.answer(scene) or questions.answer(scene)


def _named_keyword(scene: Scene) -> Keyword | None:
    """The catalog's keyword that the understanding named on this number."""
    if scene.number is None or scene.understanding.keyword is None:
        return None
    return scene.catalog.keywords[scene.number.address][scene.understanding.keyword]


def _operator_test(scene: Scene) -> Decision | None:
    """Operators test Swedish short codes with TEST, and want räksmörgås back."""
    number = scene.number
    swedish = number is not None and (number.kind, number.country) == ("short", "SE")
    if not swedish or scene.understanding.words != ("test",):
        return None
    reply = scene.reply(Purpose.ANSWER, "test")
    return scene.decided(Outcome.OPERATOR_TEST, Reason.ASKED, reply=reply)


def _from_a_machine(scene: Scene) -> Decision | None:
    """Recorded and not answered; what a machine says about stopping still counts."""
    if scene.machine is None or scene.understanding.intent in _ENDS:
        return None
    return scene.decided(Outcome.UNKNOWN, Reason.MACHINE)


def _unknown(scene: Scene) -> Decision:
    reason = _why_unknown(scene)
    last = scene.recent.unknown_at
    if reason is Reason.NO_MATCH and last and scene.now - last < A_DAY:
        reason = Reason.ANSWERED_TODAY
    if reason is not Reason.NO_MATCH:
        return scene.decided(Outcome.UNKNOWN, reason)
    reply = scene.reply(Purpose.ANSWER, "unknown", scene.only_programme)
    return scene.decided(Outcome.UNKNOWN, reason, reply=reply)


def _why_unknown(scene: Scene) -> Reason:
    if scene.number is None:
        return Reason.NO_SUCH_NUMBER
    if any(what == "reaction" for what, _ in scene.understanding.stripped):
        return Reason.REACTION
    if not scene.understanding.words:
        return Reason.NO_WORDS
    return Reason.NO_MATCH if scene.number.answers_unknown else Reason.SILENCE_CHOSEN


def _is_said_again(scene: Scene, decision: Decision) -> bool:
    """The same text is one act within a moment, and tiring after a while.

    A second tap is no second yes, nor the answer to the next question.
    """
    answers = decision.reason in (Reason.CONFIRMED, Reason.FITS, Reason.DOES_NOT_FIT)
    if not answers and (decision.events or decision.case):
        return False
    if answers or scene.is_said_twice:
        return scene.is_said_twice
    recent = scene.recent
    same = recent.last_text == fingerprint(scene.message.text)
    often = same and recent.same_text >= SAME_TEXT_AT_MOST
    return often and recent.last_at is not None and scene.now - recent.last_at < A_DAY
