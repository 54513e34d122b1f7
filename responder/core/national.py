"""Numbers as people keep them in files: national, with or without +, zeros lost, spaces gained."""

import functools
import re
from collections.abc import Callable
from itertools import takewhile

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
    spelling = _spellings(region)(text[:-_TAIL])
    if spelling is None:
        return None
    cut, put, country = spelling
    return Address(f"{put}{text[cut:]}", AddressKind.PHONE, country)


def _tidy(text: str) -> str:
    return _SPACING.sub("", text.replace("(0)", "") if "+" in text else text)


_Spelling = tuple[int, str, str | None]
"""How many characters to cut off, what to put there instead, and the number's country."""
_one_object: Callable[[_Spelling], _Spelling] = functools.lru_cache(1000)(lambda spelling: spelling)
"""A hundred thousand beginnings are respelled in few ways."""


@functools.cache
def _spellings(region: str) -> Callable[[str], _Spelling | None]:
    """How numbers of files of a country are respelled, by all but their tails; remembered."""
    return functools.lru_cache(maxsize=100_000)(functools.partial(_spelling, region=region))


def _spelling(head: str, region: str) -> _Spelling | None:
    """How a number that begins so is respelled, judged by one; None where it is no number."""
    try:
        number = phonenumbers.parse(f"{head}{'0' * _TAIL}", region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) and not _may_be(number, head):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not E164.fullmatch(e164):
        return None
    beginning = e164[:-_TAIL]
    pairs = zip(reversed(head), reversed(beginning), strict=False)
    kept = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return _one_object((len(head) - kept, beginning[: len(beginning) - kept], country_of(e164)))


def _may_be(number: phonenumbers.PhoneNumber, head: str) -> bool:
    """Ranges are opened faster than lists of them are, so the length of a mobile number is enough
    where the way of writing says which country is meant."""
    told = head.startswith(("+", "0"))
    return told and phonenumbers.is_possible_number_for_type(number, PhoneNumberType.MOBILE)
