"""Permitted hours at their boundary minutes, by country and state, and when clocks change."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.geodata import GEOCODE_DATA

from responder.core.addresses import parse_address
from responder.core.gate_hours import (
    CLOSED,
    Hours,
    Permitted,
    hours,
    next_permitted,
    permitted,
    public_holidays,
)
from responder.core.gate_places import place_of
from responder.core.hours_by_country import BY_COUNTRY, STRICTEST, UNITED_STATES, hours_in
from responder.core.hours_by_state import STRICTER, hours_in_state, state_of, zones_of

PARIS = ZoneInfo("Europe/Paris")
FRENCH = "+33639980005"
RULES = {**BY_COUNTRY, **{f"US-{state}": rule for state, rule in STRICTER.items()}}


def opens(address: str, local: str, zone: str) -> str:
    """When a promotion may go to a number that is wanted at a local time; both in `zone`."""
    place = place_of(parse_address(address))
    assert place
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for _ in range(20):
        at = max(found for one in place.zones if (found := next_permitted(place.rule, one, at)))
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("2026-11-21 07:59", "2026-11-21 08:00"),
        ("2026-11-20 19:59", "2026-11-20 19:59"),
        ("2026-11-20 20:00", "2026-11-21 08:00"),
        ("2026-11-21 20:00", "2026-11-23 08:00"),  # Saturday evening
        ("2026-11-22 12:00", "2026-11-23 08:00"),  # Sunday
        ("2026-05-08 12:00", "2026-05-09 08:00"),  # Victory Day, a Friday
        ("2026-05-14 12:00", "2026-05-15 08:00"),  # Ascension
        ("2026-11-11 12:00", "2026-11-12 08:00"),
        ("2026-04-03 12:00", "2026-04-04 08:00"),  # Good Friday in Alsace-Moselle
        ("2026-12-24 20:00", "2026-12-28 08:00"),  # 26 December, a Saturday, likewise
        ("2026-10-24 20:00", "2026-10-26 08:00"),  # the clocks go back on the 25th
        ("2026-03-28 20:00", "2026-03-30 08:00"),  # and forward on the 29th
    ],
)
def test_france_is_written_to_from_8_to_20_on_working_days_of_all_its_parts(
    wanted: str, goes: str
) -> None:
    assert opens(FRENCH, wanted, "Europe/Paris") == goes


@pytest.mark.parametrize(
    ("address", "zone", "wanted", "goes"),
    [
        ("+46701740605", "Europe/Stockholm", "2026-11-22 07:59", "2026-11-22 08:00"),
        ("+46701740605", "Europe/Stockholm", "2026-11-22 20:00", "2026-11-23 08:00"),
        ("+447700900123", "Europe/London", "2026-06-21 19:59", "2026-06-21 19:59"),
        ("+14185550123", "America/Toronto", "2026-06-24 20:00", "2026-06-25 08:00"),  # Quebec
        ("+12125550123", "America/New_York", "2026-07-04 20:59", "2026-07-04 20:59"),
        ("+12125550123", "America/New_York", "2026-07-04 21:00", "2026-07-05 08:00"),
        ("+13055550123", "America/New_York", "2026-06-21 08:30", "2026-06-21 09:00"),  # 8 CT
        ("+13055550123", "America/New_York", "2026-06-21 20:00", "2026-06-22 09:00"),
        ("+12035550123", "America/New_York", "2026-06-21 08:00", "2026-06-21 09:00"),
        ("+12145550123", "America/Chicago", "2026-06-22 09:59", "2026-06-22 10:00"),  # 9 MT
        ("+12145550123", "America/Chicago", "2026-06-21 12:00", "2026-06-21 13:00"),  # Sunday
        ("+12145550123", "America/Chicago", "2026-06-22 21:00", "2026-06-23 10:00"),
        ("+14015550123", "America/New_York", "2026-06-22 18:00", "2026-06-23 09:00"),
        ("+14015550123", "America/New_York", "2026-06-20 17:00", "2026-06-21 10:00"),
        ("+14015550123", "America/New_York", "2026-07-03 12:00", "2026-07-05 10:00"),
        ("+15045550123", "America/Chicago", "2026-06-20 20:00", "2026-06-22 08:00"),
        ("+18085550123", "Pacific/Honolulu", "2026-06-21 07:59", "2026-06-21 08:00"),
        ("+61491570006", "Australia/Sydney", "2026-06-22 09:00", "2026-06-22 12:30"),  # Cocos
    ],
)
def test_other_places_have_their_own_hours(address: str, zone: str, wanted: str, goes: str) -> None:
    assert opens(address, wanted, zone) == goes


def test_italy_is_left_in_peace_on_sundays_and_holidays() -> None:
    saturday_evening = datetime(2026, 8, 14, 20, tzinfo=ZoneInfo("Europe/Rome"))
    opening = next_permitted(hours_in("IT"), ZoneInfo("Europe/Rome"), saturday_evening)
    assert opening == datetime(2026, 8, 17, 9, tzinfo=ZoneInfo("Europe/Rome"))  # 15, 16: closed


@pytest.mark.parametrize("country", BY_COUNTRY)
def test_a_country_without_a_rule_of_its_own_has_the_strictest_hours(country: str) -> None:
    for strict, day in zip(STRICTEST.week, hours_in(country).week, strict=True):
        for hour in strict:
            assert any(one.opens <= hour.opens and hour.closes <= one.closes for one in day)
    assert hours_in("XX").week == STRICTEST.week


@pytest.mark.parametrize("state", STRICTER)
def test_no_state_permits_more_than_the_federal_hours(state: str) -> None:
    federal = UNITED_STATES.week[0][0]
    week = hours_in_state(state).week
    assert all(federal.opens <= h.opens and h.closes <= federal.closes for d in week for h in d)


def test_area_codes_lie_where_libphonenumber_places_their_towns() -> None:
    towns: dict[str, Counter[str]] = {}
    for prefix, names in GEOCODE_DATA.items():
        if prefix[0] == "1" and len(prefix) > 4 and ", " in names.get("en", ""):
            towns.setdefault(prefix[1:4], Counter())[names["en"].rpartition(", ")[2]] += 1
    listed = {code: state_of(f"+1{code}5550123") for code in towns}
    assert len(towns) > 250
    assert {c: s for c, s in listed.items() if s and towns[c].most_common(1)[0][0] != s} == {}


def test_a_number_without_a_place_has_no_hours() -> None:
    assert place_of(parse_address("+18005550199")) is None
    assert place_of(parse_address("messenger:17")) is None
    assert zones_of("TX") == (ZoneInfo("America/Chicago"), ZoneInfo("America/Denver"))


@pytest.mark.parametrize("place", RULES)
def test_every_calendar_that_a_rule_names_exists(place: str) -> None:
    rule = RULES[place]
    assert all(len(public_holidays(*calendar, 2026)) > 5 for calendar in rule.closed_on)
    assert rule.source


def test_an_unknown_country_has_no_holidays_and_a_known_one_keeps_the_observed_too() -> None:
    assert public_holidays("XX", None, 2026) == frozenset()
    assert {date(2026, 7, 3), date(2026, 7, 4)} <= public_holidays("US", "RI", 2026)


def test_a_day_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="must open before"):
        Hours(time(20), time(8))


NIGHT = permitted(
    (Hours(time(1, 30), time(2, 30)), Hours(time(2, 45), time(3, 30))), "a night's work"
)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25", "2026-06-21"])
def test_when_clocks_change_only_what_every_reading_permits_is_permitted(night: str) -> None:
    begin = datetime.fromisoformat(night).replace(tzinfo=PARIS).astimezone(UTC)
    for minute in range(0, 6 * 60, 5):
        at = begin + timedelta(minutes=minute)
        local = at.astimezone(PARIS).time()
        if next_permitted(NIGHT, PARIS, at) == at:
            assert any(one.opens <= local < one.closes for one in NIGHT.week[6])


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran"])
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
TIMES = st.timedeltas(timedelta(), timedelta(days=2500)).map(lambda later: FIRST + later)


@given(st.sampled_from(list(RULES.values())), ZONES, TIMES)
def test_daytime_is_permitted_exactly_when_the_clock_on_the_wall_says_so(
    rule: Permitted, zone: str, at: datetime
) -> None:
    local = at.astimezone(ZoneInfo(zone))
    closed = any(local.date() in public_holidays(*one, local.year) for one in rule.closed_on)
    day = CLOSED if closed else rule.week[local.weekday()]
    says = any(one.opens <= local.time() < one.closes for one in day)
    assert (next_permitted(rule, ZoneInfo(zone), at) == at) == says


def test_a_week_without_hours_never_opens() -> None:
    never = permitted(CLOSED, "the house")
    assert next_permitted(never, PARIS, datetime(2026, 11, 23, tzinfo=UTC)) is None
    assert next_permitted(permitted(hours(9, 10), "x"), PARIS, datetime(2026, 11, 23, tzinfo=UTC))
