"""The evidence of one consent event: which words, which number, which offer, which message."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from responder.core.catalog import Catalog, Keyword
from responder.core.compose import programme_terms
from responder.core.consent import PROGRAMME_EVENTS, ConsentEvent
from responder.core.messages import Inbound
from responder.core.outcomes import Decision

SCHEMA = 1


def evidence(
    event: ConsentEvent, message: Inbound, decision: Decision, catalog: Catalog
) -> dict[str, Any]:
    """Everything that shows why this event is true, complete at the moment it happens."""
    understanding = decision.understanding
    language = decision.replies[0].language if decision.replies else ""
    return _document(event, message.sender, "sms_keyword", catalog, language) | {
        "number": message.recipient,
        "keyword": _keyword(decision.keyword) if decision.keyword else None,
        "message": {
            "provider": message.provider,
            "id": message.provider_message_id,
            "received_at": message.received_at.isoformat(),
            "text": message.text,
            "signature": "listed_by_provider" if message.listed else "verified",
            "payload_sha256": hashlib.sha256(message.raw.encode()).hexdigest(),
        },
        "understanding": {
            "intent": understanding.intent,
            "rule": understanding.rule,
            "matched": understanding.matched,
            "words": understanding.words,
            "vocabulary": catalog.vocabulary.version,
        },
        "confirmation": [reply.text for reply in decision.replies],
    }


def evidence_of_silence(
    event: ConsentEvent, address: str, requested: datetime, catalog: Catalog
) -> dict[str, Any]:
    """Why a request to join expired: no yes came in the time that the programme gives."""
    document = _document(event, address, "no_answer", catalog)
    return document | {"requested_at": requested.isoformat()}


def evidence_of_refusal(
    event: ConsentEvent, address: str, refusal: Mapping[str, str | None], catalog: Catalog
) -> dict[str, Any]:
    """Why the provider's answer to an outbound message says that the person has left.

    `refusal` names the provider, our outbox row, its attempt and the provider's error code.
    """
    return _document(event, address, "provider_refusal", catalog) | {"refusal": dict(refusal)}


def evidence_of_notice(event: ConsentEvent, address: str, catalog: Catalog) -> dict[str, Any]:
    """That the provider's block list was told of the person's act, and obeyed."""
    return _document(event, address, "provider_told", catalog)


def _document(
    event: ConsentEvent, address: str, method: str, catalog: Catalog, language: str = ""
) -> dict[str, Any]:
    """What all evidence has in common."""
    programme = event.programme if isinstance(event, PROGRAMME_EVENTS) else None
    return {
        "schema": SCHEMA,
        "event": _event(event),
        "person": {"address": address},
        "brand": {
            "name": catalog.brand.name,
            "support": catalog.brand.support,
            "terms_url": catalog.brand.terms_url,
        },
        "catalog": catalog.hash,
        "method": method,
        "promise": _promise(programme, catalog, language),
    }


def to_text(document: dict[str, Any]) -> str:
    """The one spelling of a document that is stored and committed to (RFC 8785 in spirit)."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def commitment(salt: str, document: str) -> str:
    """What the ledger keeps of the evidence: SHA-256 over a random salt and the document."""
    return hashlib.sha256(f"{salt}\n{document}".encode()).hexdigest()


def _event(event: ConsentEvent) -> dict[str, str | None]:
    return {
        "kind": type(event).__name__,
        "at": event.at.isoformat(),
        "programme": getattr(event, "programme", None),
        "sender": getattr(event, "sender", None),
    }


def _keyword(keyword: Keyword) -> dict[str, str | None]:
    return {"text": keyword.text, "programme": keyword.programme, "source": keyword.source}


def _promise(programme_id: str | None, catalog: Catalog, language: str) -> dict[str, Any] | None:
    """What the person was promised: purpose, kind, frequency, and the offer they saw."""
    programme = catalog.programmes.get(programme_id or "")
    if programme is None:
        return None
    messages, frequency = programme_terms(programme, language)
    return {
        "programme": programme.id,
        "name": programme.name,
        "purpose": programme.purpose,
        "messages": messages,
        "frequency": frequency,
        "offer": programme.offer,
    }
