"""Local mode: everything is delivered, and nothing leaves."""

import re

from structlog.testing import capture_logs

from responder.core.delivery import Sent
from responder.core.messages import Outbound
from responder.gateways import Consent
from responder.gateways.echo import Echo
from tests.factories import NOON, NUMBER, PERSON

REPLY = Outbound("0" * 31 + "1", 1, NUMBER, NUMBER, PERSON, "Välkommen!")


def test_a_message_is_delivered_under_an_id_that_no_provider_gives() -> None:
    first, second = Echo().send(REPLY), Echo().send(REPLY)
    assert isinstance(first, Sent)
    assert first != second
    assert first.status == "delivered"
    assert re.fullmatch("SM0000[0-9a-f]{28}", first.provider_message_id)


def test_the_log_says_that_it_was_sent_but_neither_to_whom_nor_what() -> None:
    with capture_logs() as lines:
        Echo().send(REPLY)
    (line,) = lines
    assert (line["event"], line["outbox"]) == ("echo", REPLY.outbox_id)
    assert PERSON not in str(line)
    assert REPLY.text not in str(line)


def test_whatever_is_looked_up_was_delivered_once() -> None:
    ((_, status),) = Echo().find(REPLY, NOON)
    assert status == "delivered"


def test_nothing_was_received_and_every_consent_is_taken() -> None:
    assert list(Echo().received(NUMBER, NOON)) == []
    item = Consent("0" * 32, PERSON, NUMBER, False, NOON)
    assert Echo().tell_consent([item]) == {"0" * 32: None}
