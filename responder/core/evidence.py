"""The evidence of one consent event, complete at the moment it happens.

One document needs no other table and no file of today to be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from responder.core.addresses import parse_address
from responder.core.catalog import Catalog, Keyword
from responder.core.consent import ConsentEvent, OptedIn, OptInRequested
from responder.core.consent_record import Source, commitment, evidence_of_act, sha256, to_text
from responder.core.messages import Inbound, Purpose, Receipt, Reply
from responder.core.outcomes import Decision

__all__ = [
    "Source",
    "commitment",
    "evidence",
    "evidence_of_act",
    "evidence_of_notice",
    "evidence_of_refusal",
    "evidence_of_report",
    "evidence_of_silence",
    "to_text",
]


def evidence(
    event: ConsentEvent,
    message: Inbound,
    decision: Decision,
    catalog: Catalog,
    outbox_ids: Sequence[str] = (),
    came_by: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The evidence of what a text did. `outbox_ids` are those of the decision's replies.

    `came_by` has the keyword by which the person came to each programme before this text.
    """
    number = catalog.numbers.get(parse_address(message.recipient).key)
    sender = parse_address(message.sender, number.country if number else None)
    own = number.language if number else catalog.language
    details = {
        "number": message.recipient,
        "number_country": number.country if number else None,
        "keyword": _keyword(decision.keyword) if decision.keyword else None,
        "message": _message(message),
        "understanding": _understanding(decision, catalog),
        "decision": {"outcome": decision.outcome, "reason": decision.reason},
        "replies": list(_replies(decision, outbox_ids)),
    }
    language = decision.replies[0].language if decision.replies else own
    keyword = _seen(event, decision) or came_by.get(getattr(event, "programme", None) or "")
    source = Source("message", _channel(message.sender), details, language, keyword=keyword)
    return evidence_of_act(event, sender.key, source, catalog)


def evidence_of_silence(
    event: ConsentEvent,
    address: str,
    requested: datetime,
    catalog: Catalog,
    keyword: str | None = None,
) -> dict[str, Any]:
    """Why a request to join expired: no yes came in the time that the programme gives.

    `keyword` is what was texted to ask.
    """
    details = {"requested_at": requested.isoformat()}
    source = Source("no_answer", "none", details, keyword=keyword)
    return evidence_of_act(event, address, source, catalog)


def evidence_of_refusal(
    event: ConsentEvent, address: str, refusal: Mapping[str, str | None], catalog: Catalog
) -> dict[str, Any]:
    """Why the provider's answer to an outbound message says that the person has left.

    `refusal` names the provider, our outbox row, its attempt and the provider's error code.
    """
    source = Source("provider_refusal", "provider", {"refusal": dict(refusal)})
    return evidence_of_act(event, address, source, catalog)


def evidence_of_notice(event: ConsentEvent, address: str, catalog: Catalog) -> dict[str, Any]:
    """That the provider's block list was told of the person's act, and obeyed."""
    return evidence_of_act(event, address, Source("provider_told", "provider"), catalog)


def evidence_of_report(
    event: ConsentEvent,
    address: str,
    confirmation: Mapping[str, Any],
    receipt: Receipt,
    catalog: Catalog,
) -> dict[str, Any]:
    """What became of a confirmation: the text as sent with its ids, and the provider's receipt."""
    report = {
        "provider": receipt.provider,
        "id": receipt.provider_message_id,
        "status": receipt.status,
        "error_code": receipt.error_code,
        "received_at": receipt.received_at.isoformat(),
        "payload_sha256": sha256(receipt.raw),
    }
    details = {"confirmation": dict(confirmation), "receipt": report}
    source = Source("receipt", "provider", details, confirmation["language"])
    return evidence_of_act(event, address, source, catalog)


def _message(message: Inbound) -> dict[str, str]:
    return {
        "provider": message.provider,
        "id": message.provider_message_id,
        "sender": message.sender,
        "received_at": message.received_at.isoformat(),
        "text": message.text,
        "signature": "listed_by_provider" if message.listed else "verified",
        "payload_sha256": sha256(message.raw),
    }


def _understanding(decision: Decision, catalog: Catalog) -> dict[str, Any]:
    understanding = decision.understanding
    return {
        "intent": understanding.intent,
        "rule": understanding.rule,
        "matched": understanding.matched,
        "words": understanding.words,
        "vocabulary": catalog.vocabulary.version,
    }


def _replies(decision: Decision, outbox_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The confirmation and what went with it; its receipt is a later event."""
    for reply, outbox_id in zip_longest(decision.replies, outbox_ids[: len(decision.replies)]):
        yield {
            "outbox_id": outbox_id,
            "purpose": reply.purpose,
            "wording": reply.wording,
            "language": reply.language,
            "text": _without_code(reply),
            "held": reply.held,
        }


def _without_code(reply: Reply) -> str | None:
    """A code is worth money, and no part of what a person agreed to."""
    return None if reply.purpose is Purpose.REWARD else reply.text


def _seen(event: ConsentEvent, decision: Decision) -> str | None:
    """The keyword that begins a membership."""
    begins = isinstance(event, OptedIn | OptInRequested)
    return decision.came_by.text if begins and decision.came_by else None


def _keyword(keyword: Keyword) -> dict[str, str | None]:
    return {"text": keyword.text, "programme": keyword.programme, "source": keyword.source}


def _channel(sender: str) -> str:
    """What a message came over: `sms` where the provider's address names nothing else."""
    channel, _, _ = sender.strip().rpartition(":")
    return channel.lower() or "sms"
