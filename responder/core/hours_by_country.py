"""When a promotional text may arrive, by country, with the source of each rule.

Most laws name no hours for SMS; there the hours that messaging providers keep stand in for them.
Laws change: a house that knows better tightens them with hours of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time

from responder.core.gate_hours import CLOSED, Hours, Permitted, hours, permitted

_PROVIDERS = "no hours in law; providers keep 8-20 (kb.zap.co.uk, Klaviyo's values)"
_CUSTOM = permitted(hours(8, 20), _PROVIDERS)

_FRANCE = permitted(
    hours(8, 20),
    "8-20 Monday to Saturday without public holidays (sendtargetsms.com, smsenvoi.com); AF2M's "
    "charter says 8-22 on working days, so this is the narrower. Alsace-Moselle also keeps Good "
    "Friday and 26 December (loi locale), and a mobile number does not tell who lives there",
    sunday=CLOSED,
    closed_on=(("FR", None), ("FR", "57"), ("FR", "6AE")),
)
_OVERSEAS = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "YT": "976",
    "BL": "BL",
    "MF": "MF",
    "PM": "PM",
}
_ITALY = permitted(
    hours(9, 20),
    "Codice di condotta telemarketing (Garante, 7 March 2024): 9-20, Saturday 10-19, no Sunday "
    "or holiday; written for calls, kept for texts in doubt",
    saturday=hours(10, 19),
    sunday=CLOSED,
    closed_on=(("IT", None),),
)
UNITED_STATES = permitted(hours(8, 21), "47 CFR 64.1200(c)(1): 8-21 where the person is")

BY_COUNTRY: Mapping[str, Permitted] = {
    **dict.fromkeys(("SE", "DK", "NO", "FI", "DE", "AT", "CH", "NL"), _CUSTOM),
    **dict.fromkeys(("GB", "IE", "ES", "PL", "CA"), _CUSTOM),
    "BE": permitted(hours(9, 20), "no hours in law; a provider enforces 9-20 (Ometria)"),
    "FR": _FRANCE,
    **{code: replace(_FRANCE, closed_on=(("FR", part),)) for code, part in _OVERSEAS.items()},
    "IT": _ITALY,
    **dict.fromkeys(("US", "PR", "VI", "GU", "AS", "MP"), UNITED_STATES),
}


STRICTEST = permitted(
    hours(9, 20),
    "no rule is known here: the narrowest of every rule above holds",
    saturday=hours(10, 19),
    sunday=CLOSED,
)
RECOMMENDED_SLOTS = permitted(
    (Hours(time(11), time(12, 30)), Hours(time(18), time(19, 30))),
    "late morning and early evening, as French SMS senders are advised",
)
"""When promotional texts are read best. A house may keep to them."""


def hours_in(country: str) -> Permitted:
    """The rule of an ISO 3166 country; elsewhere the strictest of all, and its public holidays."""
    return BY_COUNTRY.get(country) or replace(STRICTEST, closed_on=((country, None),))
