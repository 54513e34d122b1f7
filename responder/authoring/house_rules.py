"""What would surprise people or marketers about the house and its numbers."""

import re
from collections.abc import Iterator
from itertools import product

import phonenumbers

from responder.authoring.build import sending_limits
from responder.authoring.files import HOUSE, ConfigFiles
from responder.authoring.problems import Problem
from responder.authoring.rules import numbers_of
from responder.authoring.schema import HouseFile, NumberTable
from responder.core.addresses import E164
from responder.core.gate_hours import Permitted
from responder.core.hours_by_country import hours_in
from responder.core.vocabulary import Vocabulary

_REACHABLE = re.compile(r"\S@\S+\.\w|(?:\d[\s()/.-]*){5,}|\w\.[a-z]{2,}\b", re.IGNORECASE)
_SMS_KINDS = ("long", "toll_free", "rcs")


def house_advice(files: ConfigFiles, house: HouseFile, vocabulary: Vocabulary) -> Iterator[Problem]:
    """R207 to R214"""
    for index, number in enumerate(house.numbers):
        key = f"numbers[{index}]"
        yield from _foreign_number(number, key)
        yield from _own_country_left_out(number, key)
        yield from _provider_speaks_english(number, key, vocabulary)
    yield from _unused_numbers(files, house)
    yield from _support_nobody_reaches(house)
    yield from _narrow_stop(house)
    yield from _terms_without_tls(house)
    yield from _no_hour_left(house)


def _foreign_number(number: NumberTable, key: str) -> Iterator[Problem]:
    if number.kind == "short" or not E164.fullmatch(number.number):
        return
    regions = _regions(number.number)
    if regions and number.country not in regions:
        fault = f"{number.number} is no number of {number.country}"
        remedy = f'Write country = "{regions[0]}", whose law and hours hold for it'
        yield Problem(HOUSE, f"{key}.country", fault, remedy, "R207")


def _regions(number: str) -> tuple[str, ...]:
    """The countries that share a number's calling code; those without one have 001."""
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(number[1 : 1 + length]))
        if regions:
            return tuple(region for region in regions if region != "001")
    return ()


def _own_country_left_out(number: NumberTable, key: str) -> Iterator[Problem]:
    if number.reply_countries and number.country not in number.reply_countries:
        fault = f"People of {number.country} text this number and are not answered"
        remedy = f'Add "{number.country}" to reply_countries'
        yield Problem(HOUSE, f"{key}.reply_countries", fault, remedy, "R208")


def _support_nobody_reaches(house: HouseFile) -> Iterator[Problem]:
    if not _REACHABLE.search(house.brand.support):
        fault = f'"{house.brand.support}" is no address that a person could write to or call'
        remedy = "Write an e-mail address, a phone number or a web address"
        yield Problem(HOUSE, "brand.support", fault, remedy, "R209")


def _unused_numbers(files: ConfigFiles, house: HouseFile) -> Iterator[Problem]:
    if files.problems:  # a programme that could not be read may use it
        return
    tables = files.programmes.values()
    used = {n.address for table in tables for n in numbers_of(table, house)}
    for index, number in enumerate(house.numbers):
        if number.address not in used:
            fault = f"No programme can be joined on {number.number}"
            remedy = "Name it in a programme's numbers, or take it out"
            yield Problem(HOUSE, f"numbers[{index}].number", fault, remedy, "R210")


def _provider_speaks_english(
    number: NumberTable, key: str, vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Who has written `provider_opt_out` knows who answers STOP."""
    code = vocabulary.code_of(number.language)
    if number.provider_opt_out or number.kind not in _SMS_KINDS or code in (None, "en"):
        return
    fault = f'Twilio answers STOP in English here, and the number speaks "{number.language}"'
    remedy = 'Write provider_opt_out = "default" if you want that, else "advanced" or "off"'
    yield Problem(HOUSE, f"{key}.provider_opt_out", fault, remedy, "R211")


def _narrow_stop(house: HouseFile) -> Iterator[Problem]:
    if house.opt_out.scope == "number" and len(house.numbers) > 1:
        fault = "A bare STOP leaves people on your other numbers' programmes"
        yield Problem(HOUSE, "opt_out.scope", fault, 'Write scope = "brand"', "R212")


def _terms_without_tls(house: HouseFile) -> Iterator[Problem]:
    if house.brand.terms_url.startswith("http://"):
        fault = "The terms stand on a page that anyone on the way can change"
        yield Problem(HOUSE, "brand.terms_url", fault, "Write https://", "R213")


def _no_hour_left(house: HouseFile) -> Iterator[Problem]:
    limits = sending_limits(house.sending)
    own = [rule for rule in (limits.hours, limits.slots) if rule]
    served = {c for number in house.numbers for c in number.reply_countries or (number.country,)}
    for country in sorted(served):
        if not _overlap(hours_in(country), *own):
            fault = f"No promotion could ever reach {country}: no hour suits the law and the house"
            yield Problem(HOUSE, "sending.hours", fault, "Write wider hours", "R214")


def _overlap(*rules: Permitted) -> bool:
    """Whether some time of the week is in the hours of all."""
    days = zip(*(rule.week for rule in rules), strict=True)
    together = (spans for day in days for spans in product(*day))
    return any(max(s.opens for s in one) < min(s.closes for s in one) for one in together)
