"""The stub keeps Twilio's rules, seen through Twilio's own client."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.factories import ACCOUNT, NUMBER, PERSON, TOKEN
from tests.stub import Faults, Stub
from tests.stub.application import Application
from tests.stub.posting import Rules

SERVICE = "MG" + "1" * 32
SERVICE_NUMBER = "+46701740696"
ONE_A = "<Message>A</Message>"
PATIENCE = 20


class Here(TwilioHttpClient):  # type: ignore[misc]  # the SDK has no types
    """Sends what is meant for Twilio's hosts to the stub."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=PATIENCE)
        self._url = url

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        for host in ("https://api.twilio.com", "https://accounts.twilio.com"):
            url = url.replace(host, self._url)
        return super().request(method, url, *rest, **more)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub(ACCOUNT, TOKEN, services={SERVICE_NUMBER: SERVICE}) as stub:
        yield stub


@pytest.fixture
def application(stub: Stub) -> Iterator[Application]:
    with Application(TOKEN) as application:
        stub.webhook = f"{application.url}/sms#rc=3&rp=all"
        yield application


@pytest.fixture
def twilio(stub: Stub) -> Iterator[Client]:
    here = Here(stub.url)
    yield Client(ACCOUNT, TOKEN, http_client=here)
    here.session.close()


def accepted(stub: Stub) -> list[dict[str, object]]:
    return [line for line in stub.journal if line["kind"] == "message"]


def statuses(application: Application) -> list[str]:
    return [form["MessageStatus"] for form in application.forms("/status")]


def test_a_message_is_queued_then_sent_then_delivered(
    stub: Stub, twilio: Client, application: Application
) -> None:
    callback = f"{application.url}/status?outbox=7#rc=3&rp=all"
    message = twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej", status_callback=callback)
    stub.drain()
    assert (message.status, message.date_sent, message.num_segments) == ("queued", None, "1")
    assert statuses(application) == ["sent", "delivered"]
    assert {call.path for call in application.calls} == {"/status?outbox=7"}
    assert all(call.authentic for call in application.calls)
    fetched = twilio.messages(message.sid).fetch()
    assert (fetched.status, fetched.direction) == ("delivered", "outbound-api")
    assert fetched.date_sent is not None


