"""The evidence of one consent event: which words, which number, which offer, which message."""

import hashlib
from typing import Any

import orjson

from responder.core.catalog import Catalog, Keyword
from responder.core.compose import programme_terms
from responder.core.consent import ConsentEvent, OptedIn, OptedOut
from responder.core.messages import Inbound
from responder.core.outcomes import Decision

SCHEMA = 1


def evidence(
    event: ConsentEvent, message: Inbound, decision: Decision, catalog: Catalog
) -> dict[str, Any]:
    """Everything that shows why this event is true, complete at the moment it happens."""
    understanding = decision.understanding
    programme = event.programme if isinstance(event, OptedIn | OptedOut) else None
    return {
        "schema": SCHEMA,
        "event": _event(event),
        "person": {"address": message.sender},
        "brand": {
            "name": catalog.brand.name,
            "support": catalog.brand.support,
            "terms_url": catalog.brand.terms_url,
        },
        "catalog": catalog.hash,
        "number": message.recipient,
        "method": "sms_keyword",
        "keyword": _keyword(decision.keyword) if decision.keyword else None,
        "promise": _promise(programme, catalog, decision),
        "message": {
            "provider": message.provider,
            "id": message.provider_message_id,
            "received_at": message.received_at.isoformat(),
            "text": message.text,
            "signature": "verified",
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


def _promise(
    programme_id: str | None, catalog: Catalog, decision: Decision
) -> dict[str, Any] | None:
    """What the person was promised: purpose, kind, frequency, and the offer they saw."""
    programme = catalog.programmes.get(programme_id or "")
    if programme is None:
        return None
    language = decision.replies[0].language if decision.replies else ""
    messages, frequency = programme_terms(programme, language)
    return {
        "programme": programme.id,
        "name": programme.name,
        "purpose": programme.purpose,
        "messages": messages,
        "frequency": frequency,
        "offer": programme.offer,
    }
