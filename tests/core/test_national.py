"""Numbers as files hold them."""

import phonenumbers
import pytest

from responder.core.addresses import country_of
from responder.core.national import read_number


@pytest.mark.parametrize(
    ("raw", "region", "key"),
    [
        ("070-174 06 05", "SE", "+46701740605"),
        ("+46 (0)70-174 06 05", "SE", "+46701740605"),
        ("0046701740605", "SE", "+46701740605"),
        ("46701740605", "SE", "+46701740605"),
        ("701740605", "SE", "+46701740605"),
        ("+46\u00a070\u2011174\u201106\u201105", "NO", "+46701740605"),
        ("07700 900123", "GB", "+447700900123"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("1-202-555-0123", "US", "+12025550123"),
        ("40 61 23 45", "DK", "+4540612345"),
        ("whatsapp:+46 70 174 06 05", "SE", "whatsapp:+46701740605"),
        ("sms:0701740605", "SE", "+46701740605"),
    ],
)
def test_a_number_is_read_however_it_is_written(raw: str, region: str, key: str) -> None:
    address = read_number(raw, region)
    assert address is not None
    assert (address.key, address.country) == (key, country_of(key.rpartition(":")[2]))


@pytest.mark.parametrize(
    "raw", ["", "-", "abc", "71700", "0701740", "4741000001", "+46", "07017406050605", "Bageriet"]
)
def test_what_is_no_number_there_is_none(raw: str) -> None:
    assert read_number(raw, "SE") is None


@pytest.mark.parametrize(
    "region", ["SE", "NO", "DK", "FI", "DE", "FR", "GB", "ES", "IT", "US", "CA"]
)
def test_the_last_three_digits_do_not_decide(region: str) -> None:
    mobile = phonenumbers.PhoneNumberType.MOBILE
    example = str(phonenumbers.example_number_for_type(region, mobile).national_number)
    for tail in range(0, 1000, 37):
        number = phonenumbers.parse(f"{example[:-3]}{tail:03d}", region)
        key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        found = read_number(f"{example[:-3]}{tail:03d}", region)
        assert found is not None
        assert found.key == key
