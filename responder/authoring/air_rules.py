"""What becomes of the marketers' texts on the air: characters, segments, length."""

import unicodedata
from collections.abc import Iterator

from responder.authoring.problems import Problem
from responder.authoring.view import View, texts_of
from responder.core.compose import (
    COST_NOTICE_COUNTRIES,
    compose,
    find_wording,
    unknown_placeholders,
)
from responder.core.segments import count

_LONGEST = 1600
"""Characters that a provider takes (Twilio error 21617)."""
_BUDGET = 1
_BUDGETS = dict.fromkeys(
    ("opt_in", "opt_in_confirmed", "opt_in_request", "opt_in_reminder", "already_in"), 2
)
"""Segments for a text; two for those that must say who, what, how often and how to stop."""
_PLAIN = dict(zip("•·×łŁđðı²", "--xlLddi2", strict=True)) | {
    **dict.fromkeys("‘’‚‛′ʼ", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("–—―−‐‑", "-"),
    **dict.fromkeys("™®©", ""),
    **dict.fromkeys("\u00a0\u2009\u202f\u2007", " "),
    "…": "...",
    "þ": "th",
    "œ": "oe",
    "½": "1/2",
}
_SHOWN = 3


def dear_characters(view: View) -> Iterator[Problem]:
    """R411"""
    for key, text in texts_of(view) if view.is_sms else ():
        if problem := dear(view.file, key, text):
            yield problem


def dear(file: str, key: str, text: str) -> Problem | None:
    """What is wrong with a text that its characters make dearer, or None."""
    measured = count(text)
    if not measured.forced_by:
        return None
    some = measured.forced_by[:_SHOWN]
    named = ", ".join(f'"{c}" ({_name(c)})' for c in some)
    more = " and others" if len(measured.forced_by) > _SHOWN else ""
    fault = f"{named}{more} cut a segment from 160 characters to 70"
    swaps = [(c, plain(c)) for c in some]
    told = [f"{new} for {old}" for old, new in swaps if new.strip()]
    remedy = f"Write {', '.join(told)}" if told else "Take them out"
    if told and len(told) < len(swaps):
        remedy += ", and take the rest out"
    return Problem(file, key, fault, remedy, "R411")


def plain(text: str) -> str:
    """The text in the GSM-7 alphabet, as near as it comes."""
    swaps = {ord(character): _plain(character) for character in count(text).forced_by}
    return text.translate(swaps) if swaps else text


def too_long(view: View) -> Iterator[Problem]:
    """R409, R410"""
    codes = view.catalog.vocabulary
    for language, texts in view.table.wording.items():
        code = codes.code_of(language)
        for name in texts if code else ():
            if name not in ("messages", "frequency"):
                yield from _length(view, f"wording.{language}.{name}", name, str(code))


def _length(view: View, key: str, name: str, language: str) -> Iterator[Problem]:
    dear_country = min(view.countries & COST_NOTICE_COUNTRIES, default=None)
    if not _is_sound(find_wording(name, language, view.catalog, view.programme)):
        return
    text = compose(name, language, view.catalog, dear_country, programme=view.programme)
    size, budget = count(plain(text)).segments, _BUDGETS.get(name, _BUDGET)
    if len(text) > _LONGEST:
        fault = f"With everything filled in this has {len(text)} characters, and is never sent"
        yield view.problem("R409", key, fault, f"Shorten it to {_LONGEST}")
    elif size > budget and view.is_sms:
        fault = f"With everything filled in this is billed as {size} SMS, and {budget} would do"
        yield view.problem("R410", key, fault, "Shorten it")


def _is_sound(template: str) -> bool:
    """Whether it can be filled in. What cannot is an error of another rule."""
    try:
        return not unknown_placeholders(template)
    except ValueError:
        return False


def long_terms(view: View) -> Iterator[Problem]:
    """R418: where the built-in confirmation is sent, the marketer's own words are what is long."""
    name = "opt_in" if view.table.opt_in == "single" else "opt_in_confirmed"
    for language in view.languages:
        own = view.programme.wordings.get(language, {}), view.catalog.wordings.get(language, {})
        if view.is_sms and not any(name in texts for texts in own):
            for problem in _length(view, "messages", name, language):
                remedy = "Shorten messages, frequency or name"
                yield view.problem("R418", "messages", problem.fault, remedy)
                return


def _plain(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    base = unicodedata.normalize("NFKD", character)
    return "".join(c for c in base if not count(c).forced_by)


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()


AIR_RULES = (dear_characters, too_long, long_terms)
