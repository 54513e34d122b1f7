"""The front door: what is authentic and well formed is received, and nothing else."""

import shutil
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Connection, event, text

from responder.app import create_app
from responder.errors import DatabaseAway
from responder.settings import Settings
from responder.store.database import Database
from tests.conftest import Clock
from tests.factories import ACCOUNT, NUMBER, PERSON, Delivered, Texter
from tests.postgres import Postgres

MESSAGES = "/webhooks/twilio/messages"
EMPTY = Delivered(200, b'<?xml version="1.0" encoding="UTF-8"?><Response/>')


def form(**changes: str) -> dict[str, str]:
    fields = {"MessageSid": "SM" + "a" * 32, "AccountSid": ACCOUNT, "From": PERSON, "To": NUMBER}
    return {k: v for k, v in (fields | {"Body": "JA"} | changes).items() if v != "absent"}


def test_a_keyword_joins_and_is_confirmed_with_every_mandated_part(texter: Texter) -> None:
    (reply,) = texter("JA").replies
    for part in ("Nordbageriet", "erbjudanden och nyheter", "högst 2 sms", "STOPP", "HJÄLP"):
        assert part in reply


def test_a_repeated_delivery_gets_the_same_bytes_and_has_no_second_effect(
    texter: Texter, count
) -> None:
    first = texter("JA", sid="SM" + "b" * 32)
    again = texter("JA", sid="SM" + "b" * 32)
    assert first == again
    assert (count("messages"), count("ledger_events"), count("outbox")) == (1, 1, 1)


def test_the_answer_is_xml_and_names_the_receipt_callback(texter: Texter) -> None:
    body = texter("JA").body.decode()
    assert body.startswith('<?xml version="1.0" encoding="UTF-8"?><Response><Message ')
    assert 'statusCallback="https://sms.example/webhooks/twilio/status?outbox=' in body


def test_a_forged_request_is_refused_and_leaves_no_trace(texter: Texter, count) -> None:
    forged = texter.raw(MESSAGES, form(), {"X-Twilio-Signature": "Zm9yZ2Vk"})
    assert (forged.status, forged.body) == (403, b"")
    assert count("messages") == 0


@pytest.mark.parametrize("header", ["", "å", "=" * 300, "\u00ff\u00fe", "None"])
def test_a_malformed_signature_is_a_403_and_never_a_500(texter: Texter, header: str) -> None:
    assert texter.raw(MESSAGES, form(), {"X-Twilio-Signature": header}).status == 403


def test_a_missing_signature_is_a_403(texter: Texter) -> None:
    assert texter.raw(MESSAGES, form(), {}).status == 403


@pytest.mark.parametrize("body", [b"", b"\xff\xfe%zz=%ff", b"{}", b"a" * 1000, b"&&&==="])
def test_a_malformed_body_is_a_403_and_never_a_500(texter: Texter, body: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "x"}
    assert texter.raw(MESSAGES, body, kind).status == 403


def test_another_account_is_refused(texter: Texter, count) -> None:
    assert texter.post(MESSAGES, form(AccountSid="AC" + "1" * 32)).status == 403
    assert count("messages") == 0


@pytest.mark.parametrize("field", ["MessageSid", "AccountSid", "From", "To"])
@pytest.mark.parametrize("value", ["absent", ""])
def test_an_authentic_request_without_a_needed_field_is_a_400(
    texter: Texter, field: str, value: str
) -> None:
    assert texter.post(MESSAGES, form(**{field: value})).status == 400


@pytest.mark.parametrize("sid", ["SM123", "XX" + "a" * 32, "SM" + "g" * 32, "SM" + "a" * 32 + "\n"])
def test_a_message_id_of_another_shape_is_a_400(texter: Texter, sid: str) -> None:
    assert texter.post(MESSAGES, form(MessageSid=sid)).status == 400


def test_a_body_over_64_kilobytes_is_refused(texter: Texter) -> None:
    assert texter.post(MESSAGES, form(Body="x" * 70_000)).status == 413


def test_unknown_parameters_are_welcome(texter: Texter) -> None:
    assert texter("JA", BrandNewField="1", FromZip="").status == 200


