"""What a colleague does for one person, with a reason and a name: leave, suppress, join, erase.

Nobody joins by an act of ours alone: `join` wants evidence of its own kind, and never reopens
what the person closed. Each change owes the person one confirmation, as a text of theirs would.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from responder.core.acts import Act, OwnEvidence
from responder.core.addresses import Address
from responder.core.catalog import Catalog, Programme
from responder.core.consent import OptedIn, OptedOut, OptInRequested, Standing, State, ends
from responder.core.evidence import Source, evidence_of_act, to_text
from responder.store import bulk
from responder.store import tables as t
from responder.store.changes import Attribution, record
from responder.store.confirmations import sender_for, tell
from responder.store.contacts import find, find_or_make
from responder.store.identifiers import new_id
from responder.store.ledger import Person, lock_contacts
from responder.store.suppressions import Hasher, suppress, suppressed


class Done(StrEnum):
    """What became of an act."""

    DONE = "done"
    ALREADY = "nothing changed: it was so already"
    UNKNOWN_PERSON = "nobody is stored under this address"
    LEFT = "refused: this person has left, and only they can come back, by a text of their own"
    SUPPRESSED = "refused: this address is on the suppression list"
    BLOCKED = "refused: this person has stopped our sender at the provider"
    CLOSED = "refused: the programme is not open"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an act; `told` is whether a text about it is on its way, else `why_not`."""

    done: Done
    told: bool = False
    why_not: str = ""


def opt_out(
    connection: Connection,
    address: Address,
    programme: Programme | None,
    act: Act,
    catalog: Catalog,
    now: datetime,
) -> Result:
    """End one programme, or everything, for a person who asked for it elsewhere."""
    contact_id = find(connection, address)
    if contact_id is None:
        return Result(Done.UNKNOWN_PERSON)
    person = lock_contacts(connection, [contact_id], now)[contact_id]
    event = OptedOut(_at(person, now), programme.id if programme else None)
    if not _ends(person.standing, event):
        return Result(Done.ALREADY)
    keyword = person.came_by.get(programme.id) if programme else None
    source = Source("staff", act.channel, act.shown, keyword=keyword)
    document = to_text(evidence_of_act(event, address.key, source, catalog))
    record(connection, person, [event], [document])
    wording = "opt_out_programme" if programme else "opt_out"
    return _tell(connection, person, address, wording, programme, act, catalog, now)


def suppress_address(
    connection: Connection,
    keys: Hasher,
    address: Address,
    act: Act,
    catalog: Catalog,
    now: datetime,
) -> Result:
    """Put an address on the suppression list, known or not; who is known leaves everything."""
    known = suppressed(connection, keys, [address.key])
    suppress(connection, keys, [address.key], "staff", now)
    left = opt_out(connection, address, None, act, catalog, now)
    if left.done is Done.DONE:
        return left
    return Result(Done.ALREADY if known else Done.DONE, why_not="they were in no programme")


def join(
    connection: Connection,
    keys: Hasher,
    address: Address,
    programme: Programme,
    given: OwnEvidence,
    act: Act,
    catalog: Catalog,
    now: datetime,
) -> Result:
    """Record an opt-in that was given to a colleague or in a form.

    Where the programme wants a second yes, the person is asked for it.
    """
    if suppressed(connection, keys, [address.key]):
        return Result(Done.SUPPRESSED)
    if not programme.is_open(now):
        return Result(Done.CLOSED)
    contact_id = find_or_make(connection, address, now)
    person = lock_contacts(connection, [contact_id], now)[contact_id]
    if refused := _refusal(person.standing, programme):
        return Result(refused)
    at, double = _at(person, now), programme.double_opt_in
    event = OptInRequested(at, programme.id) if double else OptedIn(at, programme.id)
    sender = sender_for(connection, person, programme, catalog)
    language = sender.language if sender else catalog.language
    details = act.shown | {"given": given.shown}
    source = Source(given.kind, given.channel, details, language, given.text)
    document = to_text(evidence_of_act(event, address.key, source, catalog))
    number = sender.address if sender else None
    origin = Attribution(number, None, given.kind, language, basis_at=given.at)
    record(connection, person, [event], [document], origin)
    wording = "opt_in_request" if double else "opt_in"
    return _tell(connection, person, address, wording, programme, act, catalog, now)


def request_erasure(
    connection: Connection, address: Address, act: Act, catalog: Catalog, now: datetime
) -> Result:
    """End everything and mark the person as to be erased once the text about it has left."""
    contact_id = find(connection, address)
    if contact_id is None:
        return Result(Done.UNKNOWN_PERSON)
    person = lock_contacts(connection, [contact_id], now)[contact_id]
    event = OptedOut(_at(person, now))
    if _ends(person.standing, event):
        source = Source("staff", act.channel, act.shown)
        document = to_text(evidence_of_act(event, address.key, source, catalog))
        record(connection, person, [event], [document])
    noted = _note(connection, address, act, now)
    kinds = ("erase", "erase_confirmed")
    cases = [
        {
            "id": new_id(),
            "contact_id": contact_id,
            "message_id": noted,
            "kind": kind,
            "opened_at": now,
        }
        for kind in kinds
    ]
    bulk.write(connection, bulk.insert_or_ignore(t.cases, cases))
    return _tell(connection, person, address, "erased", None, act, catalog, now)


def _note(connection: Connection, address: Address, act: Act, now: datetime) -> str:
    """What a colleague was asked, kept as the message that a case needs; gives its id."""
    message_id = new_id()
    row = {
        "id": message_id,
        "provider": "staff",
        "provider_message_id": message_id,
        "sender": address.key,
        "recipient": act.channel,
        "text": "",
        "received_at": now,
        "raw": json.dumps(act.shown),
    }
    bulk.write(connection, bulk.insert(t.messages, [row]))
    return message_id


def _refusal(standing: Standing, programme: Programme) -> Done | None:
    """What a person closed, only that person reopens."""
    if standing.blocks:
        return Done.BLOCKED
    if standing.out_since or standing.state(programme.id) is State.ENDED:
        return Done.LEFT
    return Done.ALREADY if standing.state(programme.id) else None


def _at(person: Person, now: datetime) -> datetime:
    """Never before what is known: clocks differ."""
    return max(now, person.standing.last_at or now)


def _ends(standing: Standing, event: OptedOut) -> bool:
    """Whether it changes anything for them; who is out of everything leaves no programme."""
    never_in = standing.state(event.programme or "") is None
    return ends(event, standing) and not (standing.is_out and never_in)


def _tell(
    connection: Connection,
    person: Person,
    address: Address,
    wording: str,
    programme: Programme | None,
    act: Act,
    catalog: Catalog,
    now: datetime,
) -> Result:
    why_not = act.silent or tell(connection, person, address, wording, programme, catalog, now)
    return Result(Done.DONE, not why_not, why_not)
