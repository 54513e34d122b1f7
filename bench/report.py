"""The table that people read and the file that machines read."""

import json
from collections.abc import Sequence
from pathlib import Path

from bench.rounds import Measured

FILE = Path("var/bench.json")
_HEAD = (
    "database    conn.   contacts  what      req/s  spread    p50 ms    p99 ms"
    "  stmts/msg  commits/msg  of floor  of empty"
)


def table(found: Sequence[Measured]) -> str:
    """One line for each thing measured, with its ratio to the floor and to the empty base."""
    return "\n".join([_HEAD, "-" * len(_HEAD), *(_line(one, found) for one in found)])


def _line(one: Measured, found: Sequence[Measured]) -> str:
    product = one.what == "product"
    floor = _rate(found, one, "floor", 0) if product else None
    empty = _rate(found, one, "product", 0) if product and one.contacts else None
    return (
        f"{one.database:<11} {one.connections:>5} {one.contacts:>10,}  {one.what:<7}"
        f" {one.per_second:>7.0f} {one.spread:>7.0%} {one.p50_ms:>9.1f} {one.p99_ms:>9.1f}"
        f" {_number(one.statements):>10} {_number(one.commits):>12}"
        f" {_number(one.per_second / floor if floor else None):>9}"
        f" {_number(one.per_second / empty if empty else None):>9}"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _rate(found: Sequence[Measured], like: Measured, what: str, contacts: int) -> float | None:
    key = (what, like.database, like.connections, contacts)
    return next(
        (
            one.per_second
            for one in found
            if (one.what, one.database, one.connections, one.contacts) == key
        ),
        None,
    )


def write(found: Sequence[Measured], path: Path = FILE) -> None:
    """The figures as JSON: requests a second, milliseconds."""
    rows = [
        {
            "what": one.what,
            "database": one.database,
            "connections": one.connections,
            "contacts": one.contacts,
            "per_second": round(one.per_second, 1),
            "p50_ms": round(one.p50_ms, 2),
            "p99_ms": round(one.p99_ms, 2),
        }
        for one in found
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=2) + "\n")
