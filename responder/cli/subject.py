"""The copy of a person's data as that person reads it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

_HEADINGS = {
    "controller": "Who is responsible",
    "purposes": "What for",
    "legal_basis": "On what basis",
    "sources": "Where the data come from",
    "recipients": "Who receives them",
    "automated_decisions": "Automatic decisions",
    "rights": "Your rights",
    "retention": "How long they are kept",
}
_TABLES = {
    "contacts": "Your address",
    "subscriptions": "What you joined",
    "messages": "What you wrote to us",
    "decisions": "How we understood it",
    "outbox": "What we wrote to you",
    "receipts": "What became of it",
    "answers": "Your answers",
    "ledger_events": "Consents and withdrawals",
    "ledger_evidence": "The evidence of them",
}


def render(copy: dict[str, Any]) -> str:
    """A subject copy as text: the information first, then every row."""
    return "\n".join([*_about(copy["about"]), *_data(copy["data"])])


def _about(about: dict[str, Any]) -> Iterator[str]:
    for key, heading in _HEADINGS.items():
        yield heading
        yield from (f"  {line}" for line in _lines(about[key]))
        yield ""


def _data(data: dict[str, Any]) -> Iterator[str]:
    first = [table for table in _TABLES if table in data]
    for table in (*first, *(table for table in data if table not in _TABLES)):
        if data[table]:
            yield _TABLES.get(table, table.replace("_", " "))
            yield from (f"  {_row(row)}" for row in data[table])
            yield ""


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{name}: {text}" for name, text in value.items() if text]
    if isinstance(value, list):
        return [_row(one) if isinstance(one, dict) else str(one) for one in value]
    return [str(value)]


def _row(row: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {_shown(value)}" for name, value in row.items())


def _shown(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, datetime) else str(value)
