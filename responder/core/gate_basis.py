"""Soft opt-in: writing to a customer about similar goods, and when that ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class SoftOptIn:
    """For so many calendar months after the last sale; `source` says who wants it so."""

    months: int
    source: str


_NO_TERM = "the law names no term; twelve months as in Sweden and Ireland"

SOFT_OPT_IN: Mapping[str, SoftOptIn] = {
    "SE": SoftOptIn(12, "Marknadsföringslagen 19 §; SWEDMA: customer within 12 months"),
    "IE": SoftOptIn(12, "S.I. 336/2011 reg. 13; citizensinformation.ie: within 12 months"),
    "CA": SoftOptIn(24, "CASL s. 10(10): two years after a purchase"),
    "DK": SoftOptIn(12, f"Markedsføringsloven § 10(2); {_NO_TERM}"),
    "NO": SoftOptIn(12, f"Markedsføringsloven § 15(3); {_NO_TERM}"),
    "FI": SoftOptIn(12, f"Laki sähköisen viestinnän palveluista 200 §; {_NO_TERM}"),
    "DE": SoftOptIn(12, f"UWG § 7(3); {_NO_TERM}"),
    "AT": SoftOptIn(12, f"TKG 2021 § 174; {_NO_TERM}"),
    "CH": SoftOptIn(12, f"UWG Art. 3(1)(o); {_NO_TERM}"),
    "FR": SoftOptIn(12, f"CPCE L34-5, CNIL; {_NO_TERM}"),
    "BE": SoftOptIn(12, f"KB 4 April 2003 art. 1; {_NO_TERM}"),
    "NL": SoftOptIn(12, f"Telecommunicatiewet 11.7; {_NO_TERM}"),
    "GB": SoftOptIn(12, f"PECR 2003 reg. 22(3); {_NO_TERM}"),
    "ES": SoftOptIn(12, f"LSSI art. 21.2; {_NO_TERM}"),
}
"""Where it exists for SMS at all. Italy has it for e-mail only (Codice privacy art. 130), Poland
names none (PKE art. 398), the United States want written consent (47 CFR 64.1200)."""


def soft_opt_in_ends(country: str | None, sold_at: datetime) -> datetime | None:
    """When a soft opt-in ends (exclusive) that began with a sale; None where there is none.

    A month that is too short ends it on its last day.
    """
    rule = SOFT_OPT_IN.get(country or "")
    return _months_later(sold_at, rule.months) if rule else None


def _months_later(at: datetime, months: int) -> datetime:
    years, month = divmod(at.month - 1 + months, 12)
    first = at.replace(year=at.year + years, month=month + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(at.day, last.day))
