"""A text that nobody waits for comes in hours that law, house and courtesy allow where they are."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.gate_hours import Hours, permitted
from responder.core.gate_house import House
from responder.core.hours_by_country import RECOMMENDED_SLOTS
from responder.core.reminder_hours import remind_until

SWEDE, AMERICAN, FRENCH, ITALIAN = "+46701740605", "+12025550123", "+33639980005", "+393123456789"
STOCKHOLM, NEW_YORK = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York")
PARIS, ROME = ZoneInfo("Europe/Paris"), ZoneInfo("Europe/Rome")
AUSTRALIAN = "+61491570156"
"""Anywhere from the Cocos Islands to Lord Howe Island, four and a half hours apart in summer."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FRIDAY, SATURDAY = date(2026, 11, 20), date(2026, 11, 21)
ANY_HOUSE = House()


def local(zone: ZoneInfo, day: date, hour: int, minute: int = 0) -> datetime:
    """An instant in UTC, by what clocks on the wall show there."""
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def may_remind(address: str, at: datetime, house: House = ANY_HOUSE) -> bool:
    return remind_until(address, house, at) is not None


@pytest.mark.parametrize(
    ("hour", "minute", "may"),
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
        date(2028, 2, 29),
    ],
)
def test_reminders_come_from_nine_to_twenty_on_the_persons_clock(
    day: date, hour: int, minute: int, may: bool
) -> None:
    for address, zone in ((SWEDE, STOCKHOLM), (AMERICAN, NEW_YORK)):
        assert may_remind(address, local(zone, day, hour, minute)) is may


def test_the_same_hour_of_utc_is_day_in_summer_and_not_in_winter() -> None:
    assert may_remind(SWEDE, datetime(2026, 6, 16, 7, tzinfo=UTC))
    assert not may_remind(SWEDE, datetime(2026, 12, 16, 7, tzinfo=UTC))


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 5, 31)])
def test_nobody_is_reminded_on_a_sunday(sunday: date) -> None:
    assert not any(may_remind(SWEDE, local(STOCKHOLM, sunday, hour)) for hour in range(24))
    monday = sunday + timedelta(days=1)
    assert may_remind(SWEDE, local(STOCKHOLM, monday, 9))


def test_sunday_is_the_persons_sunday() -> None:
    saturday_evening = local(NEW_YORK, SATURDAY, 19, 30)
    assert saturday_evening.date() == date(2026, 11, 22)
    assert may_remind(AMERICAN, saturday_evening)


@pytest.mark.parametrize(
    "holiday",
    [
        date(2026, 5, 8),
        date(2026, 7, 14),
        date(2026, 11, 11),
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 3, 29),  # Easter Monday
    ],
)
def test_nobody_is_reminded_on_a_public_holiday_of_france(holiday: date) -> None:
    assert not any(may_remind(FRENCH, local(PARIS, holiday, hour)) for hour in range(24))
    assert may_remind(SWEDE, local(STOCKHOLM, holiday, 12))


def test_where_the_law_is_narrower_than_courtesy_it_holds() -> None:
    assert not may_remind(ITALIAN, local(ROME, SATURDAY, 9, 59))
    assert may_remind(ITALIAN, local(ROME, SATURDAY, 10))
    assert not may_remind(ITALIAN, local(ROME, SATURDAY, 19))


@pytest.mark.parametrize(
    ("house", "hour", "may"),
    [
        (House(hours=permitted((Hours(time(12), time(15)),), "test")), 11, False),
        (House(hours=permitted((Hours(time(12), time(15)),), "test")), 12, True),
        (House(hours=permitted((Hours(time(6), time(23)),), "test")), 8, False),
        (House(slots=RECOMMENDED_SLOTS), 12, True),
        (House(slots=RECOMMENDED_SLOTS), 15, False),
    ],
)
def test_the_house_can_only_tighten(house: House, hour: int, may: bool) -> None:
    assert may_remind(SWEDE, local(STOCKHOLM, FRIDAY, hour), house) is may


def test_where_a_number_may_be_in_several_zones_all_of_them_must_allow_it() -> None:
    lord_howe, cocos = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Indian/Cocos")
    first, last = local(cocos, FRIDAY, 9), local(lord_howe, FRIDAY, 20) - MINUTE
    assert [may_remind(AUSTRALIAN, at) for at in (first - MINUTE, first)] == [False, True]
    assert [may_remind(AUSTRALIAN, at) for at in (last, last + MINUTE)] == [True, False]


@pytest.mark.parametrize("address", ["71700", "NORDEA", ""])
def test_who_may_be_anywhere_is_never_reminded(address: str) -> None:
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert not any(may_remind(address, noon + hour * HOUR) for hour in range(24))


@pytest.mark.parametrize("address", [SWEDE, f"whatsapp:{SWEDE}"])
def test_a_channel_address_lives_where_its_number_does(address: str) -> None:
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert may_remind(address, now)
    assert not may_remind(address, now - MINUTE)


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
def test_the_hours_end_at_twenty_whatever_the_clocks_did(day: date, ends: datetime) -> None:
    assert remind_until(SWEDE, ANY_HOUSE, local(STOCKHOLM, day, 9)) == ends


def test_the_hours_of_several_zones_end_in_the_first_of_them() -> None:
    ends = local(ZoneInfo("Australia/Lord_Howe"), FRIDAY, 20)
    assert remind_until(AUSTRALIAN, ANY_HOUSE, ends - 5 * HOUR) == ends


@given(st.sampled_from([SWEDE, AMERICAN, AUSTRALIAN]), st.integers(0, 3 * 365 * 24 * 60))
def test_what_may_be_sent_now_may_be_sent_until_the_last_minute(address: str, minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
    if ends := remind_until(address, ANY_HOUSE, now):
        assert now < ends <= now + 11 * HOUR
        assert may_remind(address, ends - MINUTE)
        assert not may_remind(address, ends)
