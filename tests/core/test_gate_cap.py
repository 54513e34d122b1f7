"""Frequency caps: how they are written, and where their periods begin and end."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.gate_cap import Cap, Period, next_room, parse_cap

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FORMATS = {Period.DAY: "%Y-%m-%d", Period.WEEK: "%G-%V", Period.MONTH: "%Y-%m", Period.YEAR: "%Y"}
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
TIMES = st.timedeltas(timedelta(), timedelta(days=2000)).map(lambda later: FIRST + later)
ZONES = st.sampled_from(["Europe/Paris", "America/Havana", "Africa/Cairo", "Pacific/Apia"])


@pytest.mark.parametrize(
    ("text", "cap"),
    [
        ("2 per month", Cap(2, Period.MONTH)),
        (" 1  PER Week ", Cap(1, Period.WEEK)),
        ("10 per year", Cap(10, Period.YEAR)),
        ("1 per day", Cap(1, Period.DAY)),
    ],
)
def test_a_cap_is_read_as_marketers_write_it(text: str, cap: Cap) -> None:
    assert parse_cap(text) == cap


@pytest.mark.parametrize(
    "text", ["", "2", "0 per month", "-1 per day", "2 per fortnight", "2 per months", "två per day"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="2 per month"):
        parse_cap(text)


@pytest.mark.parametrize(
    ("written", "sent", "wanted", "goes"),
    [
        ("1 per day", "2026-03-29 01:00", "2026-03-29 23:00", "2026-03-30 00:00"),  # 23 hours
        ("1 per day", "2026-10-25 00:00", "2026-10-25 23:59", "2026-10-26 00:00"),  # 25 hours
        ("1 per week", "2026-11-16 00:00", "2026-11-22 23:59", "2026-11-23 00:00"),
        ("1 per week", "2026-11-15 23:59", "2026-11-16 00:00", "2026-11-16 00:00"),
        ("1 per month", "2028-02-01 00:00", "2028-02-29 12:00", "2028-03-01 00:00"),
        ("1 per month", "2026-01-31 23:59", "2026-02-01 00:00", "2026-02-01 00:00"),
        ("1 per month", "2026-12-31 12:00", "2026-12-31 13:00", "2027-01-01 00:00"),
        ("1 per year", "2028-02-29 12:00", "2028-02-29 12:00", "2029-01-01 00:00"),
        ("2 per month", "2026-11-01 12:00", "2026-11-02 12:00", "2026-11-02 12:00"),
    ],
)
def test_periods_are_those_of_the_persons_calendar(
    written: str, sent: str, wanted: str, goes: str
) -> None:
    before, now, then = (
        datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)
        for text in (sent, wanted, goes)
    )
    assert next_room(parse_cap(written), [before], STOCKHOLM, now) == then


@given(
    st.builds(Cap, st.integers(1, 3), st.sampled_from(Period)),
    st.lists(TIMES, max_size=12),
    ZONES,
    TIMES,
)
def test_room_is_where_the_calendar_on_the_wall_counts_fewer_than_the_cap(
    cap: Cap, sent: list[datetime], zone: str, at: datetime
) -> None:
    def counted(when: datetime) -> int:
        return [period(one) for one in sent].count(period(when))

    def period(when: datetime) -> str:
        return when.astimezone(ZoneInfo(zone)).strftime(FORMATS[cap.period])

    room = next_room(cap, sent, ZoneInfo(zone), at)
    assert counted(room) < cap.count
    assert (room == at) == (counted(at) < cap.count)
    assert room == at or counted(room - timedelta(microseconds=1)) >= cap.count
