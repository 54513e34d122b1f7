"""What the provider's block list is told: that somebody left by a word it ignores, or came back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.core.catalog import Number
from responder.core.consent import STRANGER, OptedIn, OptedOut, ProviderBlocked, Standing, fold
from responder.core.notices import notice
from responder.core.outcomes import Recent
from tests.factories import NOON, NUMBER, decided, house

EARLIER = NOON - timedelta(days=30)
TOLD = replace(house().numbers[NUMBER], consent_api=True)
SILENT = house().numbers[NUMBER]
MEMBER = fold([OptedIn(EARLIER, "klubben")])
BLOCKED = fold([ProviderBlocked(EARLIER, NUMBER), OptedOut(EARLIER)], MEMBER)


def told(
    text: str, standing: Standing, number: Number | None = TOLD, **message: str
) -> bool | None:
    return notice(decided(text, standing, Recent(), **message), standing, number)


@pytest.mark.parametrize("text", ["AVSLUTA", "STOPP", "stop!", "sluta skicka", "radera mig"])
def test_the_provider_is_told_who_left_by_a_word_that_it_ignores(text: str) -> None:
    assert told(text, MEMBER) is False


@pytest.mark.parametrize("text", ["STOP", "unsubscribe", " End "])
def test_the_provider_is_not_told_what_it_did_by_itself(text: str) -> None:
    assert told(text, MEMBER) is None


def test_the_provider_is_not_told_who_left_one_programme_and_stays_in_another() -> None:
    assert told("STOPP JAZZ", fold([OptedIn(EARLIER, "jazz")], MEMBER)) is None


def test_the_provider_is_not_told_again_of_who_is_blocked() -> None:
    assert told("AVSLUTA", BLOCKED) is None


def test_the_provider_is_told_who_came_back_while_it_blocks_them() -> None:
    assert told("JA", BLOCKED) is True


def test_the_provider_is_not_told_of_who_joins_while_nothing_is_blocked() -> None:
    assert told("JA", STRANGER) is None


def test_the_provider_is_not_told_of_who_lifted_the_block_by_its_own_word() -> None:
    assert told("START", BLOCKED) is None


@pytest.mark.parametrize("text", ["hjälp", "hej hej", "JAZZ?", "registerutdrag", ""])
@pytest.mark.parametrize("standing", [STRANGER, MEMBER, BLOCKED])
def test_what_changes_nothing_is_not_told(text: str, standing: Standing) -> None:
    assert told(text, standing) is None


def test_nothing_is_told_where_the_account_cannot_or_the_number_is_not_ours() -> None:
    for text, standing in (("AVSLUTA", MEMBER), ("JA", BLOCKED)):
        assert told(text, standing, SILENT) is None
        assert told(text, standing, None) is None
