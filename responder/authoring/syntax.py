"""A file that cannot be parsed: the line, what is wrong with it, and what to do."""

import re
from tomllib import TOMLDecodeError

from responder.authoring.problems import Problem, excerpt

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_CURLY = re.compile("[“”„‟«»‘’‚‛]")
_KINDS = (
    ("Cannot overwrite a value", "This key is written twice", "Keep one of them", "R007"),
    (
        "Cannot declare",
        "This table is written twice",
        "Keep one heading, with all its keys below",
        "R007",
    ),
    ("Cannot mutate", "This key is written twice", "Keep one of them", "R007"),
    ("Invalid date", "There is no such date", "Write a day that exists, as 2026-06-01", "R008"),
    (
        "Unclosed array",
        "A list is not closed, or lacks a comma",
        'Write it as ["JA", "KLUBB"]',
        "R006",
    ),
    ("Unescaped", "A \\ stands in a text", "Take it out, or write \\\\", "R005"),
    ("Illegal character '\\n'", "A text is not closed", 'End it with "', "R005"),
    ("Unterminated", "A text is not closed", 'End it with "', "R005"),
    ("Expected '='", "A key lacks its =", 'Write it as key = "text"', "R005"),
    ("Expected newline", "Something stands after the value", "Begin a new line there", "R005"),
)
_OTHER = (
    "This cannot be read",
    "Look there for a missing quotation mark, comma or bracket",
    "R005",
)


def not_toml(name: str, text: str, error: TOMLDecodeError) -> Problem:
    """The parser's message in a marketer's words."""
    message, place = str(error), _PLACE.search(str(error))
    number = int(place.group(1)) if place else len(text.splitlines())
    line = _line(text, number)
    fault, remedy, code = _kind(message, line)
    return Problem(name, "", f"{fault}: {excerpt(line)}", remedy, code, number)


def not_utf8(name: str, content: bytes, error: UnicodeDecodeError) -> Problem:
    """The line that another encoding shows in."""
    number = content.count(b"\n", 0, error.start) + 1
    fault = "A letter here is not in the encoding UTF-8"
    return Problem(name, "", fault, "Save the file with the encoding UTF-8", "R003", number)


def too_deep(name: str) -> Problem:
    """Brackets within brackets without end, or a number of thousands of digits."""
    fault = "This is nested too deep, or holds a number that is too long, to be read"
    return Problem(name, "", fault, "Compare it with another programme's file", "R009")


def _kind(message: str, line: str) -> tuple[str, str, str]:
    """Fault, remedy, code."""
    if _CURLY.search(line.partition("#")[0]):
        remedy = 'Use the straight ones: "…". Word processors write others'
        return "There are curly quotation marks here", remedy, "R004"
    found = (kind[1:] for kind in _KINDS if message.startswith(kind[0]))
    return next(found, _OTHER)


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""
