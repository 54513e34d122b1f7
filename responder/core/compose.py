"""Wording to text, with the mandated parts guaranteed."""

import functools
import re
from collections.abc import Iterable
from string import Formatter

from responder.core.catalog import Brand, Catalog, Keyword, Programme
from responder.core.words import canonical

PLACEHOLDERS = frozenset(
    {
        *("brand", "programme", "messages", "frequency", "stop", "help"),
        *("support", "terms", "keywords", "yes", "question", "code"),
    }
)
WORDINGS = (
    *("opt_in", "already_in", "opt_out", "opt_out_programme", "opt_out_number", "already_out"),
    *("help", "closed", "unknown", "keywords", "erase", "erased", "access", "test"),
    *("opt_in_request", "opt_in_confirmed", "opt_in_reminder", "opt_in_declined"),
    *("ask_again", "thanks", "incentive", "incentive_gone"),
)
"""The wordings a marketer may replace."""

MANDATED = {
    "opt_in": ("brand", "messages", "frequency", "stop"),
    "opt_in_confirmed": ("brand", "messages", "frequency", "stop"),
    "opt_in_request": ("brand", "messages", "frequency", "yes"),
    "opt_in_reminder": ("brand", "yes", "stop"),
    "opt_in_declined": ("brand",),
    "ask_again": ("question",),
    "incentive": ("brand", "code"),
    "already_in": ("brand", "messages", "frequency", "stop"),
    "opt_out": ("brand",),
    "opt_out_programme": ("brand", "stop"),
    "opt_out_number": ("brand",),
    "already_out": ("brand",),
    "help": ("brand", "support"),
    "erase": ("brand", "yes"),
    "erased": ("brand",),
}
"""What a text may not lack: identity, kind, frequency, way out (CTIA Messaging Principles 5.2,
Marknadsföringslagen 19-20 §§, Markedsføringsloven § 10); HELP names brand and contact."""

_TELLS_HELP_AND_COST = ("opt_in", "opt_in_confirmed", "already_in")
CODE = "{code}"
"""Stands in the text of an incentive until the store has taken a code for it."""
QUESTION = "{question}"
COST_NOTICE_COUNTRIES = frozenset({"US", "CA"})
"""Where a confirmation must say that message and data rates may apply (CTIA 5.1.3)."""
_TELLS_COST = re.compile(r"rates?\b", re.IGNORECASE)


@functools.lru_cache(maxsize=10_000)
def compose(
    name: str,
    language: str,
    catalog: Catalog,
    country: str | None = None,
    programme: Programme | None = None,
    keywords: tuple[Keyword, ...] = (),
    question: str = QUESTION,
) -> str:
    """The text of wording `name` in `language`, filled in for a brand and a programme.

    A confirmation that lacks the word for help, or the cost notice that `country` wants, gets
    it appended; the other mandated parts are the wording's own and checked when it is loaded.
    """
    template = find_wording(name, language, catalog, programme)
    values = _values(language, catalog, programme, keywords) | {"question": question}
    text = fill(template, values)
    if name in _TELLS_HELP_AND_COST:
        text = _with_help_and_cost(text, language, catalog, country, values)
    return text


def find_wording(name: str, language: str, catalog: Catalog, programme: Programme | None) -> str:
    """The programme's own wording, else the house's, else the built-in one."""
    own = programme.wordings if programme else {}
    for wordings in (own, catalog.wordings, catalog.built_in):
        if template := wordings.get(language, {}).get(name):
            return template
    return catalog.built_in["en"][name]


def fill(template: str, values: dict[str, str]) -> str:
    """The template with its placeholders replaced and its spaces tidied."""
    return " ".join(template.format_map(values).split())


def unknown_placeholders(template: str) -> tuple[str, ...]:
    """The placeholders of a template that do not exist. Raises ValueError if it is malformed."""
    fields = [field[1:] for field in Formatter().parse(template) if field[1] is not None]
    return tuple(
        str(name)
        for name, spec, conversion in fields
        if name not in PLACEHOLDERS or spec or conversion
    )


def missing_parts(
    name: str, text: str, brand: Brand, programme: Programme | None, language: str, catalog: Catalog
) -> tuple[str, ...]:
    """The mandated parts that a finished text lacks, by placeholder name."""
    messages, frequency = programme_terms(programme, language) if programme else ("", "")
    needed = {
        "brand": brand.name,
        "messages": messages,
        "frequency": frequency,
        "support": brand.support,
        "code": CODE,
        "question": QUESTION,
    }
    shown = {"stop": names_a_way_out, "yes": names_a_yes}
    return tuple(
        part
        for part in MANDATED.get(name, ())
        if (part in shown and not shown[part](text, language, catalog))
        or (part in needed and needed[part].casefold() not in text.casefold())
    )


def names_a_way_out(text: str, language: str, catalog: Catalog) -> bool:
    """Whether the text shows a word that ends everything when it is sent back.

    In capitals any will do. Otherwise it must be a longer one of the text's own language, so
    that "until the end of June" is no way out.
    """
    for written in text.split():
        for word in canonical(written).words:
            entry = catalog.vocabulary.find((word,), "opt_out", language)
            if entry and (written.isupper() or (len(word) > 3 and entry.language == language)):
                return True
    return False


def names_a_yes(text: str, language: str, catalog: Catalog) -> bool:
    """Whether the text shows a word that says yes when it is sent back."""
    words = (word for written in text.split() for word in canonical(written).words)
    return any(catalog.vocabulary.find((word,), "opt_in", language) for word in words)


def programme_terms(programme: Programme, language: str) -> tuple[str, str]:
    """Kind and frequency as promised in a language: the language's own, else the programme's."""
    own = programme.wordings.get(language, {})
    return own.get("messages", programme.messages), own.get("frequency", programme.frequency)


def _values(
    language: str, catalog: Catalog, programme: Programme | None, keywords: Iterable[Keyword]
) -> dict[str, str]:
    words = catalog.vocabulary.languages.get(language) or catalog.vocabulary.languages["en"]
    messages, frequency = programme_terms(programme, language) if programme else ("", "")
    return {
        "brand": catalog.brand.name,
        "support": catalog.brand.support,
        "terms": catalog.brand.terms_url,
        "programme": programme.name if programme else "",
        "messages": messages,
        "frequency": frequency,
        "stop": words.stop,
        "help": words.help,
        "yes": words.yes,
        "code": CODE,
        "keywords": ", ".join(dict.fromkeys(keyword.text for keyword in keywords)),
    }


def _with_help_and_cost(
    text: str, language: str, catalog: Catalog, country: str | None, values: dict[str, str]
) -> str:
    vocabulary = catalog.vocabulary
    if not any(vocabulary.means((word,), "help") for word in canonical(text).words):
        text = f"{text} {fill(find_wording('join_help', language, catalog, None), values)}"
    if country in COST_NOTICE_COUNTRIES and not _TELLS_COST.search(text):
        text = f"{text} {find_wording('cost', language, catalog, None)}"
    return text
