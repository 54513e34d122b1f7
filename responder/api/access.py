"""Who may ask what: a bearer token with the scope, before anything else is looked at."""

import functools
from collections.abc import Callable
from typing import Any

from flask import g, request

from responder.api.errors import Refused
from responder.api.house import House
from responder.store.tokens import Scope, find_token

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a request: 10,000 addresses of the longest kind."""


def guarded(view: Callable[..., Any], scope: Scope, house: House) -> Callable[..., Any]:
    """The view, for tokens with this scope. What a request says is not read before that."""

    @functools.wraps(view)
    def guard(**path: str) -> Any:
        g.token_id = _token_with(scope, house)
        request.max_content_length = MAX_BODY
        if request.method == "POST" and not request.is_json:
            raise Refused(
                415,
                "unsupported_media_type",
                "The body is not said to be JSON.",
                "Send JSON, with Content-Type: application/json.",
            )
        return view(**path)

    return guard


def _token_with(scope: Scope, house: House) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    found = None
    if kind.lower() == "bearer" and token:
        with house.database.read() as connection:
            found = find_token(connection, house.keys.token_hash(token.strip()))
    if found is None:
        raise Refused(
            401,
            "unauthorized",
            "There is no valid token in this request.",
            "Send Authorization: Bearer rk_…, with a token of `responder api token create`.",
        )
    token_id, scopes = found
    if scope not in scopes:
        raise Refused(
            403,
            "forbidden",
            f"This token does not have the scope {scope}.",
            f"Make one with: responder api token create NAME --scope {scope}",
        )
    return token_id
