"""Decisions about people who want out, or want to know or delete what is kept of them."""

from datetime import datetime

from responder.core.catalog import Catalog, Keyword, Number
from responder.core.consent import ConsentEvent, OptedOut, ProviderBlocked, Standing, fold
from responder.core.messages import Purpose
from responder.core.outcomes import Decision, Outcome, Reason
from responder.core.scene import Scene


def opt_out(scene: Scene, keyword: Keyword | None) -> Decision:
    """End one programme that was named, this number's programmes, or everything."""
    if keyword:
        return _one_programme(scene, keyword)
    if scene.catalog.opt_out_scope == "number" and scene.programmes:
        return _one_number(scene)
    event = OptedOut(scene.at)
    if not _ends(scene.standing, event):
        return _already_out(scene)
    reply = scene.reply(Purpose.CONFIRMATION, "opt_out", scene.only_programme)
    return scene.decided(Outcome.OPTED_OUT, Reason.EVERYTHING, event, reply=reply)


def request(scene: Scene) -> Decision:
    """A request about one's data opens a case. *Erase* also ends everything at once."""
    if scene.understanding.rule.startswith("access."):
        reply = scene.reply(Purpose.ANSWER, "access")
        return scene.decided(Outcome.ACCESS_REQUESTED, Reason.ASKED, reply=reply, case="access")
    event = OptedOut(scene.at)
    events = (event,) if _ends(scene.standing, event) else ()
    reply = scene.reply(Purpose.CONFIRMATION, "erase")
    return scene.decided(
        Outcome.ERASURE_REQUESTED, Reason.ASKED, *events, reply=reply, case="erase"
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
