"""The one confirmation that a change of consent owes where no text of the person asked for it."""

from datetime import datetime

from sqlalchemy import Connection, select

from responder.core.addresses import Address, parse_address
from responder.core.catalog import Catalog, Number, Programme
from responder.core.compose import compose
from responder.core.delivery import POLICIES
from responder.core.delivery import State as Sending
from responder.core.messages import Purpose
from responder.store import bulk
from responder.store import tables as t
from responder.store.identifiers import new_id
from responder.store.ledger import Person


def tell(
    connection: Connection,
    person: Person,
    address: Address,
    wording: str,
    programme: Programme | None,
    catalog: Catalog,
    now: datetime,
) -> str:
    """Queue the one confirmation; gives why there is none, or nothing."""
    number = sender_for(connection, person, programme, catalog)
    if number is None or address.country not in number.reply_countries:
        return "no number of the house may text them"
    language = _language(connection, person, programme) or number.language
    text = compose(wording, language, catalog, number.country, programme)
    purpose = Purpose.REQUEST if wording == "opt_in_request" else Purpose.CONFIRMATION
    blocked = number.sender in person.standing.blocks
    row = {
        "id": new_id(),
        "contact_id": person.contact_id,
        "position": 0,
        "programme": programme.id if programme else None,
        "purpose": purpose,
        "wording": wording,
        "language": language,
        "sender": number.address,
        "text": text,
        "state": Sending.HELD if blocked else Sending.DUE,
        "created_at": now,
        "due_at": None if blocked else now,
        "expires_at": now + POLICIES[purpose].lifetime,
        "attempts": 0,
    }
    bulk.write(connection, bulk.insert(t.outbox, [row]))
    return "the provider blocks us to them: it is held until they text START" if blocked else ""


def sender_for(
    connection: Connection, person: Person, programme: Programme | None, catalog: Catalog
) -> Number | None:
    """The number they texted last, else the one they joined on, else the programme's, of ours."""
    talked, s = t.conversations.c, t.subscriptions.c
    mine = talked.contact_id == person.contact_id
    asked = select(talked.number).where(mine).order_by(talked.last_at.desc())
    joined = select(s.number).where(s.contact_id == person.contact_id, s.number.is_not(None))
    known = [*connection.execute(asked).scalars(), *connection.execute(joined).scalars()]
    own = programme.numbers if programme else ()
    used = [p for one in person.standing.subscriptions if (p := catalog.programmes.get(one))]
    known += [*own, *(number for one in used for number in one.numbers)]
    keys = (parse_address(number).key for number in known)
    return next((catalog.numbers[key] for key in keys if key in catalog.numbers), None)


def _language(connection: Connection, person: Person, programme: Programme | None) -> str | None:
    s = t.subscriptions.c
    spoken = select(s.language).where(s.contact_id == person.contact_id, s.language.is_not(None))
    if programme:
        spoken = spoken.order_by(s.programme != programme.id)
    return connection.execute(spoken.limit(1)).scalar()
