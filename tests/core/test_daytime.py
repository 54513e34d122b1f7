"""A text that nobody waits for comes in daytime, where the person is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.daytime import end_of_day, is_daytime

SWEDE, AMERICAN = "+46701740605", "+12025550123"
STOCKHOLM, NEW_YORK = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York")
AUSTRALIAN = "+61491570156"
"""Anywhere from the Cocos Islands to Lord Howe Island, four and a half hours apart in summer."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FRIDAY = date(2026, 11, 20)


def local(zone: ZoneInfo, day: date, hour: int, minute: int = 0) -> datetime:
    """An instant in UTC, by what clocks on the wall show there."""
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("hour", "minute", "is_day"),
    [(8, 59, False), (9, 0, True), (19, 59, True), (20, 0, False), (0, 0, False), (3, 0, False)],
)
@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 15),
        date(2026, 3, 28),  # the clocks go forward in the night that follows
        date(2026, 3, 30),
        date(2026, 10, 24),  # and back in this one
        date(2026, 10, 26),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2028, 2, 29),
    ],
)
def test_day_is_from_nine_to_twenty_on_the_persons_clock(
    day: date, hour: int, minute: int, is_day: bool
) -> None:
    for address, zone in ((SWEDE, STOCKHOLM), (AMERICAN, NEW_YORK)):
        assert is_daytime(address, local(zone, day, hour, minute)) is is_day


def test_the_same_hour_of_utc_is_day_in_summer_and_not_in_winter() -> None:
    assert is_daytime(SWEDE, datetime(2026, 6, 16, 7, tzinfo=UTC))
    assert not is_daytime(SWEDE, datetime(2026, 12, 16, 7, tzinfo=UTC))


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 5, 31)])
def test_sunday_is_no_day_for_it(sunday: date) -> None:
    assert not any(is_daytime(SWEDE, local(STOCKHOLM, sunday, hour)) for hour in range(24))
    monday = sunday + timedelta(days=1)
    assert is_daytime(SWEDE, local(STOCKHOLM, monday, 9))


def test_sunday_is_the_persons_sunday() -> None:
    saturday_evening = local(NEW_YORK, date(2026, 11, 21), 19, 30)
    assert saturday_evening.date() == date(2026, 11, 22)
    assert is_daytime(AMERICAN, saturday_evening)


def test_where_a_number_may_be_in_several_zones_it_is_day_in_all_of_them() -> None:
    lord_howe, cocos = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Indian/Cocos")
    first, last = local(cocos, FRIDAY, 9), local(lord_howe, FRIDAY, 20) - MINUTE
    assert [is_daytime(AUSTRALIAN, at) for at in (first - MINUTE, first)] == [False, True]
    assert [is_daytime(AUSTRALIAN, at) for at in (last, last + MINUTE)] == [True, False]


@pytest.mark.parametrize("address", ["71700", "NORDEA", ""])
@pytest.mark.parametrize(("hour", "day"), [(8, False), (9, True), (17, True), (18, False)])
def test_where_the_zone_is_unknown_it_must_be_day_all_over_europe(
    address: str, hour: int, day: bool
) -> None:
    assert is_daytime(address, datetime(2026, 11, 20, hour, tzinfo=UTC)) is day


@pytest.mark.parametrize("address", [SWEDE, f"whatsapp:{SWEDE}"])
def test_a_channel_address_lives_where_its_number_does(address: str) -> None:
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert is_daytime(address, now)
    assert not is_daytime(address, now - MINUTE)


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 3, 28), datetime(2026, 3, 28, 19, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 30, 18, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 18, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 26, 19, tzinfo=UTC)),
        (date(2026, 11, 30), datetime(2026, 11, 30, 19, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 19, tzinfo=UTC)),
    ],
)
def test_the_day_ends_at_twenty_whatever_the_clocks_did(day: date, ends: datetime) -> None:
    assert end_of_day(SWEDE, local(STOCKHOLM, day, 9)) == ends


def test_the_day_of_several_zones_ends_in_the_first_of_them() -> None:
    ends = local(ZoneInfo("Australia/Lord_Howe"), FRIDAY, 20)
    assert end_of_day(AUSTRALIAN, ends - 5 * HOUR) == ends


@given(st.sampled_from([SWEDE, AMERICAN, AUSTRALIAN]), st.integers(0, 3 * 365 * 24 * 60))
def test_what_is_sent_in_daytime_has_until_the_last_minute_of_it(
    address: str, minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
    if is_daytime(address, now):
        ends = end_of_day(address, now)
        assert now < ends <= now + 11 * HOUR
        assert is_daytime(address, ends - MINUTE)
        assert not is_daytime(address, ends)
