"""One message with everything a decision may look at, and what may be answered to it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from responder.core.addresses import Address, AddressKind
from responder.core.catalog import Catalog, Keyword, Number, Programme
from responder.core.compose import QUESTION, compose
from responder.core.consent import (
    ConsentEvent,
    OptedOut,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
)
from responder.core.messages import Inbound, Purpose, Reply
from responder.core.outcomes import Answered, Asking, Decision, Outcome, Reason, Recent
from responder.core.understand import Understanding
from responder.core.words import fingerprint

SAME_TEXT = timedelta(seconds=10)
"""Within this time the same text under another id is the same act."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Who texted what to which number, how it was understood, and where the person stands.

    `act` is what the provider did by itself; `machine` what shows that a machine wrote the text.
    """

    message: Inbound
    sender: Address
    number: Number | None
    act: str | None
    understanding: Understanding
    machine: str | None
    standing: Standing
    recent: Recent
    catalog: Catalog
    now: datetime

    @property
    def at(self) -> datetime:
        """When what this message says happened.

        The clocks of two servers differ, so what arrives now is never older than what is known;
        only what was kept somewhere on its way keeps its own time.
        """
        received, known = self.message.received_at, self.standing.last_at
        return received if self.message.delayed or not known else max(received, known)

    @property
    def is_late(self) -> bool:
        """Whether the person has acted since this was received: it may only lead out."""
        received = self.message.received_at
        known = (self.standing.last_at, self.recent.left_at)
        return self.message.delayed and any(at is not None and received < at for at in known)

    @property
    def is_said_twice(self) -> bool:
        """Whether the same text came from them a moment ago, under another id."""
        recent, message = self.recent, self.message
        if recent.last_at is None or recent.last_text != fingerprint(message.text):
            return False
        return abs(message.received_at - recent.last_at) <= SAME_TEXT

    @property
    def asking(self) -> Asking | None:
        """The question that waits for an answer from them on this number."""
        asking = self.recent.asking
        return asking if asking and self.message.received_at <= asking.until else None

    @property
    def language(self) -> str:
        """The language of the word they used, else the number's, else the house's first."""
        own = self.number.language if self.number else self.catalog.language
        return self.understanding.language or own

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """The programmes on the number that was texted."""
        return self.catalog.programmes_on(self.number) if self.number else ()

    @property
    def only_programme(self) -> Programme | None:
        """The programme whose wordings speak here: the number's only one, or the person's."""
        if len(self.programmes) == 1:
            return self.programmes[0]
        active = [p for p in self.standing.active if p in self.catalog.programmes]
        return self.catalog.programmes[active[0]] if len(active) == 1 else None

    @property
    def refusal(self) -> Reason | None:
        """Why this sender can neither join nor be answered, or None."""
        if self.sender.kind in (AddressKind.SHORT_CODE, AddressKind.NAME):
            return Reason.SENDER_IS_NO_PERSON
        served = self.number.reply_countries if self.number else self.catalog.served_countries
        if self.sender.country not in served:
            return Reason.COUNTRY_NOT_SERVED
        return None

    @property
    def blocked(self) -> bool:
        """Whether the provider lets nothing pass from this number after this message."""
        sender = self._provider_sender
        return self.act != "START" and (sender in self.standing.blocks or self.act == "STOP")

    @property
    def block_events(self) -> tuple[ConsentEvent, ...]:
        """What the provider did to its block list because of this message."""
        sender, at = self._provider_sender, self.at
        if self.is_late and self.act != "STOP":
            return ()
        if self.act == "STOP" and sender not in self.standing.blocks:
            return (ProviderBlocked(at, sender),)
        if self.act == "START" and sender in self.standing.blocks:
            return (ProviderUnblocked(at, sender),)
        return ()

    @property
    def _provider_sender(self) -> str:
        return self.number.sender if self.number else self.message.recipient

    def reply(
        self,
        purpose: Purpose,
        wording: str,
        programme: Programme | None = None,
        keywords: tuple[Keyword, ...] = (),
        language: str | None = None,
        question: str = QUESTION,
    ) -> Reply:
        """A text in the person's language."""
        code = self.catalog.vocabulary.code_of(language or self.language) or "en"
        country = self.number.country if self.number else self.sender.country
        text = compose(wording, code, self.catalog, country, programme, keywords, question)
        return Reply(purpose, wording, code, text, programme=programme.id if programme else None)

    def decided(
        self,
        outcome: Outcome,
        reason: Reason,
        *events: ConsentEvent,
        reply: Reply | None = None,
        keyword: Keyword | None = None,
        case: str | None = None,
        answered: Answered | None = None,
    ) -> Decision:
        """The decision, with the reply only where it may and need be sent by us."""
        silence = self._silence(reply) if reply else None
        replies = (reply,) if reply and silence is None else ()
        if reply and silence is Reason.PROVIDER_BLOCKS and _is_owed(reply):
            replies = (replace(reply, held=True),)
        return Decision(
            outcome=outcome,
            reason=silence or reason,
            understanding=self.understanding,
            events=self.block_events + events,
            replies=replies,
            keyword=keyword,
            case=case,
            asking=_still(self.asking, events),
            answered=answered,
            allowance=self.recent.allowance,
        )

    def _silence(self, reply: Reply) -> Reason | None:
        if self.refusal:
            return self.refusal
        if self.machine:
            return Reason.MACHINE
        provider_answers = (self.act == "STOP" and reply.wording in _OPT_OUT_WORDINGS) or (
            self.act == "HELP" and reply.wording == "help"
        )
        if provider_answers:
            return Reason.PROVIDER_ANSWERS
        return Reason.PROVIDER_BLOCKS if self.blocked else None


_OPT_OUT_WORDINGS = frozenset({"opt_out", "opt_out_number", "already_out", "erase", "erased"})


def _is_owed(reply: Reply) -> bool:
    """What a block delays rather than prevents."""
    return reply.purpose is Purpose.CONFIRMATION or reply.wording == "opt_in_request"


def _still(asking: Asking | None, events: tuple[ConsentEvent, ...]) -> Asking | None:
    """A question ends with the membership that it belongs to."""
    ended = [event.programme for event in events if isinstance(event, OptedOut)]
    over = asking and any(programme in (None, asking.programme) for programme in ended)
    return None if over else asking
