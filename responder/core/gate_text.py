"""What can be told about a text before anyone is written to: way out, length, promotion."""

import functools
import re
import unicodedata

from responder.core.catalog import Catalog
from responder.core.compose import names_a_way_out
from responder.core.gate_facts import Kind, Message, Why
from responder.core.gate_house import MOST_SEGMENTS, House
from responder.core.segments import count

_PROMOTIONAL_STEMS = (
    *("rabat", "erbjudand", "kampanjkod", "utförsälj"),  # sv; rabat also da, nb, de, pl
    *("tilbud", "kampagnepris", "tilboð", "afslátt"),  # da, nb, is
    *("alennus", "tarjous", "allahind", "soodus", "atlaid", "nuolaid"),  # fi, et, lv, lt
    *("gutschein", "sonderangebot", "korting", "aanbieding"),  # de, nl
    *("discount", "special offer", "promo code", "voucher"),  # en
    *("code promo", "bon plan", "soldes"),  # fr
    *("descuento", "rebajas", "desconto", "promoç", "sconto", "sconti"),  # es, pt, it
    *("zniżk", "promocj", "wyprzedaż"),  # pl
)
"""Parts of words that advertise and hardly do anything else. Left out is what a service says
too: `offer`, `sale`, `remise` (handing over), `saldi` (balances), `Angebot` (a quotation)."""
_PROMOTIONAL = re.compile(
    "|".join(map(re.escape, _PROMOTIONAL_STEMS))
    + r"|[-−–]\s?\d{1,2}\s?%|\d\s?%\s?(?:off\b|de r[ée]duction|di sconto|zni[żz])"
)


def fault(message: Message, house: House, catalog: Catalog) -> Why | None:
    """What forbids this text for everybody, or None."""
    most = min(house.most_segments, MOST_SEGMENTS)
    return _fault(message.kind, message.text, message.language, most, catalog)


@functools.lru_cache(maxsize=1000)
def _fault(
    kind: Kind, text: str, language: str, most_segments: int, catalog: Catalog
) -> Why | None:
    if count(text).segments > most_segments:
        return Why.TOO_LONG
    if kind is Kind.PROMOTIONAL:
        return None if names_a_way_out(text, language, catalog) else Why.NO_WAY_OUT
    return Why.PROMOTION_IN_SERVICE if sounds_promotional(text) else None


def sounds_promotional(text: str) -> bool:
    """Whether a text uses words of advertising in any language we speak.

    A heuristic: it finds what is plainly said, "20 % off", and not what is meant ("we miss
    you"). Addresses of pages tell nothing and are let pass.
    """
    return bool(_PROMOTIONAL.search(unicodedata.normalize("NFC", text).casefold()))
