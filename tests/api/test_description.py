"""The description of the API is true: schemathesis tries what it promises, and what it forbids."""

import json
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.api.conftest import Client, Says

PUBLISHED = Path(__file__).parents[2] / "docs" / "openapi.json"
OPERATIONS = [
    ("/api/v1/contacts", "GET"),
    ("/api/v1/contacts/{contact_id}", "GET"),
    ("/api/v1/changes", "GET"),
    ("/api/v1/programmes", "GET"),
    ("/api/v1/suppressions/check", "POST"),
    ("/api/v1/may-send", "POST"),
    ("/api/v1/opt-outs", "POST"),
]

BEYOND_THE_SCHEMA = ("/api/v1/may-send", "/api/v1/opt-outs")
"""Where a request that fits the schema may be refused: which programmes there are, and which
numbers can be telephones, no schema tells."""


def test_the_description_needs_no_token_and_is_openapi_3_1(api: Flask) -> None:
    description = api.test_client().get("/api/v1/openapi.json").json
    assert description["openapi"].startswith("3.1")
    assert sorted(description["paths"]) == sorted({path for path, _ in OPERATIONS})


def test_the_published_description_is_the_one_that_is_served(api: Flask) -> None:
    served = api.test_client().get("/api/v1/openapi.json").json
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == served


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_schemathesis_finds_no_answer_that_the_description_does_not_allow(
    api: Flask, client: Client, says: Says, path: str, method: str
) -> None:
    says("JA")
    beyond = [positive_data_acceptance] if path in BEYOND_THE_SCHEMA else []
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", api)[path][method]

    @given(data=st.data())
    @settings(
        max_examples=25,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def call(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.call_and_validate(headers=client.headers, excluded_checks=beyond)

    call()
