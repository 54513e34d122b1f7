"""The provider's word that a person has stopped a sender: what an attempt at that time ends."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from responder.core.consent import (
    OptedIn,
    OptedOut,
    OptInRequested,
    ProviderBlocked,
    ProviderUnblocked,
    State,
    fold,
)
from responder.core.leaving import by_refusal
from tests.factories import HOUSE, NOON, NUMBER, OFF_NUMBER, house

HOUR = timedelta(hours=1)
BEFORE, AFTER = NOON - HOUR, NOON + HOUR
"""The message was attempted at noon."""
CATALOG = house()
NARROW = house(HOUSE + '[opt_out]\nscope = "number"\n')
MINE, OTHER = CATALOG.numbers[NUMBER], CATALOG.numbers[OFF_NUMBER]
MEMBER = fold([OptedIn(BEFORE, "klubben"), OptedIn(BEFORE, "jazz")])


def test_a_block_that_nobody_knew_of_ends_everything_older_than_the_attempt() -> None:
    events = by_refusal(MEMBER, MINE, NUMBER, CATALOG, NOON)
    assert events == (ProviderBlocked(NOON, NUMBER), OptedOut(NOON))
    after = fold(events, MEMBER)
    assert (after.active, after.blocks) == ((), frozenset({NUMBER}))


def test_who_joined_after_the_attempt_stays_and_the_block_is_known() -> None:
    standing = fold([OptedIn(AFTER, "jazz")], MEMBER)
    after = fold(by_refusal(standing, MINE, NUMBER, CATALOG, NOON), standing)
    assert (after.active, after.blocks) == (("jazz",), frozenset({NUMBER}))


@pytest.mark.parametrize(("asked", "state"), [(BEFORE, State.ENDED), (AFTER, State.PENDING)])
def test_a_request_that_is_older_than_the_attempt_ends_too(asked: datetime, state: State) -> None:
    standing = fold([OptInRequested(asked, "klubben")])
    after = fold(by_refusal(standing, MINE, NUMBER, CATALOG, NOON), standing)
    assert after.state("klubben") is state


def test_who_joined_during_a_known_block_waits_for_their_start() -> None:
    blocked = fold([ProviderBlocked(BEFORE, NUMBER), OptedOut(BEFORE), OptedIn(BEFORE, "klubben")])
    assert by_refusal(blocked, MINE, NUMBER, CATALOG, NOON) == ()


def test_a_second_refusal_teaches_nothing_new() -> None:
    after = fold(by_refusal(MEMBER, MINE, NUMBER, CATALOG, NOON), MEMBER)
    assert by_refusal(after, MINE, NUMBER, CATALOG, AFTER) == ()


def test_a_block_that_was_lifted_may_be_met_again() -> None:
    standing = fold(
        [
            *(ProviderBlocked(BEFORE, NUMBER), ProviderUnblocked(BEFORE, NUMBER)),
            OptedIn(BEFORE, "klubben"),
        ]
    )
    after = fold(by_refusal(standing, MINE, NUMBER, CATALOG, NOON), standing)
    assert (after.active, after.blocks) == ((), frozenset({NUMBER}))


def test_a_block_of_one_sender_says_nothing_about_another() -> None:
    standing = fold([ProviderBlocked(BEFORE, OFF_NUMBER)], MEMBER)
    events = by_refusal(standing, MINE, NUMBER, CATALOG, NOON)
    assert events == (ProviderBlocked(NOON, NUMBER), OptedOut(NOON))


def test_the_block_is_the_messaging_services_where_there_is_one() -> None:
    number = replace(MINE, messaging_service="MG" + "0" * 32)
    (block, _) = by_refusal(MEMBER, number, NUMBER, CATALOG, NOON)
    assert block == ProviderBlocked(NOON, number.sender)


def test_a_number_that_is_gone_from_the_files_is_its_own_sender() -> None:
    events = by_refusal(MEMBER, None, "+46701740611", CATALOG, NOON)
    assert events == (ProviderBlocked(NOON, "+46701740611"), OptedOut(NOON))


def test_a_narrowed_stop_ends_the_programmes_of_the_number_only() -> None:
    narrowed = NARROW.numbers[OFF_NUMBER]
    after = fold(by_refusal(MEMBER, narrowed, OFF_NUMBER, NARROW, NOON), MEMBER)
    assert after.active == ("jazz",)


def test_who_has_left_already_is_blocked_and_leaves_nothing() -> None:
    left = fold([OptedOut(BEFORE)], MEMBER)
    assert by_refusal(left, MINE, NUMBER, CATALOG, NOON) == (ProviderBlocked(NOON, NUMBER),)
