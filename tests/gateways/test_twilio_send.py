"""One attempt to send, and what it came to."""

import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from responder.core.delivery import NotSent, Sent, Verdict
from responder.core.messages import Outbound
from responder.gateways import GatewayAway
from responder.gateways.twilio import Twilio
from tests.factories import NOON, NUMBER, PERSON
from tests.gateways.canned import answering
from tests.gateways.conftest import PUBLIC_URL, gateway
from tests.stub import Faults, Stub

SERVICE = "MG" + "a" * 32
REPLY = Outbound("0" * 31 + "1", 2, NUMBER, NUMBER, PERSON, "Välkommen! Höst ☕")
CREATED = {"sid": "SM" + "b" * 32, "status": "queued"}


def accepted(stub: Stub) -> list[dict[str, object]]:
    return [line for line in stub.journal if line["kind"] == "message"]


def test_a_message_is_sent_with_its_reference_in_the_receipts_address(
    stub: Stub, twilio: Twilio
) -> None:
    result = twilio.send(REPLY)
    (line,) = accepted(stub)
    assert result == Sent(str(line["sid"]), "queued")
    assert (line["from"], line["to"], line["body"]) == (NUMBER, PERSON, REPLY.text)
    receipts = f"{PUBLIC_URL}/webhooks/twilio/status?outbox={REPLY.outbox_id}&attempt=2"
    assert line["status_callback"] == f"{receipts}#rc=3&rp=5xx,ct,rt"


def test_a_messaging_service_sends_under_its_own_name(stub: Stub, twilio: Twilio) -> None:
    result = twilio.send(replace(REPLY, sender=SERVICE))
    assert isinstance(result, Sent)
    assert result.status == "accepted"
    (message,) = stub.books()["messages"]  # type: ignore[misc]
    assert message["messaging_service_sid"] == SERVICE


@pytest.mark.parametrize(
    ("sender", "recipient", "code", "verdict"),
    [
        (NUMBER, "+15005550001", "21211", Verdict.UNREACHABLE),
        (NUMBER, "+15005550003", "21408", Verdict.REFUSED),
        (NUMBER, "+15005550004", "21610", Verdict.BLOCKED),
        (NUMBER, "+15005550009", "21614", Verdict.UNREACHABLE),
        ("+15005550007", PERSON, "21606", Verdict.REFUSED),
        ("+15005550008", PERSON, "21611", Verdict.RETRY),
    ],
)
def test_a_refusal_means_what_its_code_means(
    twilio: Twilio, sender: str, recipient: str, code: str, verdict: Verdict
) -> None:
    outbound = replace(REPLY, sender=sender, recipient=recipient)
    assert twilio.send(outbound) == NotSent(verdict, code)


@pytest.mark.parametrize(
    ("faults", "verdict", "code", "taken"),
    [
        (Faults(error_before=1), Verdict.UNKNOWN, "20500", 0),
        (Faults(error_after=1), Verdict.UNKNOWN, "20500", 1),
        (Faults(drop=1), Verdict.UNKNOWN, "broken", 1),
        (Faults(refuse_auth=1), Verdict.HALT, "20003", 0),
        (Faults(suspended=1), Verdict.HALT, "30002", 0),
    ],
)
def test_each_fault_of_the_provider_has_its_verdict(
    stub: Stub, twilio: Twilio, faults: Faults, verdict: Verdict, code: str, taken: int
) -> None:
    stub.faults = faults
    assert twilio.send(REPLY) == NotSent(verdict, code)
    assert len(accepted(stub)) == taken


def test_too_many_requests_are_tried_again_after_the_time_asked_for(
    stub: Stub, twilio: Twilio
) -> None:
    stub.faults = Faults(too_many=1)
    result = twilio.send(REPLY)
    assert isinstance(result, NotSent)
    assert (result.verdict, result.code) == (Verdict.RETRY, "20429")
    assert result.wait > timedelta()
    assert accepted(stub) == []


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("86400", timedelta(minutes=15)),
        ("9" * 5000, timedelta()),
        ("-1", timedelta()),
        ("Sat, 21 Nov 2026 12:00:00 GMT", timedelta()),
    ],
)
def test_retry_after_is_heard_up_to_a_quarter_of_an_hour(header: str, wait: timedelta) -> None:
    with answering(429, {"code": 20429}, Retry_After=header) as url:
        assert gateway(url).send(REPLY) == NotSent(Verdict.RETRY, "20429", wait)


