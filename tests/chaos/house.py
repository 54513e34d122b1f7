"""The house that goes through chaos: its numbers, programmes and people, and what they text.

Everybody's number is reserved for fiction: Swedish ones by PTS, British ones by Ofcom.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from responder.core.catalog import Catalog, Programme
from responder.core.delivery import Patience
from tests.factories import write_config

DEFAULT, OFF, REST = "+46701740699", "+46701740698", "+46701740697"
PEOPLE = tuple(
    [f"+46701740{n}" for n in range(605, 695)] + [f"+447700900{n:03d}" for n in range(210)]
)
STOPS = frozenset({"STOP", "STOPP", "AVSLUTA"})
"""The texts of the plans that end everything."""

SHORT = Patience(
    watch=timedelta(seconds=5),
    lease=timedelta(seconds=8),
    timeout=timedelta(seconds=1.6),
    quarantine=timedelta(seconds=3),
    first_backoff=timedelta(seconds=0.5),
    longest_backoff=timedelta(seconds=4),
    halt=timedelta(seconds=1),
)
"""The product's own patience in seconds for minutes; a lease still outlasts two calls, and
`STALL` the answer but not the quarantine after it."""
STALL = 2.0
SETTLED = timedelta(seconds=6)
"""What is younger may still be on its way as a webhook."""
REMIND_AFTER = timedelta(seconds=4)
"""The files can say no less than five minutes."""

_NUMBER = """
[[numbers]]
number = "{number}"
provider = "twilio"
country = "SE"
language = "sv"
reply_countries = ["SE", "GB"]
segments_per_second = 100
{more}
"""
_PROGRAMME = """
name = "{name}"
numbers = [{numbers}]
keywords = ["{keyword}"]
messages = "erbjudanden och nyheter"
frequency = "högst 2 sms i månaden"
{more}
"""
_CODES = 5000


def write_house(folder: Path) -> Path:
    """The config folder, written anew; gives its path."""
    house = '[brand]\nname = "Nordbageriet"\nsupport = "kundtjanst@nordbageriet.example"\n'
    house += "[replies]\nperson_per_hour = 100\nhouse_per_hour = 1000000\n"
    house += _NUMBER.format(number=DEFAULT, more='provider_opt_out = "default"')
    house += _NUMBER.format(number=OFF, more='provider_opt_out = "off"')
    house += _NUMBER.format(number=REST, more='provider_opt_out = "off"\nreplies = "rest"')
    double = 'opt_in = "double"\nremind_after = "5 minutes"'
    config = write_config(
        folder,
        house,
        klubben=_programme("Klubben", "JA", "", DEFAULT, REST),
        bullen=_programme("Bullen", "BULLE", '[incentive]\ncodes = "codes.txt"', OFF, REST),
        jazz=_programme("Jazzkvällar", "JAZZ", double, OFF, REST),
    )
    codes = "".join(f"BULLE-{n:04d}\n" for n in range(_CODES))
    (config / "codes.txt").write_text(codes)
    return config


def _programme(name: str, keyword: str, more: str, *numbers: str) -> str:
    listed = ", ".join(f'"{number}"' for number in numbers)
    return _PROGRAMME.format(name=name, keyword=keyword, numbers=listed, more=more)


def impatient(catalog: Catalog) -> Catalog:
    """The catalog with reminders that come while we look."""
    programmes = {p.id: _reminding_soon(p) for p in catalog.programmes.values()}
    return replace(catalog, programmes=programmes)


def _reminding_soon(programme: Programme) -> Programme:
    terms = programme.double_opt_in
    if terms is None:
        return programme
    return replace(programme, double_opt_in=replace(terms, remind_after=REMIND_AFTER))
