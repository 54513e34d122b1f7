"""What is wrong with the marketers' files, in their words: place, fault, remedy, and its rule."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from responder.authoring.examples import example


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `file` is relative to the config folder; `key` a dotted path, may be empty.

    `code` is that of its rule. `line` counts from 1; 0 where only the key tells the place.
    """

    file: str
    key: str
    fault: str
    remedy: str
    code: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}: line {self.line}" if self.line else self.file
        place = f"{place}: {self.key}" if self.key else place
        return f"{place}: {self.fault}. {self.remedy}."


class Refused(ValueError):
    """A value that breaks the rule `code`. Its text is a fault, then a sentence: the remedy."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def translate(file: str, error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Pydantic's findings in a marketer's words."""
    for detail in error.errors():
        yield _translate_one(file, detail, model)


def _translate_one(file: str, detail: Any, model: type[BaseModel]) -> Problem:
    path = [part for part in detail["loc"] if isinstance(part, str)]
    key, last = _dotted(detail["loc"]), path[-1] if path else ""
    match detail["type"]:
        case "extra_forbidden":
            remedy = _suggest(last, path[:-1], model)
            return Problem(file, key, "There is no such key", remedy, "R101")
        case "missing":
            return Problem(file, key, "This key is missing", f"Add {example(path, model)}", "R102")
        case "value_error":
            refused = detail["ctx"]["error"]
            fault, _, remedy = str(refused).rpartition(". ")
            code = refused.code if isinstance(refused, Refused) else "R103"
            return Problem(file, key, fault or remedy, remedy if fault else "Correct it", code)
        case kind:
            code = "R104" if kind == "literal_error" or kind in _SIZES else "R103"
    remedy = f"Write, for example, {example(path, model)}"
    return Problem(file, key, _fault(detail), remedy, code)


_WANTED = {
    "string_type": "text in quotation marks",
    "list_type": "a list in square brackets",
    "dict_type": "a table of keys and texts",
    "model_type": "a table of keys",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
}
_BOUNDS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
}
_SIZES = ("too_short", "too_long", "string_too_short", "string_too_long", *_BOUNDS)


def _fault(detail: Any) -> str:
    """What is wrong with a value of the wrong kind, size or choice."""
    value, bounds = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "literal_error":
            wanted = bounds["expected"].replace("'", '"')
        case "too_short" if bounds["min_length"] > 1:
            return f"This list has fewer than {bounds['min_length']} entries"
        case "too_short" | "string_too_short":
            return f"This {'list' if isinstance(value, list) else 'text'} is empty"
        case "too_long" if isinstance(value, list):
            return f"This list has more than {bounds['max_length']} entries"
        case "too_long" | "string_too_long":
            return f"This is longer than {bounds['max_length']} characters"
        case kind if kind in _BOUNDS:
            wanted = _BOUNDS[kind].format(**bounds)
        case kind:
            wanted = _WANTED.get(kind, "something else")
    return f"This must be {wanted}, but it is {shown(value)}"


def shown(value: object) -> str:
    """A value as a marketer wrote it, shortened."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list():
            return "a list"
        case str():
            return f'"{excerpt(value)}"'
    return excerpt(str(value))


def excerpt(text: str) -> str:
    """The beginning of a text, printable."""
    drawn = "".join(character if character.isprintable() else "?" for character in text)
    return drawn if len(drawn) <= 60 else f"{drawn[:60]}…"


def _dotted(loc: tuple[str | int, ...]) -> str:
    dotted = ""
    for part in loc:
        dotted += f"[{part}]" if isinstance(part, int) else f".{part}" if dotted else part
    return dotted


def _suggest(name: str, path: list[str], model: type[BaseModel]) -> str:
    """Did you mean…? Looks among the keys of the table that the key stands in."""
    keys = [_ALIASES.get(key, key) for key in _model_at(path, model).model_fields]
    close = difflib.get_close_matches(name.lower(), keys, n=1)
    if path and name in model.model_fields:
        return "It belongs to the whole file. Move it above the first [table]"
    if close:
        return f"Did you mean {close[0]}? Rename it"
    return f"Take it out, or use one of: {', '.join(sorted(keys))}"


_ALIASES = {"from_": "from"}


def _model_at(path: list[str], model: type[BaseModel]) -> type[BaseModel]:
    for part in path:
        field = model.model_fields.get(part)
        if field is None:
            continue
        for candidate in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                model = candidate
    return model
