"""Who may ask what; and that a refusal tells nothing more."""

from collections.abc import Callable

import pytest
from flask import Flask

from responder.store.database import Database
from responder.store.tokens import Scope, revoke_token, tokens
from tests.api.conftest import Client, Says, make_token
from tests.conftest import Clock

ROUTES = [
    ("GET", "/contacts", Scope.CONTACTS_READ),
    ("GET", f"/contacts/{'0' * 32}", Scope.CONTACTS_READ),
    ("GET", "/changes", Scope.CHANGES_READ),
    ("GET", "/programmes", Scope.PROGRAMMES_READ),
    ("POST", "/suppressions/check", Scope.SUPPRESSIONS_READ),
    ("POST", "/may-send", Scope.MAY_SEND),
    ("POST", "/opt-outs", Scope.OPT_OUTS_WRITE),
]


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
def test_without_its_scope_a_token_opens_nothing_with_it_the_door_is_open(
    with_scopes: Callable[..., Client], method: str, path: str, scope: Scope
) -> None:
    others = with_scopes(*(set(Scope) - {scope})).response(method, path, json={})
    assert others.status_code == 403
    assert with_scopes(scope).response(method, path, json={}).status_code in (200, 404, 422)


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
@pytest.mark.parametrize("value", ["", "Bearer", "Bearer rk_wrong", "Basic eDp5", "rk_wrong"])
def test_without_a_valid_token_nobody_learns_anything(
    api: Flask, method: str, path: str, scope: Scope, value: str
) -> None:
    response = api.test_client().open(
        f"/api/v1{path}", method=method, headers={"Authorization": value}
    )
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert set(response.json["error"]) == {"code", "message", "remedy"}


def test_a_token_without_scope_cannot_tell_who_is_there(
    with_scopes: Callable[..., Client], client: Client, says: Says
) -> None:
    says("JA")
    (contact,) = client.get("/contacts")["contacts"]
    blind = with_scopes(Scope.PROGRAMMES_READ)
    there = blind.response("GET", f"/contacts/{contact['id']}")
    missing = blind.response("GET", f"/contacts/{'0' * 32}")
    assert (there.status_code, there.data) == (missing.status_code, missing.data)


def test_a_revoked_token_opens_nothing(api: Flask, database: Database, clock: Clock) -> None:
    client = Client(api.test_client(), make_token(database, clock, [Scope.PROGRAMMES_READ]))
    assert client.response("GET", "/programmes").status_code == 200
    with database.write() as connection:
        assert revoke_token(connection, tokens(connection)[0].id, clock())
    assert client.response("GET", "/programmes").status_code == 401


def test_a_token_is_stored_as_its_hash_alone(database: Database, clock: Clock) -> None:
    token = make_token(database, clock, [Scope.MAY_SEND])
    with database.read() as connection:
        (row,) = tokens(connection)
    assert token.startswith("rk_")
    assert token not in str(row)
    assert len(row.hash) == 64


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/contacts", 405), ("GET", "/may-send", 405)],
)
def test_where_no_route_leads_the_shape_is_the_same(
    client: Client, method: str, path: str, status: int
) -> None:
    response = client.response(method, path)
    assert response.status_code == status
    assert set(response.json["error"]) == {"code", "message", "remedy"}


def test_what_is_no_json_is_refused(client: Client) -> None:
    form = client.response("POST", "/may-send", data={"programme": "klubben"})
    assert (form.status_code, form.json["error"]["code"]) == (415, "unsupported_media_type")
    broken = client.response("POST", "/may-send", data="{", content_type="application/json")
    assert (broken.status_code, broken.json["error"]["code"]) == (422, "invalid_request")


def test_a_body_that_is_too_large_is_refused(client: Client) -> None:
    body = {"addresses": ["+46701740605"], "text": "x" * 3_000_000, "programme": "klubben"}
    response = client.response("POST", "/may-send", json=body)
    assert (response.status_code, response.json["error"]["code"]) == (
        413,
        "request_entity_too_large",
    )


def test_a_name_that_is_not_known_is_refused_and_named(client: Client) -> None:
    refused = client.get("/changes", sinse="3")["error"]
    assert (refused["code"], "sinse" in refused["message"]) == ("invalid_request", True)


def test_a_refusal_does_not_repeat_what_was_sent(client: Client) -> None:
    response = client.response("POST", "/suppressions/check", json={"addresses": ["+46\t70174"]})
    assert response.status_code == 422
    assert b"70174" not in response.data


def test_nothing_is_to_be_cached(client: Client) -> None:
    assert client.response("GET", "/contacts").headers["Cache-Control"] == "no-store"


def test_a_database_that_is_away_is_a_503(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from responder.errors import DatabaseAway

    def away() -> None:
        raise DatabaseAway("gone")

    monkeypatch.setattr(database, "read", away)
    response = client.response("GET", "/programmes")
    assert (response.status_code, response.json["error"]["code"]) == (503, "database_away")
