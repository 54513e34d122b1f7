"""Every refusal has one shape: `{"error": {"code", "message", "remedy"}}`."""

import traceback
from pathlib import Path

import structlog
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from responder.errors import DatabaseAway
from responder.store.database import is_retryable

_log = structlog.get_logger()


class Refused(Exception):
    """A request that is not answered with what it asks for."""

    def __init__(self, status: int, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.remedy = remedy


NOT_FOUND = (404, "not_found", "There is no such thing here.", "Look at /api/v1/openapi.json.")
_BUSY = (
    503,
    "database_away",
    "The database cannot be reached now.",
    "Try again in a moment, with the same request.",
)
_FAULT = (
    500,
    "internal_error",
    "This is a fault of ours.",
    "Try again; if it stays, tell the operator when it happened.",
)
_REMEDIES = {
    400: "Look at /api/v1/openapi.json for what is understood.",
    404: NOT_FOUND[3],
    405: "Look at the Allow header.",
    413: "Send at most 10,000 addresses and 2 MiB at once.",
    415: "Send JSON, with Content-Type: application/json.",
    429: "Wait, as Retry-After says, and try again.",
}


def show_refused(refused: Refused) -> Response:
    """A refusal as its response."""
    error = {"code": refused.code, "message": refused.message, "remedy": refused.remedy}
    response = jsonify(error=error)
    response.status_code = refused.status
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def show_http(error: HTTPException) -> Response:
    """What the web framework refuses, in our shape and with its headers (Allow, Retry-After)."""
    status = error.code or 500
    remedy = _REMEDIES.get(status, _REMEDIES[400])
    code = error.name.lower().replace(" ", "_").replace("-", "_")
    response = show_refused(Refused(status, code, f"{error.name}.", remedy))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def show_fault(error: Exception) -> Response:
    """A fault of ours, or a database that is away; its own text stays out of answer and log."""
    if isinstance(error, DatabaseAway) or is_retryable(error):
        return show_refused(Refused(*_BUSY))
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    _log.error("api_failed", error=type(error).__name__, where=where)
    return show_refused(Refused(*_FAULT))


def show_unrouted(app: Flask, prefix: str) -> None:
    """Give the paths below the prefix that lead nowhere the same shape; leave others as they are.

    No blueprint is asked for what no rule matches.
    """

    def show(error: HTTPException) -> Response | HTTPException:
        return show_http(error) if request.path.startswith(prefix) else error

    for status in (404, 405):
        app.register_error_handler(status, show)
