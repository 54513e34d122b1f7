"""What several commands take: times, and addresses that may stand on standard input."""

import sys
from datetime import UTC, datetime

import click

from responder.authoring.expectations import span
from responder.clock import utc_now
from responder.core.addresses import Address, parse_address


class Time(click.ParamType[datetime]):
    """A time in ISO 8601, aware; UTC where no zone is said."""

    name = "time"
    example = "2026-11-21T08:00"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it; a fault is wrong usage."""
        if isinstance(value, datetime):
            return value
        try:
            given = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no time: write {self.example}', param, ctx)
        return given if given.tzinfo else given.replace(tzinfo=UTC)


class Since(Time):
    """A time, or how long ago: 90d."""

    example = "90d, 12h or 2026-11-21T08:00"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read it; a fault is wrong usage."""
        back = span(f"+{value}")
        return utc_now() - back if back is not None else super().convert(value, param, ctx)


def given_address(text: str, country: str) -> Address:
    """An address that was given to a command; `-` reads standard input."""
    return parse_address(sys.stdin.readline() if text == "-" else text, country)
