"""A gateway to the stand-in for Twilio, which serves on loopback."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from responder.gateways.twilio import Twilio
from tests.factories import ACCOUNT, TOKEN
from tests.stub import Stub

PUBLIC_URL = "http://127.0.0.1:9"  # nobody listens, so receipts go nowhere


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(ACCOUNT, TOKEN) as running:
        yield running


@pytest.fixture
def twilio(stub: Stub) -> Twilio:
    return gateway(stub.url)


def gateway(api_url: str, token: str = TOKEN, seconds: float = 10) -> Twilio:
    """One to an address of the test's own."""
    return Twilio(ACCOUNT, token, PUBLIC_URL, timedelta(seconds=seconds), api_url)