@pytest.mark.parametrize(
    ("to", "sender", "body", "code"),
    [
        (PERSON, "+15005550001", "Hej", 21212),
        (PERSON, "+15005550007", "Hej", 21606),
        (PERSON, "+15005550008", "Hej", 21611),
        ("+15005550001", NUMBER, "Hej", 21211),
        ("+15005550002", NUMBER, "Hej", 21612),
        ("+15005550003", NUMBER, "Hej", 21408),
        ("+15005550004", NUMBER, "Hej", 21610),
        ("+15005550009", NUMBER, "Hej", 21614),
        ("nobody", NUMBER, "Hej", 21211),
        (PERSON, NUMBER, "", 21602),
        (PERSON, NUMBER, "x" * 1601, 21617),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_code(
    stub: Stub, twilio: Client, to: str, sender: str, body: str, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=to, from_=sender, body=body)
    assert (refused.value.status, refused.value.code) == (400, code)
    assert accepted(stub) == []


def test_a_wrong_token_and_an_unknown_resource_are_refused(stub: Stub, twilio: Client) -> None:
    url = f"{stub.url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    wrong = requests.get(url, auth=(ACCOUNT, "wrong"), timeout=PATIENCE)
    assert (wrong.status_code, wrong.json()["code"]) == (401, 20003)
    with pytest.raises(TwilioRestException) as unknown:
        twilio.messages("SM" + "0" * 32).fetch()
    assert (unknown.value.status, unknown.value.code) == (404, 20404)


def test_stop_blocks_one_pair_until_start(stub: Stub, twilio: Client) -> None:
    stub.text(PERSON, NUMBER, " sToP\n")
    stub.text("+46701740606", NUMBER, "stop!")
    assert stub.books()["blocks"] == [{"sender": NUMBER, "contact": PERSON}]
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej")
    assert refused.value.code == 21610
    twilio.messages.create(to=PERSON, from_="+46701740698", body="Hej")
    stub.text(PERSON, NUMBER, "Start")
    twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej")
    said = [line["body"] for line in stub.journal if line["kind"] == "provider_reply"]
    assert [str(text).split(".")[0][-12:] for text in said] == ["unsubscribed", " this number"]


def test_a_service_accepts_first_and_fails_a_blocked_message_later(
    stub: Stub, twilio: Client, application: Application
) -> None:
    stub.text(PERSON, SERVICE_NUMBER, "STOP")
    message = twilio.messages.create(
        to=PERSON,
        messaging_service_sid=SERVICE,
        body="Hej",
        status_callback=f"{application.url}/status",
    )
    stub.drain()
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    (form,) = application.forms("/status")
    assert (form["MessageStatus"], form["ErrorCode"]) == ("failed", "21610")
    assert (form["From"], form["MessagingServiceSid"]) == (SERVICE_NUMBER, SERVICE)


def test_a_text_reaches_the_webhook_and_its_answer_the_consumer(
    stub: Stub, application: Application
) -> None:
    application.reply("Välkommen", "Hej &amp; hå", callback=f"{application.url}/status")
    delivery = stub.text(PERSON, NUMBER, "JA tack å")
    stub.drain()
    assert delivery.replies == ("Välkommen", "Hej & hå")
    assert (delivery.status, delivery.attempts) == (200, 1)
    (form,) = application.forms("/sms")
    assert (form["MessageSid"], form["Body"]) == (delivery.sid, "JA tack å")
    assert (form["SmsStatus"], form["ToCountry"], form["NumMedia"]) == ("received", "", "0")
    assert all(call.authentic for call in application.calls)
    assert sorted(statuses(application)) == ["delivered", "delivered", "sent", "sent"]
    assert {line["direction"] for line in accepted(stub)} == {"outbound-reply"}


def test_a_reply_to_who_is_blocked_fails(stub: Stub, application: Application) -> None:
    application.reply("Hej då", callback=f"{application.url}/status")
    assert stub.text(PERSON, NUMBER, "STOP").replies == ()
    stub.drain()
    (form,) = application.forms("/status")
    assert (form["MessageStatus"], form["ErrorCode"]) == ("failed", "21610")


@pytest.mark.parametrize(
    ("kind", "content", "replies", "code"),
    [
        ("text/plain; charset=utf-8", "Hallå", ("Hallå",), None),
        ("text/xml", "<Response/>", (), None),
        ("text/xml", "<Response>\x0b</Response>", (), 12100),
        ("application/json", "{}", (), 12300),
        ("", "OK", (), 12300),
        ("text/html", f"<Response>{ONE_A * 11}</Response>", ("A",) * 10, 14109),
        ("text/xml", f"<Response>{ONE_A}<Message>{'x' * 1601}</Message></Response>", ("A",), 14103),
    ],
)
def test_answers_are_carried_out_by_their_type(
    stub: Stub,
    application: Application,
    kind: str,
    content: str,
    replies: tuple[str, ...],
    code: int | None,
) -> None:
    application.answers = [(200, kind, content)]
    assert stub.text(PERSON, NUMBER, "JA").replies == replies
    codes = [line["code"] for line in stub.journal if line["kind"] == "refusal"]
    assert codes == ([code] if code else [])


def test_only_the_fragment_makes_a_bad_answer_be_retried(
    stub: Stub, application: Application
) -> None:
    application.answers = [(503, "", ""), (502, "", ""), (204, "", "")]
    retried = stub.text(PERSON, NUMBER, "JA")
    assert (retried.status, retried.attempts) == (204, 3)
    assert {form["MessageSid"] for form in application.forms("/sms")} == {retried.sid}
    application.answers = [(503, "", "")]
    stub.webhook = f"{application.url}/sms"
    once = stub.text(PERSON, NUMBER, "JA")
    assert (once.status, once.attempts) == (503, 1)


def test_nobody_listening_is_tried_twice_by_default(stub: Stub) -> None:
    with Application(TOKEN) as gone:
        stub.webhook = f"{gone.url}/sms"
    delivery = stub.text(PERSON, NUMBER, "JA")
    assert (delivery.status, delivery.attempts) == (0, 2)


def test_the_fragment_is_read_in_milliseconds() -> None:
    rules = Rules.of("ct=3000&rc=5&rt=1500&rp=5xx,ct,rt&e=dublin")
    assert (rules.connect, rules.read, rules.total) == (3, 1.5, 15)
    assert (rules.retries, rules.retried) == (5, frozenset(("5xx", "ct", "rt")))
    assert Rules.of("") == Rules.of("rc=many") == Rules()


def test_the_list_has_both_directions_newest_first_in_pages(stub: Stub, twilio: Client) -> None:
    sent = [twilio.messages.create(to=PERSON, from_=NUMBER, body=str(n)).sid for n in range(5)]
    received = [stub.text(PERSON, NUMBER, str(n)).sid for n in range(2)]
    stub.drain()
    assert [m.sid for m in twilio.messages.list(page_size=2)] == (sent + received)[::-1]
    assert [m.sid for m in twilio.messages.list(to=PERSON, page_size=2)] == sent[::-1]
    (first, last) = twilio.messages.list(to=NUMBER, from_=PERSON)
    assert (first.direction, first.status, first.sid) == ("inbound", "received", received[1])
    assert last.date_sent is not None


def test_the_list_knows_days_only(stub: Stub, twilio: Client) -> None:
    stub.text(PERSON, NUMBER, "JA")
    today, day = datetime.now(UTC), timedelta(days=1)
    assert len(twilio.messages.list(date_sent_after=today + timedelta(seconds=1) - day)) == 1
    assert len(twilio.messages.list(date_sent_after=today - day, date_sent_before=today + day)) == 1
    assert twilio.messages.list(date_sent_after=today + 2 * day) == []
    assert twilio.messages.list(date_sent=today - 2 * day) == []
    with pytest.raises(TwilioException):
        twilio.messages.list(date_sent="yesterday")


@pytest.mark.parametrize(
    ("fault", "status", "code", "messages"),
    [
        ("too_many", 429, 20429, 0),
        ("error_before", 500, 20500, 0),
        ("error_after", 500, 20500, 1),
        ("refuse_auth", 401, 20003, 0),
        ("suspended", 403, 30002, 0),
    ],
)
def test_a_fault_of_create_says_its_code_and_accepts_or_not(
    stub: Stub, twilio: Client, fault: str, status: int, code: int, messages: int
) -> None:
    stub.faults = Faults(**{fault: 1})
    with pytest.raises(TwilioRestException) as failed:
        twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej")
    assert (failed.value.status, failed.value.code) == (status, code)
    assert len(accepted(stub)) == messages
    assert [line["name"] for line in stub.journal if line["kind"] == "fault"] == [fault]


def test_a_dropped_answer_belongs_to_an_accepted_message(stub: Stub, twilio: Client) -> None:
    stub.faults = Faults(drop=1)
    with pytest.raises(requests.ConnectionError):
        twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej")
    assert [m.body for m in twilio.messages.list(to=PERSON)] == ["Hej"]


def test_a_stall_ends_accepted_and_answered_or_neither(stub: Stub, twilio: Client) -> None:
    stub.faults = Faults(stall=1, stall_seconds=0)
    answered = 0
    for _ in range(20):
        try:
            twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej")
            answered += 1
        except requests.ConnectionError:
            pass
    assert 0 < answered < 20
    assert len(accepted(stub)) == answered


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        (Faults(duplicate=1), ["sent", "sent", "delivered", "delivered"]),
        (Faults(reorder=1), ["delivered", "sent"]),
        (Faults(lose=1), []),
    ],
)
def test_callbacks_repeat_overtake_and_vanish_but_the_message_is_delivered(
    stub: Stub, twilio: Client, application: Application, faults: Faults, told: list[str]
) -> None:
    stub.faults = faults
    callback = f"{application.url}/status"
    twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej", status_callback=callback)
    stub.drain()
    assert statuses(application) == told
    assert [m.status for m in twilio.messages.list()] == ["delivered"]