def test_both_tokens_are_good_while_one_replaces_the_other(
    settings: Settings, database: Database, clock: Clock
) -> None:
    both = replace(settings, auth_tokens=("old" * 10, "new" * 10))
    texter = Texter(create_app(both, database, clock).test_client(), both.public_url)
    for token in both.auth_tokens:
        assert texter.post(MESSAGES, form(), token).status == 200
    assert texter.post(MESSAGES, form(), "gone" * 8).status == 403


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"Body": ""}, ("unknown", "no_words")),
        (
            {"Body": "", "NumMedia": "1", "MediaUrl0": "https://m.example/1"},
            ("unknown", "no_words"),
        ),
        ({"Body": "vad kostar en bulle"}, ("unknown", "no_match")),
        ({"To": "+46701740600"}, ("unknown", "no_such_number")),
        ({"From": "71456"}, ("refused", "sender_is_no_person")),
        ({"From": "NORDEA"}, ("refused", "sender_is_no_person")),
        ({"From": "+15005550006"}, ("refused", "country_not_served")),
        ({"From": "rcs:+46701740605"}, ("opted_in", "keyword")),
        ({"From": f"whatsapp:{PERSON}", "To": f"whatsapp:{NUMBER}"}, ("unknown", "no_such_number")),
        ({"Body": "\x00\x0b<&>"}, ("unknown", "no_words")),
    ],
)
def test_every_authentic_message_is_stored_with_an_outcome(texter, database, more, outcome) -> None:
    assert texter.post(MESSAGES, form(**more)).status == 200
    with database.read() as connection:
        row = connection.execute(text("SELECT outcome, reason FROM decisions")).one()
    assert tuple(row) == outcome


def test_what_a_locked_database_cannot_take_is_kept_and_received_later(
    app: Flask, texter: Texter, settings: Settings, database: Database, count
) -> None:
    if not database.is_sqlite:
        pytest.skip("SQLite's one write lock")
    with Database(settings.database_url).write():
        database.engine.dispose()
        assert texter("JA", sid="SM" + "c" * 32) == EMPTY
    assert app.extensions["refuge"].replay() == 1
    assert texter("JA", sid="SM" + "c" * 32) == EMPTY
    assert count("ledger_events") == 1


def test_what_comes_while_the_database_is_away_is_answered_by_the_worker(
    app: Flask, texter: Texter, database: Database, postgres: Postgres, count
) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's connections")
    texter("hej")
    with postgres.away(str(database.url.database)):
        assert texter("JA") == EMPTY
        assert texter("JA", sender="+46701740606") == EMPTY
        with pytest.raises(DatabaseAway):
            app.extensions["refuge"].replay()
    assert app.extensions["refuge"].replay() == 2
    with database.read() as connection:
        due = "SELECT count(*) FROM outbox WHERE state = 'due'"
        assert connection.execute(text(due)).scalar_one() == 2
    assert count("ledger_events") == 2


def test_where_neither_database_nor_spool_takes_a_message_the_provider_tries_again(
    texter: Texter, settings: Settings, database: Database, postgres: Postgres
) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's connections")
    shutil.rmtree(settings.spool)
    with postgres.away(str(database.url.database)):
        assert texter("JA").status == 503


def test_a_repeat_of_what_was_held_back_stays_silent_after_start(texter: Texter) -> None:
    texter("STOP")
    held = texter("JA", sid="SM" + "e" * 32)
    assert held.replies == []
    assert len(texter("START").replies) == 1
    assert texter("JA", sid="SM" + "e" * 32) == held


def test_a_wish_in_other_words_is_answered_with_the_keyword_and_joins_nobody(
    texter: Texter, count
) -> None:
    (reply,) = texter("JAZZZ").replies
    assert "JAZZ" in reply
    assert count("ledger_events") == 0


def test_what_waits_too_long_for_a_locked_contact_is_kept(
    app: Flask, texter: Texter, settings: Settings, database: Database, count
) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's row locks")
    texter("hej")
    event.listen(database.engine, "begin", _impatient)
    elsewhere = Database(settings.database_url)
    with elsewhere.write() as other:
        other.execute(text("SELECT id FROM contacts FOR UPDATE"))
        assert texter("JA") == EMPTY
    elsewhere.dispose()
    event.remove(database.engine, "begin", _impatient)
    assert app.extensions["refuge"].replay() == 1
    assert count("ledger_events") == 1


def _impatient(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
