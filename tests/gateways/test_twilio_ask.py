"""What Twilio is asked: what became of an attempt, what people sent, who is blocked."""

import socket
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count

import orjson
import pytest

from responder.core.delivery import NotSent, Sent
from responder.core.messages import Outbound
from responder.gateways import Consent, GatewayAway
from responder.gateways.twilio import Twilio
from tests.factories import NOON, NUMBER, OFF_NUMBER, PERSON
from tests.gateways.canned import answering
from tests.gateways.conftest import gateway
from tests.stub import Faults, Stub

SERVICE = "MG" + "a" * 32
REPLY = Outbound("0" * 31 + "1", 1, NUMBER, NUMBER, PERSON, "Du får inga fler sms från oss.")
OTHER = "+46701740606"
_sids = count(1)


def message(at: datetime, direction: str = "outbound-api", **more: object) -> dict[str, object]:
    """A Message resource, as far as it is read."""
    sender, to = (PERSON, NUMBER) if direction == "inbound" else (NUMBER, PERSON)
    return {
        "sid": f"SM{next(_sids):032x}",
        "direction": direction,
        "from": sender,
        "to": to,
        "body": REPLY.text,
        "status": "received" if direction == "inbound" else "queued",
        "date_created": format_datetime(at),
        "date_sent": None,
    } | more


def listing(*newest_first: dict[str, object]) -> dict[str, object]:
    return {"messages": newest_first, "next_page_uri": None, "page_size": 1000}


def consent(number: int = 1, contact: str = PERSON, opted_in: bool = False) -> Consent:
    return Consent(f"{number:032x}", contact, NUMBER, opted_in, NOON)


def test_a_message_taken_with_an_error_as_its_answer_is_found(stub: Stub, twilio: Twilio) -> None:
    stub.faults = Faults(error_after=1)
    begin = datetime.now(UTC)
    assert isinstance(twilio.send(REPLY), NotSent)
    (found,) = twilio.find(REPLY, begin)
    (taken,) = stub.books()["messages"]  # type: ignore[misc]
    assert found[0] == taken["sid"]


def test_a_message_that_was_turned_away_is_not_found(stub: Stub, twilio: Twilio) -> None:
    stub.faults = Faults(error_before=1)
    twilio.send(REPLY)
    assert twilio.find(REPLY, datetime.now(UTC)) == []


def test_only_the_same_text_from_the_same_sender_to_the_same_person_is_found(
    twilio: Twilio,
) -> None:
    for stranger in (
        replace(REPLY, text="Välkommen!"),
        replace(REPLY, sender=OFF_NUMBER),
        replace(REPLY, sender=SERVICE),
        replace(REPLY, recipient=OTHER),
    ):
        assert isinstance(twilio.send(stranger), Sent)
    assert twilio.find(REPLY, datetime.now(UTC)) == []


def test_what_a_messaging_service_sent_is_found_by_its_name(twilio: Twilio) -> None:
    through_service = replace(REPLY, sender=SERVICE)
    sent = twilio.send(through_service)
    assert isinstance(sent, Sent)
    (found,) = twilio.find(through_service, datetime.now(UTC))
    assert found[0] == sent.provider_message_id


def test_attempts_are_found_oldest_first_from_a_minute_before() -> None:
    attempts = [message(NOON + timedelta(seconds=s)) for s in (0, 30, -60, 0, -61)]
    with answering(200, listing(*attempts)) as url:
        found = gateway(url).find(REPLY, NOON)
    assert [sid for sid, _ in found] == [attempts[place]["sid"] for place in (2, 3, 0, 1)]


def test_a_reply_with_the_webhook_is_found_though_spaces_at_its_ends_went() -> None:
    reply = message(NOON, "outbound-reply", status="delivered")
    with answering(200, listing(reply)) as url:
        found = gateway(url).find(replace(REPLY, text=f" {REPLY.text}\n"), NOON)
    assert found == [(reply["sid"], "delivered")]


