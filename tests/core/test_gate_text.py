"""What the gate finds in a text, and when a soft opt-in ends."""

from datetime import UTC, datetime

import pytest

from responder.core.gate_basis import soft_opt_in_ends
from responder.core.gate_facts import Kind, Message, Why
from responder.core.gate_house import MOST_SEGMENTS, House
from responder.core.gate_text import fault, sounds_promotional
from tests.factories import NUMBER, house

PROGRAMME = house().programmes["klubben"]
WAY_OUT = " STOPP avslutar."


def found(kind: Kind, text: str, most_segments: int = MOST_SEGMENTS) -> Why | None:
    message = Message(kind, PROGRAMME, NUMBER, text, "sv")
    return fault(message, House(most_segments=most_segments), house())


def test_a_promotion_names_a_way_out_and_a_service_message_need_not() -> None:
    assert found(Kind.PROMOTIONAL, "Nya bullar!") is Why.NO_WAY_OUT
    assert found(Kind.PROMOTIONAL, "Nya bullar!" + WAY_OUT) is None
    assert found(Kind.SERVICE, "Din beställning är klar.") is None


@pytest.mark.parametrize("kind", Kind)
def test_a_text_is_as_long_as_the_house_allows_and_no_longer(kind: Kind) -> None:
    fits = "a" * (160 - len(WAY_OUT)) + WAY_OUT
    assert found(kind, fits, most_segments=1) is None
    assert found(kind, "a" + fits, most_segments=1) is Why.TOO_LONG
    assert found(kind, "a" + fits, most_segments=2) is None


def test_no_house_allows_more_than_a_provider_takes() -> None:
    text = "a" * (MOST_SEGMENTS * 153) + WAY_OUT
    assert found(Kind.PROMOTIONAL, text, most_segments=99) is Why.TOO_LONG


@pytest.mark.parametrize(
    "text",
    [
        "Din bokning är klar. Medlemserbjudande: två för en!",
        "Vi ses imorgon. 20 % rabatt på bullar",
        "Your table is booked. 15% off cakes today",
        "Din ordre er klar. Tilbud på boller",
        "Ihr Termin: morgen 9 Uhr. -20 % auf alles",
        "Votre commande est prête. Code promo: BRIOCHE",
        "Tu pedido está listo. Descuento en pan",
        "Tilauksesi on valmis. Tarjous: pulla",
    ],
)
def test_a_service_message_that_advertises_is_stopped(text: str) -> None:
    assert found(Kind.SERVICE, text) is Why.PROMOTION_IN_SERVICE
    assert found(Kind.PROMOTIONAL, text + WAY_OUT) is None


@pytest.mark.parametrize(
    "text",
    [
        "Din tid är bokad till 14:30. Läs mer: https://nordbageriet.example/tid?id=7",
        "Your card balance is 20 % of the limit.",
        "La remise de votre colis est prévue demain.",
        "Ihr Angebot liegt bereit: Nr. 2026-20.",
        "Il saldo del conto è disponibile.",
        "Leverans 8-10. Fuktighet 40 %.",
    ],
)
def test_an_ordinary_service_message_is_not_taken_for_advertising(text: str) -> None:
    assert not sounds_promotional(text)


@pytest.mark.parametrize(
    ("country", "sold", "ends"),
    [
        ("SE", datetime(2025, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("IE", datetime(2024, 2, 29, 12, tzinfo=UTC), datetime(2025, 2, 28, 12, tzinfo=UTC)),
        ("CA", datetime(2026, 12, 31, tzinfo=UTC), datetime(2028, 12, 31, tzinfo=UTC)),
        ("IT", datetime(2026, 11, 1, tzinfo=UTC), None),
        ("US", datetime(2026, 11, 1, tzinfo=UTC), None),
        (None, datetime(2026, 11, 1, tzinfo=UTC), None),
    ],
)
def test_a_soft_opt_in_ends_by_the_calendar_of_the_law(
    country: str | None, sold: datetime, ends: datetime | None
) -> None:
    assert soft_opt_in_ends(country, sold) == ends
