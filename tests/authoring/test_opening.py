"""A marketer's days are whole days where the number is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.authoring.opening import opening, zone_of
from responder.authoring.schema import ActiveTable
from tests.authoring.house import faults

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
COUNTRIES = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))


def opened(country: str = "SE", **days: object) -> tuple[datetime | None, datetime | None]:
    return opening(ActiveTable.model_validate(days), country)


def test_the_first_and_the_last_day_count_from_midnight_to_midnight() -> None:
    opens, closes = opened(**{"from": date(2026, 6, 1), "until": date(2026, 8, 31)})
    assert opens == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert closes == datetime(2026, 8, 31, 22, tzinfo=UTC)


def test_a_day_on_which_the_clocks_change_is_whole() -> None:
    opens, closes = opened(**{"from": date(2026, 3, 29), "until": date(2026, 3, 29)})
    assert opens
    assert closes
    assert closes - opens == timedelta(hours=23)


def test_a_time_without_offset_is_local_and_one_with_offset_is_itself() -> None:
    opens, closes = opened(
        **{"from": datetime(2026, 6, 1, 8), "until": datetime.fromisoformat("2026-06-01T20:00Z")}  # noqa: DTZ001
    )
    assert (opens, closes) == (
        datetime(2026, 6, 1, 6, tzinfo=UTC),
        datetime(2026, 6, 1, 20, tzinfo=UTC),
    )


def test_a_programme_without_dates_is_always_open() -> None:
    assert opened() == (None, None)


@pytest.mark.parametrize(
    ("country", "zone"),
    [("SE", "Europe/Stockholm"), ("NO", "Europe/Oslo"), ("US", "America/New_York"), ("", "UTC")],
)
def test_a_country_has_its_most_populous_zone(country: str, zone: str) -> None:
    assert zone_of(country).key == zone


@given(DAYS, DAYS, COUNTRIES)
def test_a_day_inside_is_inside_in_every_country(first: date, last: date, country: str) -> None:
    first, last = min(first, last), max(first, last)
    opens, closes = opened(country, **{"from": first, "until": last})
    assert opens
    assert closes
    noon = datetime(last.year, last.month, last.day, 12, tzinfo=zone_of(country))
    assert opens <= noon < closes
    assert opens.astimezone(zone_of(country)).date() == first


@pytest.mark.parametrize(
    ("from_", "until"),
    [
        ("2026-06-02", "2026-06-01"),
        ("2026-06-01T10:00:00", "2026-06-01T10:00:00"),
        ("2026-06-01T10:00:00", "2026-06-01T10:00:00+09:00"),
        ("2026-06-02", "2026-06-01T21:00:00Z"),
    ],
)
def test_what_ends_before_it_begins_is_refused(tmp_path: Path, from_: str, until: str) -> None:
    (found,) = faults(tmp_path, f"active = {{ from = {from_}, until = {until} }}")
    assert "active: It ends before it begins. Exchange from and until" in found


def test_order_is_judged_in_the_time_of_the_number_s_country(tmp_path: Path) -> None:
    more = "active = { from = 2026-06-02, until = 2026-06-01T23:00:00Z }"
    assert faults(tmp_path, more) == []


@pytest.mark.parametrize("key", ["from", "until"])
@pytest.mark.parametrize("value", ['"2026-06-01"', "2026", "12:00:00", "true", "[]", "{}"])
def test_a_date_is_a_date_without_quotation_marks(tmp_path: Path, key: str, value: str) -> None:
    (found,) = faults(tmp_path, f"active = {{ {key} = {value} }}")
    assert f"active.{key}: This must be a date without quotation marks" in found


@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+05:00", "0206-06-01"])  # fmt: skip
def test_a_year_that_cannot_be_meant_is_refused(tmp_path: Path, value: str) -> None:
    (found,) = faults(tmp_path, f"active = {{ from = {value} }}")
    assert "cannot be meant" in found
