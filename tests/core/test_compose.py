"""Texts keep their mandated parts."""

import pytest

from responder.core.compose import compose, names_a_way_out, unknown_placeholders
from tests.factories import house


def test_a_confirmation_that_does_not_tell_of_help_gets_it_appended() -> None:
    programme = house().programmes["klubben"]
    assert "HJÄLP" in compose("opt_in", "sv", house(), "SE", programme)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Svara STOPP för att avsluta", True),
        ("Reply STOP.", True),
        ("Gäller till the end of June", False),
        ("reply stop", True),
        ("", False),
    ],
)
def test_a_way_out_is_a_word_that_one_can_send_back(text: str, shown: bool) -> None:
    assert names_a_way_out(text, "en", house()) is shown


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        ("{brand} {stop}", ()),
        ("{namn}", ("namn",)),
        ("{brand!r}", ("brand",)),
        ("{brand:>999999}", ("brand",)),
        ("{0}", ("0",)),
    ],
)
def test_placeholders_that_do_not_exist_are_named(template: str, unknown: tuple[str, ...]) -> None:
    assert unknown_placeholders(template) == unknown
