"""What belongs at each key, as a marketer would write it."""

from pydantic import BaseModel

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
    "numbers.replies": 'replies = "inline"',
    "segments_per_second": "segments_per_second = 10",
    "consent_api": "consent_api = true",
    "replies": "[replies] with person_per_hour = 6",
    "person_per_hour": "person_per_hour = 6",
    "house_per_hour": "house_per_hour = 100000",
    "ask": '[[ask]] with name = "email", kind = "email" and question = "…", ten at most',
    "ask.name": 'name = "email"',
    "ask.kind": 'kind = "email"',
    "question": 'question = "Vad har du för e-postadress?"',
    "choices": 'choices = ["S", "M", "L"]',
    "incentive": '[incentive] with codes = "codes/klubben.txt"',
    "codes": 'codes = "codes/klubben.txt"',
    "cap": 'cap = "2 per month"',
    "warn_below": "warn_below = 50",
}


def example(path: list[str], model: type[BaseModel]) -> str:
    """What a marketer may write at a key, which `path` leads to in a file of this `model`."""
    last = path[-1] if path else ""
    if path[:1] == ["wording"]:
        return f'{last} = "{{brand}}: …"' if len(path) > 2 else _WORDING_TABLE
    if path[:1] == ["sources"]:
        return f'"{last}" = "JAZZA"' if len(path) > 1 else _EXAMPLES["sources"]
    if path == ["numbers"] and "brand" in model.model_fields:
        return _NUMBERS_TABLE
    known = _EXAMPLES.get(".".join(path)) or _EXAMPLES.get(last)
    return known or f'{last} = "…"'