def test_what_people_sent_comes_oldest_first_and_nothing_else(stub: Stub, twilio: Twilio) -> None:
    begin = datetime.now(UTC).replace(microsecond=0)
    twilio.send(replace(REPLY, sender=OFF_NUMBER, recipient=NUMBER))
    stub.text(PERSON, NUMBER, "STOPP")
    stub.text(PERSON, OFF_NUMBER, "JA")
    stub.text(OTHER, NUMBER, "JA 👍")
    received = list(twilio.received(NUMBER, begin))
    assert [(m.sender, m.text) for m in received] == [(PERSON, "STOPP"), (OTHER, "JA 👍")]
    assert {m.recipient for m in received} == {NUMBER}


def test_a_recovered_message_keeps_its_id_its_time_and_the_whole_resource() -> None:
    late = message(NOON, "inbound", body="STOPP\x00", date_sent=format_datetime(NOON))
    with answering(200, listing(late)) as url:
        (found,) = gateway(url).received(NUMBER, NOON)
    assert found.key == ("twilio", late["sid"])
    assert (found.received_at, found.delayed, found.text) == (NOON, True, "STOPP\ufffd")
    raw = orjson.loads(found.raw)
    assert (raw["sid"], raw["from_"], raw["body"]) == (late["sid"], PERSON, "STOPP\ufffd")


def test_only_whole_messages_of_people_since_then_are_recovered() -> None:
    left_out = [
        message(NOON - timedelta(seconds=1), "inbound"),
        message(NOON, "inbound", status="receiving"),
        message(NOON, "inbound", status="failed", error_code=30039),
        message(NOON, "outbound-reply"),
    ]
    first, second = message(NOON, "inbound"), message(NOON, "inbound", body=None)
    with answering(200, listing(second, first, *left_out)) as url:
        found = list(gateway(url).received(NUMBER, NOON))
    assert [m.provider_message_id for m in found] == [first["sid"], second["sid"]]
    assert found[1].text == ""


def test_more_than_a_page_is_recovered_whole(stub: Stub, twilio: Twilio) -> None:
    begin = datetime.now(UTC).replace(microsecond=0)
    texts = [f"JA {number}" for number in range(1002)]
    for text in texts:
        stub.text(PERSON, NUMBER, text)
    assert [m.text for m in twilio.received(NUMBER, begin)] == texts


def test_consent_is_told_in_both_directions(stub: Stub, twilio: Twilio) -> None:
    assert twilio.tell_consent([consent()]) == {consent().correlation_id: None}
    assert stub.books()["blocks"] == [{"sender": NUMBER, "contact": PERSON}]
    twilio.tell_consent([consent(opted_in=True)])
    assert stub.books()["blocks"] == []


def test_consent_that_is_refused_for_one_is_told_for_the_others(stub: Stub, twilio: Twilio) -> None:
    told = twilio.tell_consent([consent(1), consent(2, "Nordbageriet"), consent(3, OTHER)])
    assert list(told.values()) == [None, "30646", None]
    assert len(stub.books()["blocks"]) == 2  # type: ignore[arg-type]


def test_consent_that_is_refused_as_a_whole_is_refused_for_each() -> None:
    with answering(403, {"code": 20403}) as url:
        told = gateway(url).tell_consent([consent(1), consent(2)])
    assert list(told.values()) == ["20403", "20403"]


@pytest.mark.parametrize("status", [401, 429, 500, 503, 0])
def test_a_provider_that_cannot_answer_is_away(status: int) -> None:
    with answering(status, {"code": 20003} if status == 401 else "") as url:
        twilio = gateway(url)
        for ask in (
            lambda: twilio.find(REPLY, NOON),
            lambda: twilio.received(NUMBER, NOON),
            lambda: twilio.tell_consent([consent()]),
        ):
            with pytest.raises(GatewayAway):
                ask()


@pytest.mark.parametrize("body", ["", "{", "null", {}, {"items": [{}]}, {"messages": [{}]}])
def test_an_answer_that_makes_no_sense_is_none(body: object) -> None:
    with answering(200, body) as url:
        with pytest.raises(GatewayAway):
            gateway(url).tell_consent([consent()])
        with pytest.raises(GatewayAway):
            gateway(url).find(REPLY, NOON)


def test_no_number_is_in_what_is_said_of_a_provider_that_is_away() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(GatewayAway) as away:
            gateway(url).find(REPLY, NOON)
    said = "".join(traceback.format_exception(away.value))
    assert "Twilio could not be asked: unreachable" in said
    assert PERSON[1:] not in said
