"""Logs and metrics hold neither an address nor a text."""

import pytest
import structlog
from flask import Flask

from responder.observe import mask_addresses
from tests.factories import Texter


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("from +46701740605 today", "from +46…05 today"),
        ("whatsapp:+46701740605", "whatsapp:+46…05"),
        ("0701740605", "070…05"),
        ("SM00000000000000000000000000000001", "SM00000000000000000000000000000001"),
        (["+46701740605", {"deep": "+46701740605"}], ["+46…05", {"deep": "+46…05"}]),
    ],
)
def test_addresses_are_masked_however_deep_and_message_ids_are_not(
    said: object, shown: object
) -> None:
    assert mask_addresses(None, "info", {"event": said})["event"] == shown


def test_the_log_of_a_conversation_names_no_person_and_quotes_nobody(texter: Texter) -> None:
    with structlog.testing.capture_logs() as entries:
        texter("JA hemligt ord")
        texter("STOPP")
    assert len(entries) == 2
    assert "701740605" not in str(entries)
    assert "hemligt" not in str(entries)


def test_metrics_count_outcomes_and_are_for_loopback_only(app: Flask, texter: Texter) -> None:
    texter("JA")
    client = app.test_client()
    assert b'outcome="opted_in"' in client.get("/metrics").data
    proxied = client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert (proxied.status_code, proxied.data) == (403, b"")
    assert client.get("/readyz", headers={"Via": "x"}).get_json() == {"status": "ready"}
    assert client.get("/healthz").status_code == 200
