"""The one transaction of an inbound message: record, lock, decide, append, commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from responder.core.addresses import Address, parse_address
from responder.core.catalog import Catalog, Serving
from responder.core.consent import OptedIn, OptInRequested, fold
from responder.core.decide import decide
from responder.core.delivery import PATIENCE, Patience
from responder.core.messages import Inbound
from responder.core.outcomes import Decision, Outcome, Reason, remember
from responder.errors import DatabaseAway
from responder.store.answers import load_answers
from responder.store.append import Decided, append
from responder.store.codes import hand_out
from responder.store.database import Database, is_retryable
from responder.store.identifiers import new_id
from responder.store.ledger import Person, open_batch

Key = tuple[str, str]
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the provider: the texts of `replies` by their outbox ids, in order."""

    outcome: Outcome
    reason: Reason
    replies: tuple[tuple[str, str], ...]
    repeated: bool = False


class Inbox:
    """Receives messages into one database under the catalog served. Any number may run at once."""

    def __init__(
        self,
        database: Database,
        serving: Serving,
        clock: Callable[[], datetime],
        patience: Patience = PATIENCE,
    ) -> None:
        self._database = database
        self._serving = serving
        self._clock = clock
        self._watch = patience.watch

    def receive(self, messages: Sequence[Inbound]) -> list[Answer | Exception]:
        """Receive a batch; every answer, in the batch's order, is committed.

        An exception in the place of an answer says that this message alone could not be
        received. Raises DatabaseAway, and then nothing was received.
        """
        unique = list({message.key: message for message in reversed(messages)}.values())[::-1]
        try:
            received: dict[Key, Answer | Exception] = dict(self._in_one_transaction(unique))
        except DatabaseAway:
            raise
        except Exception as error:  # a boundary: one message must not harm the others
            received = self._one_by_one(unique, error)
        return [received[message.key] for message in messages]

    def _one_by_one(
        self, messages: list[Inbound], error: Exception
    ) -> dict[Key, Answer | Exception]:
        """What another transaction or one of its own messages broke is taken apart."""
        if len(messages) == 1 and not is_retryable(error):
            return {messages[0].key: error}
        return {message.key: self._alone(message) for message in messages}

    def _alone(self, message: Inbound) -> Answer | Exception:
        for _ in range(_ATTEMPTS):
            try:
                return self._in_one_transaction([message])[message.key]
            except Exception as error:  # the same boundary, for a batch of one
                if not is_retryable(error):
                    return error
        return DatabaseAway("another transaction stands in the way")

    def _in_one_transaction(self, messages: list[Inbound]) -> dict[Key, Answer]:
        now, catalog = self._clock(), self._serving()
        arrived = [(new_id(), message) for message in messages]
        senders = [_sender(message, catalog) for message in messages]
        with self._database.write() as connection:
            seen_first, people = open_batch(connection, arrived, senders, now, new_id)
            decided = [  # one after another: two words of one person see each other
                _decide_one(people[sender.key], message_id, message, catalog, now)
                for sender, (message_id, message) in zip(senders, arrived, strict=True)
                if message_id in seen_first
            ]
            decided = [_with_reward(connection, one, now) for one in decided]
            append(connection, decided, catalog, now, self._watch)
            repeats = [m.key for message_id, m in arrived if message_id not in seen_first]
            stored = load_answers(connection, repeats, now + self._watch)
        return {one.message.key: _answer(one) for one in decided} | {
            key: Answer(Outcome(outcome), Reason(reason), replies, repeated=True)
            for key, (outcome, reason, replies) in stored.items()
        }


def _decide_one(
    person: Person, message_id: str, message: Inbound, catalog: Catalog, now: datetime
) -> Decided:
    before, recent = person.standing, person.said_lately(message.recipient)
    came_by = dict(person.came_by)
    decision = decide(message, before, recent, catalog, now)
    person.standing = fold(decision.events, before)
    person.recent[message.recipient] = recent = remember(recent, message, decision)
    sequence, person.sequence = person.sequence, person.sequence + len(decision.events)
    person.came_by |= _comes_by(decision)
    outbox_ids = tuple(new_id() for _ in decision.replies)
    return Decided(
        message_id=message_id,
        message=message,
        contact_id=person.contact_id,
        sequence=sequence,
        decision=decision,
        before=before,
        standing=person.standing,
        recent=recent,
        outbox_ids=outbox_ids,
        inline=_travels_inline(message, catalog),
        came_by=came_by,
    )


def _travels_inline(message: Inbound, catalog: Catalog) -> bool:
    """Whether a reply can go with the webhook's response: there is one, and it takes some."""
    number = catalog.numbers.get(parse_address(message.recipient).key)
    return not message.delayed and (number is None or number.replies == "inline")


def _sender(message: Inbound, catalog: Catalog) -> Address:
    number = catalog.numbers.get(parse_address(message.recipient).key)
    return parse_address(message.sender, number.country if number else None)


def _comes_by(decision: Decision) -> dict[str, str]:
    """The keyword by which this text comes to a programme."""
    keyword = decision.came_by
    comes = any(isinstance(event, OptedIn | OptInRequested) for event in decision.events)
    return {keyword.programme: keyword.text} if keyword and comes else {}


def _with_reward(connection: Connection, one: Decided, now: datetime) -> Decided:
    reward = one.decision.reward
    if reward is None:
        return one
    decision = hand_out(connection, one.contact_id, one.decision, reward, now)
    return replace(one, decision=decision, outbox_ids=one.outbox_ids[: len(decision.replies)])


def _answer(one: Decided) -> Answer:
    replies = zip(one.outbox_ids, one.decision.replies, strict=True)
    texts = ((outbox_id, reply.text) for outbox_id, reply in replies if not reply.held)
    return Answer(one.decision.outcome, one.decision.reason, tuple(texts) if one.inline else ())
