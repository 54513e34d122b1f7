"""Incoming: one file a provider verifies, parses and answers; this blueprint does the rest."""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Protocol

import structlog
from flask import Blueprint, Request, Response, request
from werkzeug.exceptions import HTTPException

from responder.core.messages import Inbound, Receipt
from responder.errors import DatabaseAway, ResponderError
from responder.inbox import Answer
from responder.observe import Metrics
from responder.spool_disk import SpoolBroken

_log = structlog.get_logger()


class Rejected(Exception):
    """A webhook request that is not accepted: `status` 403 not authentic, 400 not well formed."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Provider(Protocol):
    """What one provider's file gives. Both `receive` methods raise Rejected."""

    name: str

    def message(self, request: Request, path: str, now: datetime) -> Inbound:
        """The authentic inbound message of a request."""

    def receipt(self, request: Request, path: str, now: datetime) -> Receipt:
        """The authentic delivery receipt of a request."""

    def answer(self, answer: Answer) -> Response:
        """The committed decision as the provider reads it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the webhooks hand messages and receipts to, and what they are told by."""

    submit: Callable[[Inbound], Answer]
    settle: Callable[[Receipt], None]
    clock: Callable[[], datetime]
    metrics: Metrics


def create_blueprint(providers: Mapping[str, Provider], desk: Desk) -> Blueprint:
    """`/webhooks/<provider>/messages` and `/webhooks/<provider>/status` for each provider."""
    blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")
    for provider in providers.values():
        _add_routes(blueprint, provider, desk)
    blueprint.register_error_handler(HTTPException, lambda error: _empty(error.code or 500))
    for kind in (DatabaseAway, SpoolBroken):
        blueprint.register_error_handler(kind, lambda error: _away(error, desk))
    blueprint.register_error_handler(Exception, lambda error: _failed(error, desk))
    return blueprint


def _add_routes(blueprint: Blueprint, provider: Provider, desk: Desk) -> None:
    messages, status = f"/{provider.name}/messages", f"/{provider.name}/status"

    def receive_message() -> Response:
        """Parse, submit, answer: the 2xx leaves only when the message is committed."""
        begun = perf_counter()
        try:
            message = provider.message(request, f"/webhooks{messages}", desk.clock())
        except Rejected as rejected:
            return _reject(provider, rejected, desk)
        answer = desk.submit(message)
        desk.metrics.seconds.observe(perf_counter() - begun)
        _note(message, answer, desk)
        return provider.answer(answer)

    def receive_receipt() -> Response:
        try:
            receipt = provider.receipt(request, f"/webhooks{status}", desk.clock())
        except Rejected as rejected:
            return _reject(provider, rejected, desk)
        desk.settle(receipt)
        desk.metrics.receipts.labels(receipt.status).inc()
        return _empty(204)

    blueprint.add_url_rule(messages, view_func=receive_message, methods=["POST"])
    blueprint.add_url_rule(status, view_func=receive_receipt, methods=["POST"])


def _note(message: Inbound, answer: Answer, desk: Desk) -> None:
    desk.metrics.inbound.labels(answer.outcome, answer.reason, answer.repeated).inc()
    _log.info(
        "inbound",
        provider=message.provider,
        id=message.provider_message_id,
        outcome=answer.outcome,
        reason=answer.reason,
        repeated=answer.repeated,
    )


def _reject(provider: Provider, rejected: Rejected, desk: Desk) -> Response:
    desk.metrics.rejected.labels(provider.name, rejected.reason).inc()
    _log.warning("webhook_rejected", provider=provider.name, reason=rejected.reason)
    return _empty(rejected.status)


def _away(error: ResponderError, desk: Desk) -> Response:
    """Neither committed nor kept, so not acknowledged: the provider tries again, or its fallback
    URL."""
    desk.metrics.rejected.labels("any", "database_away").inc()
    _log.error("database_away", detail=str(error))
    return _empty(503)


def _failed(error: Exception, desk: Desk) -> Response:
    """A fault of ours. Its own text stays out of the log: it may quote what people wrote."""
    desk.metrics.rejected.labels("any", "internal_error").inc()
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    _log.error("webhook_failed", error=type(error).__name__, where=where)
    return _empty(500)


def _empty(status: int) -> Response:
    """No body: some providers would send it to the consumer as an SMS."""
    response = Response(status=status)
    response.headers.pop("Content-Type", None)
    return response