def test_an_early_callback_comes_before_the_answer(
    stub: Stub, twilio: Client, application: Application
) -> None:
    stub.faults = Faults(early=1)
    callback = f"{application.url}/status"
    message = twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej", status_callback=callback)
    assert "sent" in statuses(application)
    assert message.status == "queued"


def test_some_messages_fail_after_they_were_accepted(stub: Stub, twilio: Client) -> None:
    stub.faults = Faults(fail=1)
    for _ in range(20):
        twilio.messages.create(to=PERSON, from_=NUMBER, body="Hej")
    stub.drain()
    ends = {(m.status, m.error_code) for m in twilio.messages.list()}
    assert ends == {("undelivered", 30003), ("failed", 30008)}


def test_a_repeated_webhook_is_recorded_and_not_carried_out(
    stub: Stub, application: Application
) -> None:
    application.reply("Välkommen")
    stub.faults = Faults(repeat=1)
    delivery = stub.text(PERSON, NUMBER, "JA")
    again = stub.text(PERSON, NUMBER, "JA", sid=delivery.sid)
    webhooks = [line for line in stub.journal if line["kind"] == "webhook"]
    assert [line["attempt"] for line in webhooks] == [1, 2, 1, 2]
    assert {line["sid"] for line in webhooks} == {delivery.sid}
    assert (len(accepted(stub)), again.replies) == (1, ())