@pytest.mark.parametrize(
    ("status", "body", "verdict", "code"),
    [
        (429, "", Verdict.RETRY, "429"),
        (408, "", Verdict.RETRY, "408"),
        (502, "<html>", Verdict.UNKNOWN, "502"),
        (503, {"code": 20503}, Verdict.UNKNOWN, "20503"),
        (500, {"code": 21211}, Verdict.UNKNOWN, "21211"),
        (302, "", Verdict.UNKNOWN, "302"),
        (401, "", Verdict.HALT, "401"),
        (404, {"code": 20404}, Verdict.HALT, "20404"),
        (400, {"code": 99999}, Verdict.REFUSED, "99999"),
        (400, {"code": None}, Verdict.REFUSED, "400"),
        (400, {"code": "x" * 99}, Verdict.REFUSED, "400"),
        (400, [], Verdict.REFUSED, "400"),
        (403, "{", Verdict.REFUSED, "403"),
    ],
)
def test_an_answer_without_success_is_judged_by_its_status_then_by_its_code(
    status: int, body: object, verdict: Verdict, code: str
) -> None:
    with answering(status, body, Location="http://127.0.0.1:9/") as url:
        assert gateway(url).send(REPLY) == NotSent(verdict, code)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "[" * 9999,
        {},
        CREATED | {"sid": "SM1"},
        CREATED | {"status": 7},
    ],
)
def test_a_success_that_makes_no_sense_is_unknown(body: object) -> None:
    with answering(201, body) as url:
        assert gateway(url).send(REPLY) == NotSent(Verdict.UNKNOWN, "broken")


def test_a_success_that_makes_sense_is_one() -> None:
    with answering(201, CREATED) as url:
        assert gateway(url).send(REPLY) == Sent(CREATED["sid"], "queued")


def test_a_stall_ends_within_the_timeout_and_is_unknown() -> None:
    ended = Event()
    with answering(201, CREATED, before=lambda: ended.wait(30)) as url:
        result = gateway(url, seconds=0.4).send(REPLY)
        ended.set()
    assert result == NotSent(Verdict.UNKNOWN, "timeout")


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert gateway(url).send(REPLY) == NotSent(Verdict.RETRY, "unreachable")


def test_a_host_without_an_address_was_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_host: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    result = gateway("http://provider.invalid").send(REPLY)
    assert result == NotSent(Verdict.RETRY, "unreachable")


def test_a_connection_that_closes_without_an_answer_is_unknown() -> None:
    with answering(0) as url:
        assert gateway(url).send(REPLY) == NotSent(Verdict.UNKNOWN, "broken")


@pytest.mark.parametrize("status", [503, 0])
def test_nothing_is_tried_twice_in_one_attempt(status: int) -> None:
    attempts: list[int] = []
    with answering(status, before=lambda: attempts.append(1)) as url:
        gateway(url).send(REPLY)
        with pytest.raises(GatewayAway):
            gateway(url).find(REPLY, NOON)
    assert attempts == [1, 1]


def test_wrong_credentials_halt(stub: Stub) -> None:
    result = gateway(stub.url, token="wrong").send(REPLY)
    assert result == NotSent(Verdict.HALT, "20003")


def test_no_proxy_stands_between_us_and_a_stand_in(
    stub: Stub, twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    assert isinstance(twilio.send(REPLY), Sent)


def test_a_region_in_the_environment_does_not_lead_away_from_a_stand_in(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    assert isinstance(gateway(stub.url).send(REPLY), Sent)


def test_sixteen_threads_send_at_once(stub: Stub, twilio: Twilio) -> None:
    people = [replace(REPLY, recipient=f"+467017406{number:02}") for number in range(5, 69)]
    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(twilio.send, people))
    sent = {result.provider_message_id for result in results if isinstance(result, Sent)}
    assert sent == {line["sid"] for line in accepted(stub)}
    assert len(sent) == len(people)


def test_no_number_and_no_text_reaches_a_log(
    stub: Stub, twilio: Twilio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tests").debug("listening")
    twilio.send(REPLY)
    twilio.find(REPLY, NOON)
    assert "listening" in caplog.text
    assert PERSON[1:] not in caplog.text
    assert "Välkommen" not in caplog.text
