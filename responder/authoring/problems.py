"""What is wrong with the marketers' files, in their words: file, key, fault, remedy."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `file` is relative to the config folder; `key` a dotted path, may be empty."""

    file: str
    key: str
    fault: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.fault}. {self.remedy}."


NOT_YET = {
    "ask": "Questions after joining are not supported yet",
    "incentive": "Incentive codes are not supported yet",
    "cap": "Frequency caps are not supported yet",
}
"""Keys that are planned: refused until they work, never silently ignored."""


def translate(file: str, error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Pydantic's findings in a marketer's words."""
    for detail in error.errors():
        yield _translate_one(file, detail, model)


def _translate_one(file: str, detail: Any, model: type[BaseModel]) -> Problem:
    path = [part for part in detail["loc"] if isinstance(part, str)]
    key, last = _dotted(detail["loc"]), path[-1] if path else ""
    match detail["type"]:
        case "extra_forbidden" if last in NOT_YET:
            return Problem(file, key, NOT_YET[last], "Take it out for now")
        case "extra_forbidden":
            return Problem(file, key, "There is no such key", _suggest(last, path[:-1], model))
        case "missing":
            return Problem(file, key, "This key is missing", f"Add {_example(path, model)}")
        case "value_error":
            fault, _, remedy = str(detail["ctx"]["error"]).partition(". ")
            return Problem(file, key, fault, remedy or "Correct it")
    return Problem(file, key, _fault(detail), f"Write, for example, {_example(path, model)}")


_WANTED = {
    "string_type": "text in quotation marks",
    "list_type": "a list in square brackets",
    "dict_type": "a table of keys and texts",
    "model_type": "a table of keys",
}


def _fault(detail: Any) -> str:
    """What is wrong with a value of the wrong kind, length or choice."""
    value = detail["input"]
    match detail["type"]:
        case "literal_error":
            wanted = detail["ctx"]["expected"].replace("'", '"')
        case "too_short" | "string_too_short":
            return f"This {'list' if isinstance(value, list) else 'text'} is empty"
        case "too_long" | "string_too_long":
            return f"This is longer than {detail['ctx']['max_length']} characters"
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


_NUMBERS_TABLE = "[[numbers]] with number, provider, country and language"
_WORDING_TABLE = '[wording.sv] with, below it, help = "{brand}: …"'
_EXAMPLES = {
    "brand": '[brand] with name = "…" and support = "…"',
    "wording": _WORDING_TABLE,
    "opt_out": '[opt_out] with scope = "brand"',
    "messaging_service": 'messaging_service = "MG…"',
    "numbers": 'numbers = ["+46701740699"]',
    "name": 'name = "Nordbageriets klubb"',
    "support": 'support = "kundtjanst@nordbageriet.example"',
    "number": 'number = "+46701740699"',
    "provider": 'provider = "twilio"',
    "country": 'country = "SE"',
    "language": 'language = "sv"',
    "keywords": 'keywords = ["JA", "KLUBB"]',
    "messages": 'messages = "erbjudanden och nyheter"',
    "frequency": 'frequency = "högst 2 sms i månaden"',
    "active": "active = { from = 2026-06-01, until = 2026-08-31 }",
    "from": "from = 2026-06-01",
    "until": "until = 2026-08-31",
    "sources": 'sources = { "STAND-A" = "JAZZA" }',
    "purpose": 'purpose = "marketing"',
    "opt_in": 'opt_in = "single"',
    "provider_opt_out": 'provider_opt_out = "default"',
    "unknown": 'unknown = "answer"',
    "scope": 'scope = "brand"',
    "kind": 'kind = "long"',
    "reply_countries": 'reply_countries = ["SE", "NO"]',
}


def _example(path: list[str], model: type[BaseModel]) -> str:
    last = path[-1] if path else ""
    if path[:1] == ["wording"]:
        return f'{last} = "{{brand}}: …"' if len(path) > 2 else _WORDING_TABLE
    if path[:1] == ["sources"]:
        return f'"{last}" = "JAZZA"' if len(path) > 1 else _EXAMPLES["sources"]
    if path == ["numbers"] and "brand" in model.model_fields:
        return _NUMBERS_TABLE
    return _EXAMPLES.get(last, f'{last} = "…"')
