"""The record of one consent event: the sections that all evidence has, and its one spelling.

The sections follow ISO/IEC TS 27560 and the Kantara consent receipt: the record, whose data it
is, who is responsible, what for, what the person was shown, what happened, and how we know.
`docs/evidence.schema.json` is its JSON Schema. The id of the record is that of the ledger's
event, which commits to it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from responder.core.addresses import parse_address
from responder.core.catalog import Catalog
from responder.core.compose import programme_terms
from responder.core.consent import PROGRAMME_EVENTS, ConsentEvent

SCHEMA = 2


@dataclass(frozen=True, slots=True)
class Source:
    """How we know of an event: by which method, over which channel, and the method's own fields.

    `offer` is the text the person agreed to where it is not the programme's own: what was read
    to them, printed on their form, or shown by whoever collected an imported consent. `basis` is
    `consent` or `soft_opt_in`. `keyword` is the one by which they came to the programme, for its
    poster is what they saw.
    """

    method: str
    channel: str
    details: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    offer: str | None = None
    basis: str = "consent"
    keyword: str | None = None


def evidence_of_act(
    event: ConsentEvent, address: str | None, source: Source, catalog: Catalog
) -> dict[str, Any]:
    """The evidence of any act; `address` is the contact's key, None where it is erased."""
    programme = event.programme if isinstance(event, PROGRAMME_EVENTS) else None
    processing = _processing(programme, catalog, source)
    return {
        "record": {"schema": SCHEMA},
        "subject": {
            "address": address,
            "country": parse_address(address).country if address else None,
            "language": source.language or None,
        },
        "controller": {
            "brand": catalog.brand.name,
            "contact": catalog.brand.support,
            "terms_url": catalog.brand.terms_url,
        },
        "processing": processing,
        "notice": _notice(programme, catalog, source),
        "event": _event(event),
        "source": {"method": source.method, "channel": source.channel, **source.details},
    }


def to_text(document: dict[str, Any]) -> str:
    """The one spelling of a document that is stored and committed to (RFC 8785 in spirit)."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def commitment(salt: str, document: str | bytes) -> str:
    """What the ledger keeps of the evidence: SHA-256 over a random salt and the document."""
    text = document if isinstance(document, bytes) else document.encode()
    return hashlib.sha256(b"%b\n%b" % (salt.encode(), text)).hexdigest()


def sha256(text: str) -> str:
    """The fingerprint of a text: SHA-256 of its UTF-8 bytes, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _processing(
    programme_id: str | None, catalog: Catalog, source: Source
) -> dict[str, Any] | None:
    """What for: purpose, kind and frequency as promised. None where an event names no programme."""
    if programme_id is None:
        return None
    programme = catalog.programmes.get(programme_id)
    if programme is None:  # gone from the files; its id is what is left of it
        return {"programme": programme_id, "basis": source.basis}
    messages, frequency = programme_terms(programme, source.language)
    return {
        "programme": programme.id,
        "name": programme.name,
        "purpose": programme.purpose,
        "messages": messages,
        "frequency": frequency,
        "basis": source.basis,
    }


def _notice(programme_id: str | None, catalog: Catalog, source: Source) -> dict[str, Any]:
    """What the person was shown; `version` is the offer's fingerprint, `catalog` that of all."""
    programme = catalog.programmes.get(programme_id or "")
    offer = source.offer or (programme.offer_seen(source.keyword) if programme else "")
    version = sha256(offer) if offer else None
    return {"offer": offer or None, "version": version, "catalog": catalog.hash}


def _event(event: ConsentEvent) -> dict[str, str | None]:
    return {
        "kind": type(event).__name__,
        "at": event.at.isoformat(),
        "programme": getattr(event, "programme", None),
        "sender": getattr(event, "sender", None),
    }
