"""The copy of their data that a person may ask for (GDPR art. 15): all rows, and what for."""

from typing import Any

from sqlalchemy import Connection, Table, select

from responder.core.addresses import parse_address
from responder.core.catalog import Catalog
from responder.core.retention import DUTIES, RULES
from responder.store import tables as t

_OURS = frozenset({"id", "contact_id", "commitment", "claimed_by", "salt"})
"""Our own marks: they say nothing about the person."""
_RECIPIENTS = (
    "the telephone operators and {providers}, who carry the texts",
    "whoever of {brand}'s own staff and processors sends its campaigns",
)
_RIGHTS = (
    "to withdraw consent at any time, as easily as it was given (art. 7(3)): text STOP",
    "to have data rectified (art. 16), erased (art. 17) or restricted (art. 18)",
    "to have them handed over in a machine's form (art. 20)",
    "to object to direct marketing at any time (art. 21)",
    "to complain to a supervisory authority (art. 77)",
)


def subject_copy(connection: Connection, address: str, catalog: Catalog) -> dict[str, Any] | None:
    """Everything stored about the person with this address key, and the information that art.
    15(1) wants with it; None for a stranger."""
    query = select(t.contacts).where(t.contacts.c.address == address)
    contact = connection.execute(query).one_or_none()
    if contact is None:
        return None
    data: dict[str, Any] = {"contacts": [_plain(contact)]}
    for table in t.metadata.sorted_tables:
        if "contact_id" in table.c:
            mine = select(table).where(table.c.contact_id == contact.id)
            data[str(table.name)] = [_plain(row) for row in connection.execute(mine)]
    data |= _by_message(connection, contact.id)
    kept = _kept(parse_address(address).country)
    return {"about": _about(catalog) | {"retention": kept}, "data": data}


def _by_message(connection: Connection, contact_id: str) -> dict[str, Any]:
    """What names the person only through a message of theirs."""
    d, o, e = t.decisions.c, t.outbox.c, t.ledger_events.c
    said = select(d.message_id).where(d.contact_id == contact_id)
    sent = select(o.provider_message_id).where(
        o.contact_id == contact_id, o.provider_message_id.is_not(None)
    )
    events = select(e.id).where(e.contact_id == contact_id)
    found: dict[Table, Any] = {
        t.messages: t.messages.c.id.in_(said),
        t.receipts: t.receipts.c.provider_message_id.in_(sent),
        t.ledger_evidence: t.ledger_evidence.c.event_id.in_(events),
    }
    return {
        str(table.name): [_plain(row) for row in connection.execute(select(table).where(where))]
        for table, where in found.items()
    }


def _about(catalog: Catalog) -> dict[str, Any]:
    """Who, what for, from where, to whom, and what the person may do."""
    brand, programmes = catalog.brand, catalog.programmes.values()
    providers = ", ".join(sorted({number.provider for number in catalog.numbers.values()}))
    return {
        "controller": {"name": brand.name, "contact": brand.support, "terms": brand.terms_url},
        "purposes": [
            {"programme": p.id, "name": p.name, "purpose": p.purpose, "messages": p.messages}
            for p in programmes
        ],
        "legal_basis": "consent (art. 6(1)(a)); proof of it and opt-outs: art. 6(1)(c) and (f)",
        "sources": "the person's own texts; where the evidence says so, a form, paper, a call or"
        " an imported list with its provenance; the provider's delivery reports",
        "recipients": [one.format(brand=brand.name, providers=providers) for one in _RECIPIENTS],
        "automated_decisions": "texts are understood by fixed rules; each is shown with its reason",
        "rights": list(_RIGHTS),
    }


def _kept(country: str | None) -> dict[str, str]:
    """How long each kind of data is kept of people in a country."""
    told = {
        rule.name: f"{rule.what}: {rule.period(country).days} days from {rule.since}"
        for rule in RULES
    }
    if held := DUTIES.get(country or ""):
        told["proof"] = f"the proof of a consent: {held.keep.days} days ({held.source})"
    return told | {"suppression": "a keyed hash of the number of who left: without end"}


def _plain(row: Any) -> dict[str, Any]:
    return {
        name: value
        for name, value in row._mapping.items()
        if name not in _OURS and value is not None
    }
