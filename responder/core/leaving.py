"""Decisions about people who want out, or want to know or delete what is kept of them."""

from responder.core.catalog import Keyword
from responder.core.consent import ConsentEvent, OptedOut, State
from responder.core.messages import Purpose
from responder.core.outcomes import Decision, Outcome, Reason
from responder.core.scene import Scene


def opt_out(scene: Scene, keyword: Keyword | None) -> Decision:
    """End one programme that was named, this number's programmes, or everything."""
    if keyword:
        return _one_programme(scene, keyword)
    if scene.catalog.opt_out_scope == "number" and scene.programmes:
        return _one_number(scene)
    if scene.standing.out_since:
        return _already_out(scene)
    reply = scene.reply(Purpose.CONFIRMATION, "opt_out", scene.only_programme)
    event = OptedOut(scene.message.received_at)
    return scene.decided(Outcome.OPTED_OUT, Reason.EVERYTHING, event, reply=reply)


def request(scene: Scene) -> Decision:
    """A request about one's data opens a case. *Erase* also ends everything at once."""
    if scene.understanding.rule.startswith("access."):
        reply = scene.reply(Purpose.ANSWER, "access")
        return scene.decided(Outcome.ACCESS_REQUESTED, Reason.ASKED, reply=reply, case="access")
    events = () if scene.standing.out_since else (OptedOut(scene.message.received_at),)
    reply = scene.reply(Purpose.CONFIRMATION, "erase")
    return scene.decided(
        Outcome.ERASURE_REQUESTED, Reason.ASKED, *events, reply=reply, case="erase"
    )


def _one_programme(scene: Scene, keyword: Keyword) -> Decision:
    programme = scene.catalog.programmes[keyword.programme]
    if scene.standing.state(programme.id) is State.ENDED:
        return _already_out(scene, keyword)
    reply = scene.reply(Purpose.CONFIRMATION, "opt_out_programme", programme)
    event = OptedOut(scene.message.received_at, programme.id)
    return scene.decided(
        Outcome.OPTED_OUT, Reason.ONE_PROGRAMME, event, reply=reply, keyword=keyword
    )


def _one_number(scene: Scene) -> Decision:
    at, standing = scene.message.received_at, scene.standing
    events: list[ConsentEvent] = [
        OptedOut(at, programme.id)
        for programme in scene.programmes
        if standing.state(programme.id) is not State.ENDED
    ]
    if not events or standing.out_since:
        return _already_out(scene)
    reply = scene.reply(Purpose.CONFIRMATION, "opt_out_number", scene.only_programme)
    return scene.decided(Outcome.OPTED_OUT, Reason.ONE_NUMBER, *events, reply=reply)


def _already_out(scene: Scene, keyword: Keyword | None = None) -> Decision:
    """Recorded, and answered at most once a day."""
    last = scene.recent.already_out_at
    if last and (scene.now - last).days < 1 and scene.act != "STOP":
        return scene.decided(Outcome.ALREADY_OUT, Reason.ANSWERED_TODAY, keyword=keyword)
    reply = scene.reply(Purpose.ANSWER, "already_out")
    return scene.decided(Outcome.ALREADY_OUT, Reason.ALREADY_ENDED, reply=reply, keyword=keyword)
