"""Files of incentive codes: one code a line. A code is a secret, so no message shows one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from responder.authoring.files import ConfigFiles, programme_file
from responder.authoring.problems import Problem
from responder.authoring.syntax import not_utf8
from responder.core.catalog import Incentive
from responder.errors import ConfigError

_LONGEST = 40
_SHOWN = 5
"""Lines that one message names."""
_REMEDY = "Put it below the config folder, one code a line, and write its path from there"
_Lines = list[tuple[int, str]]
"""(number of the line, code)."""


def read_codes(directory: Path, incentive: Incentive) -> list[str]:
    """The codes of an incentive in the order of their file, in the config folder `directory`.

    Raises ConfigError if the file is not, or no longer, what `responder check` lets through.
    """
    lines, problems = _read(directory, incentive.codes, Problem(incentive.codes, "", "", _REMEDY))
    if problems:
        raise ConfigError("\n".join(map(str, problems)))
    return [code for _, code in lines]


def code_problems(directory: Path, files: ConfigFiles) -> Iterator[Problem]:
    """What is wrong with the files of codes that the programmes name."""
    for programme_id, programme in files.programmes.items():
        if programme.incentive:
            place = Problem(programme_file(programme_id), "incentive.codes", "", _REMEDY)
            yield from _read(directory, programme.incentive.codes, place)[1]


def _read(directory: Path, name: str, place: Problem) -> tuple[_Lines, list[Problem]]:
    """The codes, and what is wrong; `place` is where the file is named, should it not be there."""
    try:
        if fault := _place_fault(directory, name):
            return [], [replace(place, fault=fault)]
        content = (directory / name).read_bytes()
        lines = _numbered(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return [], [not_utf8(name, content, error)]
    except (OSError, ValueError):  # no permission, or a name that no file can have
        return [], [replace(place, fault=f'The file "{name}" cannot be read')]
    if not lines:
        return [], [replace(place, fault=f'The file "{name}" holds no code')]
    return lines, list(_line_problems(name, lines))


def _place_fault(directory: Path, name: str) -> str | None:
    path = directory / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return f'"{name}" does not stay inside the config folder'
    if not path.is_file():
        return f'There is no file "{name}" in the config folder'
    if not path.resolve().is_relative_to(directory.resolve()):
        return f'"{name}" leads out of the config folder'
    return None


def _numbered(text: str) -> _Lines:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(number, code) for number, line in enumerate(lines, 1) if (code := line.strip())]


def _line_problems(name: str, lines: _Lines) -> Iterator[Problem]:
    first: dict[str, int] = {}
    twice = [number for number, code in lines if first.setdefault(code, number) != number]
    long = [number for number, code in lines if len(code) > _LONGEST]
    broken = [number for number, code in lines if " " in code or not code.isprintable()]
    for numbers, fault, remedy in (
        (twice, "The code stands in the file already", "Keep each code once"),
        (long, f"The code is longer than {_LONGEST} characters", "Write one code a line"),
        (broken, "A space or an invisible character stands in the code", "Write one code a line"),
    ):
        if numbers:
            yield Problem(name, _places(numbers), fault, remedy)


def _places(numbers: list[int]) -> str:
    """One message for a fault, however many lines of a long file have it."""
    more = len(numbers) - _SHOWN
    listed = ", ".join(map(str, numbers[:_SHOWN]))
    return f"line {listed} and {more} more" if more > 0 else f"line {listed}"
