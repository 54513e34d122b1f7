"""Parse, place and mask the addresses people text from."""

import functools
import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SHORT_CODE = re.compile(r"\d{3,8}", re.ASCII)
_PHONE_CHANNELS = ("whatsapp",)
_SMS_CHANNELS = ("rcs", "sms", "mms")
MOST_KEPT = 16_384
"""Numbers whose reading is remembered: more than anybody asks about at once."""


class AddressKind(StrEnum):
    """What an address is. Only `PHONE` and `CHANNEL` belong to people we may answer.

    `ERASED` stands where the address of an erased person stood.
    """

    PHONE = "phone"
    CHANNEL = "channel"
    SHORT_CODE = "short_code"
    NAME = "name"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Address:
    """One address in the form we store: `key` is unique per person.

    SMS, MMS and RCS share one key, since they share consent (Twilio: RCS and SMS share
    opt-outs since March 2026). A WhatsApp address is a person of its own: `whatsapp:+46…`.
    `country` is the ISO 3166 code of the number, or None where there is none to tell.
    """

    key: str
    kind: AddressKind
    country: str | None


@functools.lru_cache(maxsize=MOST_KEPT)
def parse_address(raw: str, region: str | None = None) -> Address:
    """Read any sender or recipient string; never raises. `region` helps with national forms."""
    channel, _, rest = raw.strip().rpartition(":")
    channel = channel.lower()
    if not channel or channel in _SMS_CHANNELS:
        return _plain(rest.strip(), region)
    kind = AddressKind.CHANNEL
    number = _plain(rest.strip(), region) if channel in _PHONE_CHANNELS else None
    if number and number.kind is AddressKind.PHONE:
        return Address(f"{channel}:{number.key}", kind, number.country)
    return Address(f"{channel}:{rest.strip()}", kind, None)


def _plain(text: str, region: str | None) -> Address:
    e164 = text if E164.fullmatch(text) else _from_national(text, region)
    if e164:
        return Address(e164, AddressKind.PHONE, country_of(e164))
    if _SHORT_CODE.fullmatch(text):
        return Address(text, AddressKind.SHORT_CODE, None)
    return Address(text, AddressKind.NAME, None)


def _from_national(text: str, region: str | None) -> str | None:
    """`070-174 06 05` in SE is +46701740605. A short code is no valid number anywhere."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_of(e164: str) -> str | None:
    """The ISO country of an E.164 number. The calling code answers, except where it is shared."""
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(e164[1 : 1 + length]))
        if regions and len(regions) == 1:
            return str(regions[0])
        if regions:
            return _country_by_number(e164) or str(regions[0])
    return None


def _country_by_number(e164: str) -> str | None:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return None


def mask(address: str) -> str:
    """An address as logs may show it: enough to recognise, too little to call."""
    channel, colon, rest = address.rpartition(":")
    shown = f"{rest[:3]}…{rest[-2:]}" if len(rest) > 7 else "…"
    return f"{channel}{colon}{shown}"
