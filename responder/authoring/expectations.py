"""Conversations in plain text, with what is expected: tests that a marketer can read and write.

# Somebody joins, asks, and leaves.          a comment
number +46701740699                          optional: the house's first number
person +46701740605                          optional
time 2026-06-01 12:00                        optional, in the number's country

> JA                                         the person texts
< Nordbageriet: Välkommen …                  we answer; … stands for anything
+3d                                          time passes: s, m, h, d
> STOPP
< … avslutad …
= opted_out                                  the outcome of the last text
> STOPP
<                                            we answer nothing
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from responder.authoring.opening import zone_of
from responder.authoring.simulate import Conversation, Turn
from responder.core.catalog import Catalog
from responder.errors import ResponderError

PERSON = "+46701740605"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SPAN = re.compile(r"\+(\d{1,5})([smhd])")
_ANYTHING = re.compile(r"\s*(?:…|\.\.\.)\s*")


class ConversationError(ResponderError):
    """A line of a conversation that cannot be read; the text names it and says the remedy."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A line of a file where something else happened than expected."""

    line: int
    expected: str
    happened: str

    def __str__(self) -> str:
        return f"line {self.line}: expected {self.expected}, but {self.happened}"


def span(text: str) -> timedelta | None:
    """`+3d` as a timedelta; None for what is no span of time."""
    found = _SPAN.fullmatch(text.strip())
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


def check_conversation(text: str, catalog: Catalog, now: datetime) -> list[Mismatch]:
    """Play a file's conversation; gives where it went otherwise. Raises ConversationError."""
    return list(_Play(catalog, now).mismatches(text))


class _Play:
    """The lines of one file, played one after the other."""

    def __init__(self, catalog: Catalog, now: datetime) -> None:
        number = next(iter(catalog.numbers.values()))
        self._catalog = catalog
        self._talk = Conversation(catalog, number, PERSON, now)
        self._turn: Turn | None = None
        self._replies: list[str] = []
        self._texted_at = 0

    def mismatches(self, text: str) -> Iterator[Mismatch]:
        for number, raw in enumerate(text.splitlines(), start=1):
            line = raw.strip()
            if line and not line.startswith("#"):
                yield from self._line(number, line)
        yield from self._unexpected()

    def _line(self, number: int, line: str) -> Iterator[Mismatch]:
        sign, rest = line[0], line[1:].strip()
        if sign == ">":
            yield from self._unexpected()
            self._turn, self._texted_at = self._talk.say(rest), number
            self._replies = list(self._turn.replies)
        elif sign == "<":
            yield from self._answered(number, rest)
        elif sign == "=":
            yield from self._outcome(number, rest)
        elif (time := span(line)) is not None:
            yield from self._unexpected()
            self._replies = [later.text for later in self._talk.wait(time) if later.text]
            self._texted_at = number
        else:
            self._set(number, line)

    def _answered(self, number: int, expected: str) -> Iterator[Mismatch]:
        if not expected:
            yield from self._unexpected()
            return
        got = self._replies.pop(0) if self._replies else None
        if got is None:
            yield Mismatch(number, f'"{expected}"', "nothing was answered")
        elif not _fits(expected, got):
            yield Mismatch(number, f'"{expected}"', f'the answer was "{got}"')

    def _unexpected(self) -> Iterator[Mismatch]:
        for text in self._replies:
            yield Mismatch(self._texted_at, "no further answer", f'there was "{text}"')
        self._replies = []

    def _outcome(self, number: int, expected: str) -> Iterator[Mismatch]:
        if self._turn is None:
            raise ConversationError(f"line {number}: nothing was texted yet: write > JA first")
        decision = self._turn.decision
        if expected not in (decision.outcome, decision.reason):
            happened = f"the outcome was {decision.outcome} ({decision.reason})"
            yield Mismatch(number, expected, happened)

    def _set(self, number: int, line: str) -> None:
        key, _, value = line.partition(" ")
        match key:
            case "number" if value in self._catalog.numbers:
                self._talk.number = self._catalog.numbers[value]
            case "number":
                known = ", ".join(self._catalog.numbers)
                raise ConversationError(f"line {number}: no such number: use one of {known}")
            case "person":
                self._talk.person = value
            case "time":
                self._talk.now = self._time(number, value)
            case _:
                raise ConversationError(
                    f'line {number}: "{line}" begins with none of > < = + # number person time'
                )

    def _time(self, number: int, value: str) -> datetime:
        try:
            local = datetime.fromisoformat(value)
        except ValueError:
            raise ConversationError(
                f'line {number}: "{value}" is no time: write 2026-06-01 12:00'
            ) from None
        return local.replace(tzinfo=zone_of(self._talk.number.country)).astimezone(UTC)


def _fits(expected: str, got: str) -> bool:
    parts = (re.escape(part) for part in _ANYTHING.split(" ".join(expected.split())))
    return re.fullmatch(".*".join(parts), got) is not None
