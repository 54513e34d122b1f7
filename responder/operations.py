"""`/healthz`, `/readyz` and `/metrics`: what an operator's machines ask."""

import hmac

from flask import Blueprint, Request, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from responder.observe import Metrics
from responder.settings import is_loopback
from responder.vitals import Vitals

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def create_blueprint(vitals: Vitals, metrics: Metrics, token: str | None) -> Blueprint:
    """The operator's pages. Details are for loopback, or for who brings the token as a bearer."""
    blueprint = Blueprint("operations", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        """The process is up."""
        return jsonify(status="up")

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """It can do its work: database reachable, migrated, a catalog serving.

        A late job is told, and does not make this process less ready to receive.
        """
        fault = vitals.fault()
        status = {"status": "ready" if fault is None else "not ready"}
        shown = status | vitals.details(fault) if _may_see(request, token) else status
        return jsonify(shown), 200 if fault is None else 503

    @blueprint.get("/metrics")
    def show_metrics() -> Response:
        """Prometheus text format."""
        if not _may_see(request, token):
            return Response(status=403)
        text = metrics.render(vitals.figures())
        return Response(text, content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _may_see(asking: Request, token: str | None) -> bool:
    """Loopback itself, not a proxy on loopback; or the token."""
    proxied = any(name in asking.headers for name in _FORWARDED)
    if is_loopback(asking.remote_addr) and not proxied:
        return True
    bearer = asking.headers.get("Authorization", "").removeprefix("Bearer ")
    return token is not None and hmac.compare_digest(bearer.encode(), token.encode())
