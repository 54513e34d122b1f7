"""Numbers as people keep them in files: national, with or without +, zeros lost, spaces gained."""

import functools
import re

import phonenumbers
from phonenumbers import PhoneNumberType

from responder.core.addresses import E164, Address, AddressKind, country_of, parse_address

_SPACING = re.compile(r"[\s().\-/'‐-―\u00a0\u200e\u202a\u202c]")
_TAIL = 3
"""So many last digits of a national number do not decide whether it is one: a block of a
thousand numbers is given out together."""


def read_number(raw: str, region: str) -> Address | None:
    """The address that is meant in a file of people of `region`, or None where none can be.

    Takes `070-174 06 05`, `0046 70…`, `+46 (0)70…`, `46701740605`, and `701740605`, as a
    spreadsheet leaves it that took the number for a quantity.
    """
    channel, _, rest = raw.rpartition(":")
    if channel.strip():
        address = parse_address(f"{channel}:{_tidy(rest)}", region)
        return address if address.country else None
    text = _tidy(rest)
    if not text.isascii() or not text.removeprefix("+").isdigit():
        return None
    beginning, country = _beginning(text[:-_TAIL], region)
    key = f"{beginning}{text[-_TAIL:]}"
    return Address(key, AddressKind.PHONE, country) if beginning else None


def _tidy(text: str) -> str:
    return _SPACING.sub("", text.replace("(0)", "") if "+" in text else text)


@functools.lru_cache(maxsize=100_000)
def _beginning(head: str, region: str) -> tuple[str | None, str | None]:
    """What replaces the beginning of a number, and its country, judged by one that begins so."""
    try:
        number = phonenumbers.parse(f"{head}{'0' * _TAIL}", region)
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_valid_number(number) and not _may_be(number, head):
        return None, None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return (e164[:-_TAIL], country_of(e164)) if E164.fullmatch(e164) else (None, None)


def _may_be(number: phonenumbers.PhoneNumber, head: str) -> bool:
    """Ranges are opened faster than lists of them are, so the length of a mobile number is enough
    where the way of writing says which country is meant."""
    told = head.startswith(("+", "0"))
    return told and phonenumbers.is_possible_number_for_type(number, PhoneNumberType.MOBILE)
