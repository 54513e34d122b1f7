"""Receipts move an outbox row forward only, in whatever order they come."""

import re

import pytest
from sqlalchemy import select

from responder.store import tables as t
from responder.store.database import Database
from tests.books import folded, projected
from tests.conftest import Clock
from tests.factories import ACCOUNT, NUMBER, PERSON, Texter


@pytest.fixture
def callback(texter: Texter) -> str:
    """The path that a confirmation asks its receipts to be sent to."""
    body = texter("JA").body.decode()
    return re.findall(r'statusCallback="https://sms.example([^"]+)"', body)[0]


def receipt(status: str, **more: str) -> dict[str, str]:
    form = {"MessageSid": "SM" + "d" * 32, "AccountSid": ACCOUNT, "MessageStatus": status}
    return form | more


def state(database: Database) -> str:
    with database.read() as connection:
        return str(connection.execute(select(t.outbox.c.state)).scalar_one())


@pytest.mark.parametrize(
    ("statuses", "ends"),
    [
        (["queued", "sent", "delivered"], "delivered"),
        (["delivered", "sent", "queued"], "delivered"),
        (["sent", "undelivered", "sending"], "undelivered"),
        (["delivered", "delivered"], "delivered"),
        (["nonsense", "sent"], "sent"),
    ],
)
def test_a_row_only_moves_forward(
    texter: Texter, database: Database, callback: str, statuses: list[str], ends: str, count
) -> None:
    for status in statuses:
        assert texter.post(callback, receipt(status)).status == 204
    assert state(database) == ends
    assert count("receipts") == len(statuses)


def test_a_forged_receipt_is_refused(texter: Texter, database: Database, callback: str) -> None:
    forged = texter.raw(callback, receipt("failed"), {"X-Twilio-Signature": "x"})
    assert (forged.status, state(database)) == (403, "inline")


def test_a_receipt_for_what_we_do_not_know_is_kept(texter: Texter, count) -> None:
    assert texter.post("/webhooks/twilio/status?outbox=zz", receipt("sent")).status == 204
    assert count("receipts") == 1


def test_a_receipt_without_a_status_is_a_400(texter: Texter, callback: str) -> None:
    assert texter.post(callback, receipt("")).status == 400


def test_an_error_code_is_kept(texter: Texter, database: Database, callback: str) -> None:
    texter.post(callback, receipt("undelivered", ErrorCode="30007"))
    with database.read() as connection:
        assert connection.execute(select(t.outbox.c.error_code)).scalar_one() == "30007"


def test_a_failure_that_may_pass_later_is_due_again(
    texter: Texter, database: Database, callback: str
) -> None:
    texter.post(callback, receipt("undelivered", ErrorCode="30003"))
    texter.post(callback, receipt("sent"))  # older news of the same attempt
    assert state(database) == "due"


def test_a_repeat_after_a_receipt_is_silent_because_the_provider_has_it(texter: Texter) -> None:
    first = texter("JA", sid="SM" + "a" * 32)
    assert texter("JA", sid="SM" + "a" * 32) == first
    path = re.findall(r'statusCallback="https://sms.example([^"]+)"', first.body.decode())[0]
    texter.post(path, receipt("sent"))
    assert texter("JA", sid="SM" + "a" * 32).replies == []


def test_a_receipt_that_says_blocked_ends_what_is_older(
    texter: Texter, database: Database, callback: str, clock: Clock, count
) -> None:
    clock.forward(minutes=1)
    texter.post(callback, receipt("failed", ErrorCode="21610"))
    with database.read() as connection:
        standing = folded(connection)[PERSON]
        assert folded(connection) == projected(connection)
    assert (standing.active, standing.blocks) == ((), frozenset({NUMBER}))
    assert count("provider_drifts") == 1


def test_a_receipt_that_says_dead_marks_the_number_until_it_writes_again(
    texter: Texter, database: Database, callback: str
) -> None:
    texter.post(callback, receipt("undelivered", ErrorCode="30006"))
    assert unreachable(database) == "30006"
    texter("HJÄLP")
    assert unreachable(database) is None


def unreachable(database: Database) -> str | None:
    with database.read() as connection:
        return connection.execute(select(t.contacts.c.unreachable_code)).scalar_one()
