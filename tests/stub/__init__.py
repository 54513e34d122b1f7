"""A small, honest stand-in for Twilio: it accepts, blocks, retries, signs and fails as Twilio does.

Its rules are those of Twilio's public documentation; where that is silent, the docstring that
decides says what is assumed. In a test:

    with Stub(ACCOUNT, TOKEN) as stub:
        stub.webhook = "http://127.0.0.1:8000/webhooks/twilio/messages#rc=5&rp=all"
        stub.faults = Faults(error_after=1.0)
        delivery = stub.text("+46701740605", "+46701740699", "JA")
        stub.drain()

and as a process of its own, `python -m tests.stub --help`.
"""

from tests.stub.faults import Faults
from tests.stub.inbound import Delivery
from tests.stub.stub import Stub

__all__ = ["Delivery", "Faults", "Stub"]