def test_a_lost_webhook_only_shows_in_the_list(
    stub: Stub, twilio: Client, application: Application
) -> None:
    stub.faults = Faults(lose_webhook=1)
    delivery = stub.text(PERSON, NUMBER, "AVSLUTA")
    assert (delivery.attempts, application.calls) == (0, [])
    assert [m.sid for m in twilio.messages.list(to=NUMBER)] == [delivery.sid]


def consent(contact: str, status: str, correlation_id: str = "a" * 32) -> dict[str, str]:
    return {
        "contact_id": contact,
        "correlation_id": correlation_id,
        "sender_id": NUMBER,
        "status": status,
        "source": "opt-out-message",
    }


def test_the_consent_api_moves_the_block_and_fails_items_alone(stub: Stub, twilio: Client) -> None:
    consents = twilio.accounts.v1.bulk_consents
    result = consents.create([consent(PERSON, "opt-out"), consent("0701740605", "opt-out", "b")])
    assert [(i["correlation_id"], i["error_code"]) for i in result.items] == [
        ("a" * 32, 0),
        ("b", 30646),
    ]
    assert stub.books()["blocks"] == [{"sender": NUMBER, "contact": PERSON}]
    consents.create([consent(PERSON, "opt-in")])
    assert stub.books()["blocks"] == []
    with pytest.raises(TwilioRestException) as refused:
        consents.create([consent(PERSON, "opt-in")] * 26)
    assert refused.value.status == 400


def test_the_consent_api_has_a_limit_a_minute() -> None:
    with Stub(ACCOUNT, TOKEN, consent_calls_a_minute=1) as stub:
        statuses = [
            requests.post(
                f"{stub.url}/v1/Consents/Bulk",
                data={"Items": json.dumps(consent(PERSON, "opt-out"))},
                auth=(ACCOUNT, TOKEN),
                timeout=PATIENCE,
            ).status_code
            for _ in range(2)
        ]
    assert statuses == [201, 429]


def test_nobody_is_served_after_the_end() -> None:
    with requests.Session() as session:
        with Stub(ACCOUNT, TOKEN) as stub:
            url = f"{stub.url}/control/books"
            assert session.get(url, timeout=PATIENCE).status_code == 200
        with pytest.raises(requests.ConnectionError):
            session.get(url, timeout=PATIENCE)


def test_as_a_process_it_is_steered_over_http_and_keeps_a_journal(
    application: Application, tmp_path: Path
) -> None:
    file = tmp_path / "journal"
    application.reply("Hej")
    command = [sys.executable, "-m", "tests.stub", "--account", ACCOUNT, "--token", TOKEN]
    options = [
        "--webhook",
        f"{application.url}/sms",
        "--journal",
        str(file),
        "--faults",
        '{"fail": 1}',
    ]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1] + "/control"
        said = {"from": PERSON, "to": NUMBER, "body": "JA", "sid": "SM" + "7" * 32}
        texted = requests.post(f"{url}/inbound", json=said, timeout=PATIENCE).json()
        nonsense = requests.post(f"{url}/faults", json={"nonsense": 1}, timeout=PATIENCE)
        assert requests.post(f"{url}/drain", timeout=PATIENCE).json() == {"pending": 0}
        books = requests.get(f"{url}/books", timeout=PATIENCE).json()
        process.terminate()
    assert texted == {"sid": said["sid"], "status": 200, "attempts": 1, "replies": ["Hej"]}
    assert [len(books[part]) for part in ("messages", "inbound", "blocks")] == [1, 1, 0]
    assert (process.returncode, nonsense.status_code) == (0, 400)
    kinds = [json.loads(line)["kind"] for line in file.read_text().splitlines()]
    assert sorted(kinds) == ["fault", "message", "webhook"]
