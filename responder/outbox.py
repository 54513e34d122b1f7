"""The way out: claim what is due, look up what is unknown, send, settle.

A crash at any instruction leaves rows that are leased; the next worker finds the lease over,
does not know what became of them, and asks the provider before it sends anything again.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from responder.core.addresses import parse_address
from responder.core.catalog import Serving
from responder.core.delivery import (
    POLICIES,
    Move,
    NotSent,
    Patience,
    Result,
    Verdict,
    after_attempt,
    after_failed_look_up,
    is_wanted,
    not_there,
)
from responder.core.delivery import State as Row
from responder.core.messages import Outbound
from responder.errors import DatabaseAway
from responder.gateways import Gateway, GatewayAway
from responder.store import holds, outbox, pace
from responder.store.database import Database
from responder.store.identifiers import new_id
from responder.store.ledger import lock_contacts
from responder.store.outbox import Claim
from responder.store.refusals import Refusal, note_refusal

_log = structlog.get_logger()
_THREADS = 8


@dataclass(frozen=True, slots=True)
class _Settled:
    """What became of a claim; `written` where that is in the database already."""

    claim: Claim
    move: Move
    result: Result | None = None
    written: bool = False


class Dispatcher:
    """Sends what is due through one gateway. Any number may work on one database.

    `random` gives a number from 0 up to 1: two workers must not retry in step.
    """

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        serving: Serving,
        clock: Callable[[], datetime],
        random: Callable[[], float],
        patience: Patience,
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._serving = serving
        self._clock = clock
        self._random = random
        self._patience = patience
        self._worker = new_id()
        self._held_until: datetime | None = None

    def catch_up(self) -> None:
        """Nothing that needs consent leaves for a while: some spool may know better."""
        self._held_until = self._clock() + self._patience.catch_up

    def dispatch(self) -> int:
        """Send until nothing is due that may leave now; gives how many rows were settled.

        Raises DatabaseAway.
        """
        try:
            return self._dispatch()
        except DatabaseAway:
            self.catch_up()
            raise

    def _dispatch(self) -> int:
        settled = 0
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="send") as pool:
            while claims := self._claim():
                done = [one for one in pool.map(self._attempt, claims) if one]
                self._settle(done)
                settled += len(done)
        return settled

    def _claim(self) -> list[Claim]:
        now = self._clock()
        with self._database.read() as connection:
            if any(one.sender == pace.EVERYTHING for one in pace.pauses(connection, now)):
                return []
            senders = outbox.senders_with_work(connection, now)
        return [claim for sender in senders for claim in self._claim_from(sender)]

    def _claim_from(self, sender: str) -> list[Claim]:
        now = self._clock()
        number = self._serving().numbers.get(parse_address(sender).key)
        rate = number.segments_per_second if number else 1.0
        with self._database.write() as connection:
            room = pace.room(connection, sender, rate, now)
            if not room:
                return []
            claims = outbox.claim(connection, sender, room, self._worker, now, self._patience)
            pace.spend(connection, sender, claims, rate, now)
        return claims

    def _attempt(self, claim: Claim) -> _Settled | None:
        """One claim, looked up or sent; untried where its lease may end before the call does."""
        try:
            if self._clock() + 2 * self._patience.timeout > claim.lease_until:
                return self._untried(claim)
            if POLICIES[claim.purpose].needs_consent:
                return self._attempt_with_consent(claim)
            return self._look_up_or_send(claim)
        except Exception as error:  # a boundary: the lease ends, and the next attempt looks it up
            _log.error("attempt_failed", outbox=claim.outbox_id, error=type(error).__name__)
            return None

    def _untried(self, claim: Claim) -> _Settled:
        """Back to where it was, for a moment later: nothing has left."""
        state = Row.UNKNOWN if claim.is_unknown else Row.DUE
        return _Settled(claim, Move(state, self._clock() + self._patience.first_backoff))

    def _attempt_with_consent(self, claim: Claim) -> _Settled:
        """The person's row stays locked until this has left, so that a STOP comes after it."""
        tried = False
        try:
            with self._database.write() as connection:
                if self._must_wait(connection):
                    return self._untried(claim)
                person = lock_contacts(connection, [claim.contact_id], self._clock())
                standing = person[claim.contact_id].standing
                tried = is_wanted(claim.wording, claim.programme, standing)
                settled = _Settled(claim, Move(Row.SUPERSEDED))
                if tried:
                    settled = self._look_up_or_send(claim)
                moves = [(claim, settled.move)]
                outbox.settle(connection, self._worker, moves, self._clock())
        except DatabaseAway:
            self.catch_up()
            if tried:
                raise
            return self._untried(claim)
        return replace(settled, written=True)

    def _must_wait(self, connection: Connection) -> bool:
        now = self._clock()
        just_back = self._held_until is not None and now < self._held_until
        return just_back or holds.is_catching_up(connection, now)

    def _look_up_or_send(self, claim: Claim) -> _Settled:
        outbound = self._outbound(claim)
        if claim.is_unknown and (move := self._look_up(claim, outbound)):
            return _Settled(claim, move)
        result = self._gateway.send(outbound)
        move = after_attempt(result, claim.attempt, self._clock(), self._random(), self._patience)
        return _Settled(claim, move, result)

    def _look_up(self, claim: Claim, outbound: Outbound) -> Move | None:
        """What became of an earlier attempt, or None where it has to be sent again."""
        try:
            found = self._gateway.find(outbound, claim.created_at)
        except GatewayAway:
            now, jitter = self._clock(), self._random()
            return after_failed_look_up(claim.attempt, now, jitter, self._patience)
        with self._database.read() as connection:
            for provider_message_id, status in found:
                failed_before = provider_message_id == claim.provider_message_id
                taken = outbox.is_taken(connection, provider_message_id, claim.outbox_id)
                if not (failed_before or taken):
                    return Move(status, None, provider_message_id)
        if claim.expires_at and self._clock() >= claim.expires_at:
            return Move(Row.EXPIRED)
        state = not_there(claim.purpose)
        return None if state is Row.DUE else Move(state)

    def _outbound(self, claim: Claim) -> Outbound:
        number = self._serving().numbers.get(parse_address(claim.sender).key)
        sender = number.sender if number else claim.sender
        return Outbound(
            outbox_id=claim.outbox_id,
            attempt=claim.attempt,
            number=claim.sender,
            sender=sender,
            recipient=claim.recipient,
            text=claim.text,
        )

    def _settle(self, done: list[_Settled]) -> None:
        for one in done:
            self._learn(one)
        moves = [(one.claim, one.move) for one in done if not one.written]
        with self._database.write() as connection:
            outbox.settle(connection, self._worker, moves, self._clock())

    def _learn(self, one: _Settled) -> None:
        """What a refusal says about the person, the number or the whole account."""
        if not isinstance(one.result, NotSent):
            return
        verdict, code, now = one.result.verdict, one.result.code, self._clock()
        _log.warning("not_sent", outbox=one.claim.outbox_id, verdict=verdict, code=code)
        with self._database.write() as connection:
            if verdict is Verdict.HALT:
                pace.pause(connection, pace.EVERYTHING, now + self._patience.halt, code)
            refusal = Refusal(one.claim.outbox_id, one.claim.contact_id, one.claim.sender, code)
            note_refusal(connection, refusal, verdict, now, self._serving())
