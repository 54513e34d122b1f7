"""Does a text fit the question? What fits is kept in one spelling."""

import re
from collections.abc import Callable
from datetime import date

from responder.core.catalog import Ask
from responder.core.words import canonical, spellings

_LONGEST = 500
_EMAIL = re.compile(r"[^\s@,;:<>()\"]{1,64}@(?:[^\W_][\w-]{0,62}\.)+[^\W\d_]{2,24}")
_NAME = re.compile(r"[^\W\d_][^\d_@#:/?!]{0,59}")
_POSTCODES = {
    **dict.fromkeys(("SE", "SK", "CZ", "GR"), (r"(\d{3}) ?(\d{2})", r"\1 \2")),
    **dict.fromkeys(("DK", "NO", "BE", "AT", "CH", "LU", "HU", "SI", "BG"), (r"(\d{4})", r"\1")),
    **dict.fromkeys(("DE", "FR", "IT", "ES", "FI", "EE", "HR"), (r"(\d{5})", r"\1")),
    "NL": (r"([1-9]\d{3}) ?([A-Z]{2})", r"\1 \2"),
    "PL": (r"(\d{2})-?(\d{3})", r"\1-\2"),
    "PT": (r"(\d{4})-?(\d{3})", r"\1-\2"),
    "LT": (r"(?:LT-?)?(\d{5})", r"LT-\1"),
    "LV": (r"(?:LV-?)?(\d{4})", r"LV-\1"),
    "IS": (r"(\d{3})", r"\1"),
    "GB": (r"([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})", r"\1 \2"),
    "IE": (r"([A-Z]\d[\dW]) ?([A-Z\d]{4})", r"\1 \2"),
    "US": (r"(\d{5})(-\d{4})?", r"\1\2"),
    "CA": (r"([A-Z]\d[A-Z]) ?(\d[A-Z]\d)", r"\1 \2"),
}
"""Shape and spelling by country, after the Universal Postal Union's addressing sheets."""
_ANY_POSTCODE = (r"([A-Z\d][A-Z\d -]{1,9})", r"\1")
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/. ](\d{1,2})[-/. ](\d{1,2})|(\d{2})(\d{2}))")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})")


def read_answer(ask: Ask, text: str, country: str) -> str | None:
    """The answer in the spelling that is kept, or None where the text does not fit."""
    tidy = " ".join(text.split())
    if not tidy or len(tidy) > _LONGEST:
        return None
    return _READERS[ask.kind](ask, tidy, country)


def _name(_ask: Ask, text: str, _country: str) -> str | None:
    name = text.rstrip("!. ")
    return name if _NAME.fullmatch(name) and len(name.split()) <= 5 else None


def _email(_ask: Ask, text: str, _country: str) -> str | None:
    found = _EMAIL.fullmatch(text.rstrip("."))
    return found.group().lower() if found else None


def _postcode(_ask: Ask, text: str, country: str) -> str | None:
    """The country's shape; most people also write the town, which is dropped."""
    pattern, spelling = _POSTCODES.get(country, _ANY_POSTCODE)
    found = re.match(rf"{pattern}(?=[\s,]|$)", text.upper(), re.ASCII)
    return found.expand(spelling) if found else None


def _date(_ask: Ask, text: str, country: str) -> str | None:
    """A day as ISO 8601. Month before day in the United States, day before month elsewhere."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups() if part)
    elif found := _YEAR_LAST.fullmatch(text):
        first, second, year = map(int, found.groups())
        month, day = (first, second) if country == "US" else (second, first)
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _choice(ask: Ask, text: str, _country: str) -> str | None:
    """One of the choices, by its words, or by its number in a list that has no numbers itself."""
    words = canonical(text).words
    by_words = (choice for choice in ask.choices if words in spellings(choice))
    counted = any(word.isdigit() for choice in ask.choices for word in canonical(choice).words)
    numbered = {} if counted else {str(n): c for n, c in enumerate(ask.choices, start=1)}
    return next(by_words, None) or numbered.get(" ".join(words))


def _text(_ask: Ask, text: str, _country: str) -> str | None:
    return text


_READERS: dict[str, Callable[[Ask, str, str], str | None]] = {
    "name": _name,
    "email": _email,
    "postcode": _postcode,
    "date": _date,
    "choice": _choice,
    "text": _text,
}
