"""What several commands take is read alike."""

from datetime import UTC, datetime, timedelta, timezone

import click
import pytest

from responder.cli.parameters import Time

CEST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-06-01T12:00", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01 12:00", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01", datetime(2026, 6, 1, tzinfo=UTC)),
        ("2026-06-01T12:00Z", datetime(2026, 6, 1, 12, tzinfo=UTC)),
        ("2026-06-01T12:00+02:00", datetime(2026, 6, 1, 12, tzinfo=CEST)),
    ],
)
def test_a_time_is_utc_where_no_zone_is_said(given: str, meant: datetime) -> None:
    assert Time().convert(given, None, None) == meant


@pytest.mark.parametrize("given", ["yesterday", "", "2026-13-01", "12:00"])
def test_what_is_no_time_is_wrong_usage_and_says_how_to_write_one(given: str) -> None:
    with pytest.raises(click.BadParameter, match="write 2026-11-21T08:00"):
        Time().convert(given, None, None)
