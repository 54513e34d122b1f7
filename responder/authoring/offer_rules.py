"""What people are told before they text: the offer, and what a country wants in it."""

import re
from collections.abc import Iterator

from responder.authoring.problems import Problem
from responder.authoring.promises import promised
from responder.authoring.view import View
from responder.core.compose import COST_NOTICE_COUNTRIES, names_a_way_out
from responder.core.words import canonical, spellings

_TOLD_BEFORE = frozenset({"DK"}) | COST_NOTICE_COUNTRIES
"""Where the offer itself must say something."""
_WITHDRAWAL = re.compile(
    r"afmeld|frameld|tilbagekald|tr[æa]kke[^.]{0,30}tilbage|opsig", re.IGNORECASE
)
_FREQUENCY = re.compile(r"frequency|recurring|fr[ée]quence|frecuencia", re.IGNORECASE)
_COST = re.compile(r"\brates?\b|\btarif|\bfrais\b|\bcargos?\b", re.IGNORECASE)
_LINK = re.compile(r"https?://|\bwww\.|\b[a-z0-9-]+\.[a-z]{2,}/", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\d-])[+0]\d[\d ()/.-]{5,18}\d(?!\d)")
_TELLING = 8
"""Last digits by which a number is recognised, however it is written."""
_MOBILE_IN_FRANCE = ("+336", "+337")


def offer_is_missing(view: View) -> Iterator[Problem]:
    """R501"""
    where = sorted(view.countries & _TOLD_BEFORE)
    if view.is_marketing and where and not view.table.offer.strip():
        fault = f"In {', '.join(where)} people must be told their terms before they consent"
        yield view.problem("R501", "", fault, 'Write the poster\'s text as offer = "…"')


def offer_lacks_withdrawal(view: View) -> Iterator[Problem]:
    """R502"""
    offer = view.table.offer
    if not (view.is_marketing and "DK" in view.countries and offer.strip()):
        return
    if not (_WITHDRAWAL.search(offer) or _names_a_way_out(view)):
        fault = "The offer does not say that consent can be withdrawn"
        yield view.problem("R502", "offer", fault, 'Add, for example, "Afmeld med STOP"')


def offer_lacks_elements(view: View) -> Iterator[Problem]:
    """R503 to R506"""
    offer = view.table.offer
    if not (view.is_marketing and view.countries & COST_NOTICE_COUNTRIES and offer.strip()):
        return
    told = view.table.frequency.casefold() in offer.casefold() or promised(offer)
    for code, said, what, remedy in (
        ("R503", told or _FREQUENCY.search(offer), "how often", f'"{view.table.frequency}"'),
        ("R504", _COST.search(offer), "what it costs", '"Msg & data rates may apply"'),
        ("R505", _LINK.search(offer), "where the terms stand", "the address of your terms"),
        ("R506", _names_a_way_out(view), "how to stop", '"Reply STOP to opt out"'),
    ):
        if not said:
            yield view.problem(code, "offer", f"The offer does not say {what}", f"Add {remedy}")


def sender_may_not_advertise(view: View) -> Iterator[Problem]:
    """R507"""
    for number in view.numbers if view.is_marketing else ():
        mobile = number.kind == "long" and number.address.startswith(_MOBILE_IN_FRANCE)
        alerts = number.kind == "short" and number.address.startswith("38")
        if number.country == "FR" and (mobile or alerts):
            what = "a French mobile number" if mobile else "a French 38 short code"
            fault = f"{number.number} is {what} and may carry no marketing"
            yield view.problem("R507", "numbers", fault, "Use a 36 short code")


def offer_names_no_keyword(view: View) -> Iterator[Problem]:
    """R508"""
    said = f" {' '.join(canonical(view.programme.offer_seen()).words)} "
    typed = {words for keyword in view.programme.keywords for words in spellings(keyword.text)}
    if view.table.offer.strip() and not any(f" {' '.join(words)} " in said for words in typed):
        remedy = f'Write "{view.table.keywords[0]}" in it as people shall text it'
        yield view.problem("R508", "offer", "The offer names no keyword of this programme", remedy)


def offer_names_another_number(view: View) -> Iterator[Problem]:
    """R509"""
    written = _PHONE.findall(view.table.offer)
    mine = {_telling(number.number) for number in view.numbers}
    if written and mine.isdisjoint(map(_telling, written)):
        fault = f"The offer names {written[0]}, which is not a number of this programme"
        yield view.problem("R509", "offer", fault, f"Write {view.numbers[0].number}")


def _names_a_way_out(view: View) -> bool:
    offer, catalog = view.table.offer, view.catalog
    return any(names_a_way_out(offer, language, catalog) for language in view.languages)


def _telling(number: str) -> str:
    return "".join(filter(str.isdigit, number))[-_TELLING:]


OFFER_RULES = (
    offer_is_missing,
    offer_lacks_withdrawal,
    offer_lacks_elements,
    sender_may_not_advertise,
    offer_names_no_keyword,
    offer_names_another_number,
)
