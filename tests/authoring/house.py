"""A config folder to break: small files, one fault at a time."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from responder.authoring import examine
from responder.authoring.findings import Finding
from tests.factories import HOUSE, KLUBBEN, NUMBER, write_config

PROGRAMME = f"""
name = "Jazzkvällar"
numbers = ["{NUMBER}"]
keywords = ["JAZZ"]
messages = "konserttips"
frequency = "1 sms i veckan"
"""
"""The five lines that make a lawful programme; more may follow."""


def findings(folder: Path, house: str = HOUSE, **programmes: str) -> tuple[Finding, ...]:
    """Everything that is found in a new config folder in `folder`."""
    return examine(write_config(folder / "config", house, **programmes)).findings


def problems(folder: Path, house: str = HOUSE, **programmes: str) -> tuple[Finding, ...]:
    """The errors of a new config folder in `folder`."""
    return examine(write_config(folder / "config", house, **programmes)).errors


def faults(folder: Path, more: str, instead_of: str = "") -> list[str]:
    """The errors of one programme after a change, each as a marketer reads it."""
    assert instead_of in PROGRAMME
    programme = PROGRAMME.replace(instead_of, more) if instead_of else PROGRAMME + more
    return list(_read(problems(folder, jazz=programme)))


def house_faults(folder: Path, more: str, instead_of: str = "") -> list[str]:
    """The errors of the house's file after a change to its first occurrence."""
    assert instead_of in HOUSE
    house = HOUSE.replace(instead_of, more, 1) if instead_of else HOUSE + more
    return list(_read(problems(folder, house, klubben=KLUBBEN)))


def _read(found: Iterable[Finding]) -> Iterator[str]:
    """`programmes/jazz.toml: name: …`, or the line where there is no key."""
    for one in found:
        place = one.key or f"line {one.line}"
        yield f"{one.file}: {place}: {one.fault}. {one.remedy}."
