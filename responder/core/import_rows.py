"""One row of an import's file, judged by itself: a person who may come in, or what is wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from responder.core.addresses import Address
from responder.core.catalog import Catalog
from responder.core.gate_basis import SOFT_OPT_IN, soft_opt_in_ends
from responder.core.national import read_number
from responder.core.provenance import Candidate, Provenance

FIELDS = (
    *("address", "programme", "language", "tags", "since", "source", "sale_date", "state", "name"),
)
"""What a column may hold; besides these, `answer_` and a question's name."""
ANSWER = "answer_"
_TAG_BREAK = re.compile(r"[,;|]")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST = {"source": 64, "tag": 64, "answer": 500}

Row = Mapping[str, str]
"""The cells of one row by field; a missing one is not there."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: the column at fault, its value as given, and why."""

    line: int
    column: str
    value: str
    reason: str


class _Bad(Exception):
    """(column, reason)"""


@dataclass(frozen=True, slots=True)
class Reader:
    """How the rows of one file are read.

    `region` is the country of numbers without one; `programme` that of rows which name none.
    `provenance` is None where the file only suppresses, and nothing but the number counts.
    """

    catalog: Catalog
    region: str
    now: datetime
    provenance: Provenance | None = None
    programme: str | None = None

    def read(self, line: int, row: Row) -> Candidate | Fault:
        """One row as a person who may come in, or what is wrong with it."""
        try:
            address = self._address(row.get("address", ""))
            if self.provenance is None:
                return Candidate(line, address, "", "", "", self.now)
            return self._candidate(line, address, row, self.provenance)
        except _Bad as bad:
            column, reason = bad.args
            return Fault(line, column, row.get(column, ""), reason)

    def _candidate(self, line: int, address: Address, row: Row, stated: Provenance) -> Candidate:
        programme = self._programme(row.get("programme") or self.programme)
        return Candidate(
            line=line,
            address=address,
            programme=programme,
            language=self._language(row.get("language", ""), programme),
            source=_short(row, "source", "source") or stated.source[:64],
            at=self._at(row, stated, address.country),
            state=(row.get("state") or "active").lower(),
            tags=_tags(row.get("tags", "")),
            answers=_answers(row),
        )

    def _address(self, raw: str) -> Address:
        if not raw:
            raise _Bad("address", "the number is missing")
        address = read_number(raw, self.region)
        if address is None:
            reason = f"no telephone number, neither in {self.region} nor with + and country code"
            raise _Bad("address", reason)
        if address.key in self.catalog.numbers:
            raise _Bad("address", "this is one of the house's own numbers")
        return address

    def _programme(self, programme: str | None) -> str:
        known = ", ".join(sorted(self.catalog.programmes))
        if not programme:
            raise _Bad("programme", f"no programme is named; known: {known}")
        if programme not in self.catalog.programmes:
            raise _Bad("programme", f"there is no such programme; known: {known}")
        return programme

    def _language(self, raw: str, programme: str) -> str:
        language = raw.lower().replace("_", "-").partition("-")[0]
        if not language:
            first = self.catalog.programmes[programme].numbers[0]
            number = self.catalog.numbers.get(first)
            return number.language if number else self.catalog.language
        if not _LANGUAGE.fullmatch(language):
            raise _Bad("language", "no language code: write two letters, such as sv")
        return language

    def _at(self, row: Row, stated: Provenance, country: str | None) -> datetime:
        if stated.basis == "consent":
            return self._past(row, "since") or stated.at
        sold = self._past(row, "sale_date") or stated.at
        ends = soft_opt_in_ends(country, sold)
        if ends is None:
            raise _Bad("address", f"{country or 'this country'} knows no soft opt-in for SMS")
        if ends <= self.now:
            months = SOFT_OPT_IN[country or ""].months
            reason = f"the sale is older than {months} months, which is the limit in {country}"
            raise _Bad("sale_date", reason)
        return sold

    def _past(self, row: Row, column: str) -> datetime | None:
        raw = row.get(column, "")
        if not raw:
            return None
        at = read_day(raw)
        if at is None:
            raise _Bad(column, "no date: write it as 2026-11-21")
        if at > self.now:
            raise _Bad(column, "this date is in the future")
        return at


def read_day(raw: str) -> datetime | None:
    """A day or time in UTC where no zone is said; None where it is none. Takes `21.11.2026`."""
    german = _GERMAN_DAY.fullmatch(raw)
    try:
        if german:
            return datetime(int(german[3]), int(german[2]), int(german[1]), tzinfo=UTC)
        if len(raw) <= 10:
            return datetime.combine(date.fromisoformat(raw), time(), UTC)
        at = datetime.fromisoformat(raw)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _short(row: Row, column: str, kind: str) -> str:
    value = row.get(column, "")
    if len(value) > _LONGEST[kind]:
        raise _Bad(column, f"longer than {_LONGEST[kind]} characters")
    return value


def _tags(raw: str) -> tuple[str, ...]:
    if not raw:
        return ()
    tags = tuple(dict.fromkeys(tag for tag in map(str.strip, _TAG_BREAK.split(raw)) if tag))
    if any(len(tag) > _LONGEST["tag"] for tag in tags):
        raise _Bad("tags", f"a tag is longer than {_LONGEST['tag']} characters")
    return tags


def _answers(row: Row) -> dict[str, str]:
    columns = [column for column in row if column == "name" or column.startswith(ANSWER)]
    return {
        column.removeprefix(ANSWER): _short(row, column, "answer")
        for column in columns
        if row[column]
    }
