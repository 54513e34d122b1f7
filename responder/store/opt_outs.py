"""Opt-outs that were taken elsewhere: by another sender's platform, a form, a shop."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from responder.core.addresses import Address
from responder.core.catalog import Catalog
from responder.core.consent import OptedOut, Standing, ends
from responder.core.evidence import Source, evidence_of_act, to_text
from responder.store import bulk
from responder.store import tables as t
from responder.store.changes import record
from responder.store.confirmations import tell
from responder.store.contacts import find, find_or_make
from responder.store.identifiers import new_id
from responder.store.ledger import lock_contacts
from responder.store.suppressions import Hasher, suppressed

PROVIDER = "api"
"""Under this name the references are kept, beside the providers' message ids."""


@dataclass(frozen=True, slots=True)
class Report:
    """An opt-out as it was told: by which token, under which reference of theirs, from where."""

    address: Address
    programme: str | None
    channel: str
    at: datetime
    reference: str
    token_id: str


def take(
    connection: Connection, report: Report, keys: Hasher, catalog: Catalog, now: datetime
) -> bool:
    """Record an opt-out once; False where it was told before, or nothing was left to end.

    A reference that is used again for somebody or something else is another opt-out: no mistake
    of a caller swallows one.
    """
    if not _is_new(connection, report, keys, now):
        return False
    contact_id = _known(connection, report.address, keys, now)
    if contact_id is None:
        return False
    person = lock_contacts(connection, [contact_id], now)[contact_id]
    event = OptedOut(report.at, report.programme)
    before = person.standing
    ended = ends(event, before)
    if not (ended or _spends_consent(before, event)):
        return False
    document = evidence_of_act(event, report.address.key, _source(report), catalog)
    record(connection, person, [event], [to_text(document)])
    if ended and before.subscriptions:
        programme = catalog.programmes.get(report.programme or "")
        wording = "opt_out_programme" if programme else "opt_out"
        tell(connection, person, report.address, wording, programme, catalog, now)
    return True


def _is_new(connection: Connection, report: Report, keys: Hasher, now: datetime) -> bool:
    """The unique key of messages decides. Nothing of the person is kept there."""
    told = (report.token_id, report.reference, report.address.key, report.programme or "")
    row = {
        "id": new_id(),
        "provider": PROVIDER,
        "provider_message_id": keys.suppression_hash("\n".join(("opt-out", *told))),
        "sender": "",
        "recipient": "",
        "text": "",
        "received_at": now,
        "raw": "{}",
    }
    write = bulk.insert_or_ignore(t.messages, [row], "id, provider")
    return bool(bulk.write_returning(connection, write)[0])


def _known(connection: Connection, address: Address, keys: Hasher, now: datetime) -> str | None:
    """The contact's id; a stranger is kept from now on, so that no import brings them in.

    None for a stranger who is on the suppression list: that does the same, and who was erased
    does not come back into the books.
    """
    found = find(connection, address)
    if found or suppressed(connection, keys, [address.key]):
        return found
    return find_or_make(connection, address, now)


def _spends_consent(standing: Standing, event: OptedOut) -> bool:
    """Whether late news leaves all that runs, and still bars what an import dates before it."""
    return event.programme is None and not standing.is_out


def _source(report: Report) -> Source:
    details = {"reference": report.reference, "token": report.token_id}
    return Source("taken_elsewhere", report.channel, details)
