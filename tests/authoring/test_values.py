"""Spans of time, columns, numbers: what one value may be."""

from datetime import timedelta
from pathlib import Path

import pytest

from responder.authoring.schema import AskTable
from tests.authoring.house import faults, house_faults

ASK = '[[ask]]\nname = "email"\nkind = "email"\nquestion = "E-post?"\n'


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("5 minutes", timedelta(minutes=5)),
        ("1 hour", timedelta(hours=1)),
        ("48hours", timedelta(hours=48)),
        (" 2 Days ", timedelta(days=2)),
        ("30 days", timedelta(days=30)),
    ],
)
def test_a_span_is_written_in_minutes_hours_or_days(written: str, span: timedelta) -> None:
    fields = {"name": "a", "kind": "text", "question": "?", "within": written}
    assert AskTable.model_validate(fields).within == span


@pytest.mark.parametrize("value", ['"48 timmar"', '"two days"', '"48"', '"-1 hours"', '""', "48", "12:00:00", "[]", '"1.5 hours"', '"٤ hours"', f'"{"9" * 5000} days"'])  # fmt: skip
def test_what_is_no_span_is_told_how_one_is_written(tmp_path: Path, value: str) -> None:
    (found,) = faults(tmp_path, f"{ASK}within = {value}")
    assert "ask[0].within: " in found
    assert 'is no span of time. Write it as "30 minutes", "48 hours" or "2 days".' in found


@pytest.mark.parametrize("value", ["0 hours", "4 minutes", "31 days", "999999 days"])
def test_a_question_waits_five_minutes_to_thirty_days(tmp_path: Path, value: str) -> None:
    (found,) = faults(tmp_path, f'{ASK}within = "{value}"')
    assert "ask[0].within: This must be 5 minutes to 30 days" in found


@pytest.mark.parametrize("value", ["59 minutes", "721 hours"])
def test_a_request_waits_one_hour_to_thirty_days(tmp_path: Path, value: str) -> None:
    (found,) = faults(tmp_path, f'opt_in = "double"\nconfirm_within = "{value}"')
    assert "confirm_within: This must be 1 hour to 30 days" in found


@pytest.mark.parametrize("name", ["", "E-post", "email ", "1st", "_x", "é", "a" * 33, "a\\n"])
def test_a_column_has_a_name_that_every_table_takes(tmp_path: Path, name: str) -> None:
    (found,) = faults(tmp_path, ASK.replace('name = "email"', f'name = "{name}"'))
    assert "ask[0].name: " in found
    assert "cannot name a column. Use a to z, 0 to 9 and _" in found


@pytest.mark.parametrize("name", ["a", "shoe_size_2", "a" * 32])
def test_a_plain_name_is_a_column(tmp_path: Path, name: str) -> None:
    assert faults(tmp_path, ASK.replace('name = "email"', f'name = "{name}"')) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("person_per_hour = 0", "person_per_hour: This must be at least 1, but it is 0"),
        ("person_per_hour = 101", "person_per_hour: This must be at most 100, but it is 101"),
        ('person_per_hour = "6"', 'person_per_hour: This must be a whole number, but it is "6"'),
        ("person_per_hour = 6.0", "person_per_hour: This must be a whole number, but it is 6.0"),
        ("house_per_hour = 0", "house_per_hour: This must be at least 1, but it is 0"),
        ("house_per_hour = true", "house_per_hour: This must be a whole number, but it is true"),
        ("per_hour = 6", "per_hour: There is no such key. "),
    ],
)
def test_a_bound_on_replies_is_told_in_plain_words(tmp_path: Path, line: str, fault: str) -> None:
    (found,) = house_faults(tmp_path, f"[replies]\n{line}\n[brand]", "[brand]")
    assert f"replies.{fault}" in found


@pytest.mark.parametrize(
    "hours",
    ['"9 till 5"', '"9-17"', '"19:00-09:00"', '"09:00-09:00"', '"09:00-24:00"', '""', "09:00:00"],
)
def test_what_are_no_hours_of_a_house_is_told_in_plain_words(tmp_path: Path, hours: str) -> None:
    (found,) = house_faults(tmp_path, f"[sending]\nhours = {hours}\n[brand]", "[brand]")
    assert 'are no hours. Write them as "09:00-19:00"' in found


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('replies = "xml"', 'replies: This must be "inline" or "rest", but it is "xml"'),
        ("segments_per_second = 0", "segments_per_second: This must be more than 0"),
        ("segments_per_second = 1001", "segments_per_second: This must be at most 1000"),
        ("segments_per_second = nan", "segments_per_second: This must be a number, but it is nan"),
        ("segments_per_second = inf", "segments_per_second: This must be a number, but it is inf"),
        ('segments_per_second = "3"', 'segments_per_second: This must be a number, but it is "3"'),
        (f"segments_per_second = 1{'0' * 400}", "segments_per_second: This must be "),
        ('consent_api = "yes"', 'consent_api: This must be true or false, but it is "yes"'),
    ],
)
def test_what_a_number_cannot_do_is_told_in_plain_words(
    tmp_path: Path, line: str, fault: str
) -> None:
    (found,) = house_faults(tmp_path, f"{line}\nunknown =", "unknown =")
    assert f"numbers[1].{fault}" in found
