"""The API over a real database, and a client that brings a token with the scopes it is given."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from responder.api import create_blueprint
from responder.core.catalog import Catalog
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store.database import Database
from responder.store.seal import seal
from responder.store.tokens import Scope, create_token
from tests.conftest import Clock
from tests.factories import PERSON, inbound

KEYS = Keys("0" * 64)
Says = Callable[..., None]


class Client:
    """Asks with one token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: object) -> Any:
        return self.response("GET", path, query_string=query).json

    def post(self, path: str, **body: object) -> Any:
        return self.response("POST", path, json=body).json

    def response(self, method: str, path: str, **more: Any) -> TestResponse:
        return self._client.open(f"/api/v1{path}", method=method, headers=self.headers, **more)


@pytest.fixture
def api(database: Database, catalog: Catalog, clock: Clock) -> Flask:
    app = Flask("api")
    app.register_blueprint(create_blueprint(database, lambda: catalog, KEYS, clock))
    return app


@pytest.fixture
def with_scopes(api: Flask, database: Database, clock: Clock) -> Callable[..., Client]:
    def client(*scopes: Scope) -> Client:
        return Client(api.test_client(), make_token(database, clock, scopes))

    return client


@pytest.fixture
def client(with_scopes: Callable[..., Client]) -> Client:
    """One that may do everything."""
    return with_scopes(*Scope)


@pytest.fixture
def says(database: Database, catalog: Catalog, clock: Clock) -> Says:
    """Somebody texts, and the sealer has been round."""
    inbox = Inbox(database, lambda: catalog, clock)

    def text(*words: str, sender: str = PERSON, sealed: bool = True) -> None:
        for word in words:
            clock.forward(seconds=1)
            inbox.receive([inbound(word, sender=sender, at=clock())])
        if sealed:
            seal_all(database, clock)

    return text


def seal_all(database: Database, clock: Clock) -> None:
    with database.write() as connection:
        seal(connection, KEYS.signing_key(), clock())


def make_token(database: Database, clock: Clock, scopes: Iterable[Scope]) -> str:
    with database.write() as connection:
        return create_token(connection, KEYS.token_hash, "a tool", scopes, clock())[1]
