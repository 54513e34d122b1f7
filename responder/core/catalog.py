"""What decisions read: the marketers' files, validated and frozen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from responder.core.gate_cap import Cap
from responder.core.gate_house import House
from responder.core.vocabulary import Vocabulary, Words

Wordings = Mapping[str, Mapping[str, str]]
"""Language code → wording name → template."""
KEYWORD = "{keyword}"
"""Stands in an offer where each poster or stand prints its own keyword."""


@dataclass(frozen=True, slots=True)
class Brand:
    """Who speaks, and where a person reaches people."""

    name: str
    support: str
    terms_url: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A virtual number: what people text to.

    `address` is the key of its address (E.164, a short code's digits, `whatsapp:+46…`).
    `provider_opt_out` is `default`, `advanced` or `off`: what the provider answers by itself.
    `sender` is what a provider's block applies to: the messaging service where there is one.
    `replies` is `inline` (with the webhook's response) or `rest`, where the provider takes none
    there. `segments_per_second` is how fast it may send by itself. `consent_api` says that the
    account may tell the provider's block list what happened here.
    """

    address: str
    kind: str
    provider: str
    country: str
    language: str
    provider_opt_out: str
    reply_countries: frozenset[str]
    messaging_service: str | None = None
    answers_unknown: bool = True
    replies: str = "inline"
    segments_per_second: float = 10.0
    consent_api: bool = False

    @property
    def sender(self) -> str:
        """The number, or the messaging service that it belongs to."""
        return self.messaging_service or self.address


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that joins a programme, and the poster or stand it was printed on."""

    text: str
    programme: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class DoubleOptIn:
    """A request must be answered `within` this time; it is repeated once after `remind_after`."""

    within: timedelta
    remind_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One question after joining, to be answered `within` this time.

    `name` is the column that answers are kept under. `kind` is `name`, `email`, `postcode`,
    `date`, `choice` or `text`; `choices` are for the choice. `again` is what is asked when an
    answer does not fit, once.
    """

    name: str
    kind: str
    question: str
    again: str
    within: timedelta
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incentive:
    """A unique code for each person who joins. `codes` is a file of codes, one a line."""

    codes: str
    warn_below: int


@dataclass(frozen=True, slots=True, eq=False)
class Programme:
    """What a person joins. `opens` and `closes` are aware times; `closes` is exclusive.

    `double_opt_in` is None where the keyword alone joins. `cap` bounds what is promotional.
    `offer` is what posters say; {keyword} in it is the word of each.
    """

    id: str
    name: str
    messages: str
    frequency: str
    numbers: tuple[str, ...]
    keywords: tuple[Keyword, ...]
    purpose: str = "marketing"
    offer: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    wordings: Wordings = field(default_factory=dict)
    double_opt_in: DoubleOptIn | None = None
    asks: tuple[Ask, ...] = ()
    incentive: Incentive | None = None
    cap: Cap | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether people may join at this time."""
        begun = self.opens is None or self.opens <= now
        return begun and (self.closes is None or now < self.closes)

    def printed(self, source: str | None = None) -> Keyword | None:
        """The keyword on the poster of a source: its first. None where there is no such source."""
        return next((keyword for keyword in self.keywords if keyword.source == source), None)

    def offer_with(self, keyword: Keyword) -> str:
        """The offer as the poster with this keyword prints it."""
        return self.offer.replace(KEYWORD, keyword.text)

    def offer_seen(self, keyword: str | None = None) -> str:
        """The offer on the poster that made people text this keyword; else on the programme's own.

        Of a list of keywords for one source, the first is the one that was printed.
        """
        source = next((known.source for known in self.keywords if known.text == keyword), None)
        printed = self.printed(source)
        return self.offer_with(printed) if printed else self.offer


@dataclass(frozen=True, eq=False)
class Catalog:
    """Everything a decision may know. `hash` names the files that it was made from.

    `keywords` maps a number's address to its keywords by every spelling. `built_in` are the
    wordings that this software brings; `wordings` are the house's own. `replies_per_person` and
    `replies_per_house` bound the automatic replies of an hour, `sending` what nobody asked for.
    """

    brand: Brand
    numbers: Mapping[str, Number]
    programmes: Mapping[str, Programme]
    keywords: Mapping[str, Mapping[Words, Keyword]]
    vocabulary: Vocabulary
    built_in: Wordings
    wordings: Wordings = field(default_factory=dict)
    opt_out_scope: str = "brand"
    replies_per_person: int = 6
    replies_per_house: int = 100_000
    sending: House = field(default_factory=House)
    hash: str = ""

    def programmes_on(self, number: Number) -> tuple[Programme, ...]:
        """The programmes that people can join on a number, in the files' order."""
        return tuple(p for p in self.programmes.values() if number.address in p.numbers)

    @property
    def language(self) -> str:
        """The house's own language: that of its first number."""
        return next((number.language for number in self.numbers.values()), "en")

    @property
    def served_countries(self) -> frozenset[str]:
        """Every country that some number of the house may answer to."""
        return frozenset().union(*(number.reply_countries for number in self.numbers.values()))


Serving = Callable[[], Catalog]
"""Gives the catalog that is served at this moment."""
