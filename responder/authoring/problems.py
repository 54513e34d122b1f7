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
    path = [str(part) for part in detail["loc"]]
    key, last = _dotted(detail["loc"]), path[-1] if path else ""
    match detail["type"]:
        case "extra_forbidden" if last in NOT_YET:
            return Problem(file, key, NOT_YET[last], "Take it out for now")
        case "extra_forbidden":
            return Problem(file, key, "There is no such key", _suggest(last, path[:-1], model))
        case "missing":
            return Problem(file, key, "This key is missing", f"Add {_example(last)}")
        case "value_error":
            fault, _, remedy = str(detail["ctx"]["error"]).partition(". ")
            return Problem(file, key, fault, remedy or "Correct it")
    shown = f"{detail['msg']}, but it is {detail['input']!r}"
    return Problem(file, key, shown, f"Write, for example, {_example(last)}")


def _dotted(loc: tuple[str | int, ...]) -> str:
    dotted = ""
    for part in loc:
        dotted += f"[{part}]" if isinstance(part, int) else f".{part}" if dotted else part
    return dotted


def _suggest(name: str, path: list[str], model: type[BaseModel]) -> str:
    """Did you mean…? Looks among the keys of the table that the key stands in."""
    keys = list(_model_at(path, model).model_fields)
    keys = [_ALIASES.get(key, key) for key in keys]
    close = difflib.get_close_matches(name.lower(), keys, n=1)
    if close:
        return f"Did you mean {close[0]}?".rstrip("?") + "? Rename it"
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


_EXAMPLES = {
    "brand": '[brand] with name = "…" and support = "…"',
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


def _example(key: str) -> str:
    return _EXAMPLES.get(key, f'{key} = "…"')
