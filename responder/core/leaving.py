"""Decisions about people who want out, or want to know or delete what is kept of them."""

import functools
from datetime import datetime, timedelta

from responder.core.catalog import Catalog, Keyword, Number
from responder.core.consent import ConsentEvent, OptedOut, ProviderBlocked, Standing, State, fold
from responder.core.messages import Purpose, Reply
from responder.core.outcomes import Decision, Outcome, Reason
from responder.core.reading import without_courtesy
from responder.core.scene import Scene
from responder.core.vocabulary import Vocabulary, Words
from responder.core.words import canonical, spellings

CONFIRM_WITHIN = timedelta(days=30)
"""How long a request to be erased may be confirmed by asking for it again."""
YES_WITHIN = timedelta(days=1)
"""How long a mere yes confirms it; later, JA is what somebody texts to join."""


def opt_out(scene: Scene, keyword: Keyword | None) -> Decision:
    """End one programme that was named, this number's programmes, or everything."""
    if keyword:
        return _one_programme(scene, keyword)
    if scene.catalog.opt_out_scope == "number" and scene.programmes:
        return _one_number(scene)
    event = OptedOut(scene.at)
    if not _ends(scene.standing, event):
        if scene.is_late and not scene.standing.is_out:  # it still tells what came before it
            return scene.decided(Outcome.ALREADY_OUT, Reason.LATE_NEWS, event)
        return _already_out(scene)
    reply = _confirmation(scene, event)
    return scene.decided(Outcome.OPTED_OUT, Reason.EVERYTHING, event, reply=reply)


def _confirmation(scene: Scene, event: OptedOut) -> Reply:
    """Late news that leaves something running must not say that all has ended."""
    after, before = fold((event,), scene.standing).subscriptions, scene.standing.subscriptions
    ended = [p for p in after if after[p].state is State.ENDED and after[p] != before[p]]
    stays = any(one.state is not State.ENDED for one in after.values())
    if stays and ended and (programme := scene.catalog.programmes.get(ended[0])):
        return scene.reply(Purpose.CONFIRMATION, "opt_out_programme", programme)
    return scene.reply(Purpose.CONFIRMATION, "opt_out", scene.only_programme)


def request(scene: Scene) -> Decision:
    """A request about one's data opens a case. *Erase* also ends everything at once."""
    if scene.understanding.rule.startswith("access."):
        reply = scene.reply(Purpose.ANSWER, "access")
        return scene.decided(Outcome.ACCESS_REQUESTED, Reason.ASKED, reply=reply, case="access")
    if _may_confirm(scene, CONFIRM_WITHIN):
        return _erasure_confirmed(scene)
    event = OptedOut(scene.at)
    events = (event,) if _ends(scene.standing, event) else ()
    reply = scene.reply(Purpose.CONFIRMATION, "erase")
    return scene.decided(
        Outcome.ERASURE_REQUESTED, Reason.ASKED, *events, reply=reply, case="erase"
    )


def confirmation(scene: Scene) -> Decision | None:
    """The decision where this text is the yes that a request to be erased waits for, else None."""
    yes = _may_confirm(scene, YES_WITHIN) and _says_yes(scene)
    return _erasure_confirmed(scene) if yes else None


def _erasure_confirmed(scene: Scene) -> Decision:
    reply = scene.reply(Purpose.CONFIRMATION, "erased")
    return scene.decided(
        Outcome.ERASURE_CONFIRMED, Reason.CONFIRMED, reply=reply, case="erase_confirmed"
    )


def _may_confirm(scene: Scene, within: timedelta) -> bool:
    """Whether a yes now means: delete it all. Not once the person has joined something since."""
    asked = scene.recent.erasing
    if asked is None or scene.machine or not scene.standing.is_out:
        return False
    return asked <= scene.message.received_at <= asked + within


def _says_yes(scene: Scene) -> bool:
    """Whether the text is a yes and nothing else; words such as START and JOIN are none here."""
    vocabulary = scene.catalog.vocabulary
    read = canonical(scene.message.text, vocabulary.habits)
    own = scene.number.language if scene.number else scene.catalog.language
    known = _yes_words(vocabulary, vocabulary.code_of(own) or own)
    core = without_courtesy(read.words, vocabulary)
    return not read.question and bool({read.words, core} & known)


@functools.cache
def _yes_words(vocabulary: Vocabulary, own: str) -> frozenset[Words]:
    """The yes of every language, since we ask in that of the request; TAK is yes in Polish and
    thanks in Danish, so a word of courtesy is a yes on numbers of its language only."""
    return frozenset(
        words
        for language in vocabulary.languages.values()
        for words in spellings(language.yes)
        if language.code == own or words not in vocabulary.courtesy
    )


def _one_programme(scene: Scene, keyword: Keyword) -> Decision:
    programme = scene.catalog.programmes[keyword.programme]
    event = OptedOut(scene.at, programme.id)
    if not _ends(scene.standing, event):
        return _already_out(scene, keyword)
    reply = scene.reply(Purpose.CONFIRMATION, "opt_out_programme", programme)
    return scene.decided(
        Outcome.OPTED_OUT, Reason.ONE_PROGRAMME, event, reply=reply, keyword=keyword
    )


def _one_number(scene: Scene) -> Decision:
    events: list[ConsentEvent] = [
        event
        for programme in scene.programmes
        if _ends(scene.standing, event := OptedOut(scene.at, programme.id))
    ]
    if not events or scene.standing.is_out:
        return _already_out(scene)
    reply = scene.reply(Purpose.CONFIRMATION, "opt_out_number", scene.only_programme)
    return scene.decided(Outcome.OPTED_OUT, Reason.ONE_NUMBER, *events, reply=reply)


def _already_out(scene: Scene, keyword: Keyword | None = None) -> Decision:
    """Recorded, and answered at most once a day; old news is not answered."""
    if scene.is_late:
        return scene.decided(Outcome.ALREADY_OUT, Reason.LATE_NEWS, keyword=keyword)
    last = scene.recent.already_out_at
    if last and (scene.now - last).days < 1 and scene.act != "STOP":
        return scene.decided(Outcome.ALREADY_OUT, Reason.ANSWERED_TODAY, keyword=keyword)
    reply = scene.reply(Purpose.ANSWER, "already_out")
    return scene.decided(Outcome.ALREADY_OUT, Reason.ALREADY_ENDED, reply=reply, keyword=keyword)


def by_refusal(
    standing: Standing, number: Number | None, texted: str, catalog: Catalog, at: datetime
) -> tuple[ConsentEvent, ...]:
    """The events of a refusal "this person has stopped this sender", met by an attempt at `at`.

    It ends what is older than the attempt. Where the block was known, who joined since then
    waits for their START, and nothing new is learnt.
    """
    sender = number.sender if number else texted
    if sender in standing.blocks:
        return ()
    ends: tuple[OptedOut, ...] = (OptedOut(at),)
    if catalog.opt_out_scope == "number" and number:
        ends = tuple(OptedOut(at, p.id) for p in catalog.programmes_on(number))
    changing = tuple(event for event in ends if _ends(standing, event))
    return (ProviderBlocked(at, sender), *changing)


def _ends(standing: Standing, event: OptedOut) -> bool:
    """Whether the opt-out ends anything, or is the first that this person says."""
    after = fold((event,), standing)
    return (after.subscriptions, after.out_since) != (standing.subscriptions, standing.out_since)
