"""A message that was received before the person's newest act may only lead out."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.catalog import Catalog
from responder.core.consent import (
    STRANGER,
    ConsentEvent,
    OptedIn,
    OptedOut,
    OptInRequested,
    ProviderBlocked,
    Standing,
    State,
    fold,
)
from responder.core.decide import decide
from responder.core.outcomes import Asking, Decision, Recent
from tests.factories import HOUSE, JAZZ, KLUBBEN, NOON, NUMBER, house, inbound, texts

HOUR = timedelta(hours=1)
MORNING, TEN, ELEVEN = NOON - 4 * HOUR, NOON - 2 * HOUR, NOON - HOUR
"""The person acted in the morning and at eleven; the message that comes at noon is from ten."""
SINGLE = house()
DOUBLE = house(jazz=JAZZ.replace("active", 'opt_in = "double"\nactive'))
MEMBER = fold([OptedIn(MORNING, "klubben")])
LEFT = fold([OptedOut(ELEVEN)], MEMBER)
JOINED_LATER = fold([OptedIn(ELEVEN, "klubben")])
WORDS = st.sampled_from(
    [
        *(
            "JA",
            "KLUBB",
            "JAZZ",
            "START",
            "YES",
            "ja tack",
            "JA?",
            "vill gå med",
            "NEJ",
            "nej tack",
        ),
        *("STOPP", "STOP", "STOPP JAZZ", "avsluta", "radera mig", "hjälp", "hej", "M", "", "🛑"),
    ]
)


def late(
    text: str,
    standing: Standing,
    catalog: Catalog = SINGLE,
    received: datetime = TEN,
    recent: Recent | None = None,
) -> Decision:
    """What a text that was received at ten, and comes out of the spool at noon, comes to."""
    message = replace(inbound(text, at=received), delayed=True)
    return decide(message, standing, recent or Recent(), catalog, NOON)


def running(standing: Standing) -> set[str]:
    """The programmes that the person is in, or about to join."""
    return {p for p, s in standing.subscriptions.items() if s.state is not State.ENDED}


@pytest.mark.parametrize("text", ["JA", "KLUBB", "ja tack"])
def test_a_late_keyword_is_recorded_and_joins_nobody(text: str) -> None:
    decision = late(text, LEFT)
    assert (decision.outcome, decision.reason) == ("refused", "late_news")
    assert (decision.events, texts(decision)) == ((), [])


@pytest.mark.parametrize("text", ["START", "YES"])
def test_a_late_start_brings_nobody_back(text: str) -> None:
    decision = late(text, LEFT)
    assert (fold(decision.events, LEFT).active, decision.replies) == ((), ())


def test_a_late_keyword_does_not_even_ask_for_a_second_yes() -> None:
    left = fold([OptedOut(ELEVEN)])
    assert running(fold(late("JAZZ", left, DOUBLE).events, left)) == set()


@pytest.mark.parametrize("text", ["JA", "YES", "JAZZ"])
def test_a_late_yes_confirms_nothing(text: str) -> None:
    waiting = fold([OptInRequested(MORNING, "jazz"), OptedIn(ELEVEN, "klubben")])
    catalog = house(klubben=KLUBBEN.replace('"JA", ', ""), jazz=JAZZ + 'opt_in = "double"\n')
    decision = late(text, waiting, catalog)
    assert "jazz" not in fold(decision.events, waiting).active


def test_a_late_no_ends_the_request_that_it_answered() -> None:
    waiting = fold([OptInRequested(MORNING, "jazz"), OptedIn(ELEVEN, "klubben")])
    after = fold(late("NEJ", waiting, DOUBLE).events, waiting)
    assert (after.state("jazz"), after.active) == (State.ENDED, ("klubben",))


def test_a_late_no_does_not_end_a_request_that_was_made_after_it() -> None:
    waiting = fold([OptInRequested(ELEVEN, "jazz")])
    assert late("NEJ", waiting, DOUBLE).events == ()


@pytest.mark.parametrize("text", ["STOPP", "avsluta", "radera mina uppgifter", "🛑"])
def test_a_late_opt_out_ends_what_was_begun_before_it_at_its_own_time(text: str) -> None:
    standing = fold([OptInRequested(MORNING, "jazz"), ProviderBlocked(ELEVEN, NUMBER)], MEMBER)
    decision = late(text, standing)
    assert decision.events == (OptedOut(TEN),)
    assert running(fold(decision.events, standing)) == set()


@pytest.mark.parametrize("later", [OptedIn(ELEVEN, "jazz"), OptInRequested(ELEVEN, "jazz")])
def test_a_late_opt_out_ends_nothing_that_was_begun_after_it(later: ConsentEvent) -> None:
    standing = fold([later], MEMBER)
    after = fold(late("STOPP", standing, DOUBLE).events, standing)
    assert running(after) == {"jazz"}


def test_a_late_opt_out_that_ends_nothing_is_recorded_in_silence() -> None:
    decision = late("STOPP", JOINED_LATER)
    assert (decision.outcome, decision.reason) == ("already_out", "late_news")
    assert (fold(decision.events, JOINED_LATER).active, texts(decision)) == (("klubben",), [])


def test_a_late_opt_out_of_one_programme_ends_that_one() -> None:
    standing = fold([OptedIn(MORNING, "jazz"), OptedIn(ELEVEN, "klubben")])
    decision = late("STOPP JAZZ", standing)
    assert fold(decision.events, standing).active == ("klubben",)
    assert len(texts(decision)) == 1


def test_a_late_stop_that_the_provider_obeyed_is_a_block_as_well() -> None:
    standing = fold([OptInRequested(ELEVEN, "jazz")], MEMBER)
    decision = late("STOP", standing)
    assert decision.events == (ProviderBlocked(TEN, NUMBER), OptedOut(TEN))
    assert texts(decision) == []


def test_a_late_start_lifts_no_block() -> None:
    blocked = fold([ProviderBlocked(ELEVEN, NUMBER), OptedOut(ELEVEN)], MEMBER)
    assert fold(late("START", blocked).events, blocked).blocks == {NUMBER}


def test_late_news_ends_a_question_only_with_its_membership() -> None:
    waits = Recent(asking=Asking("klubben", "size", 0, NOON + HOUR))
    standing = fold([OptedIn(ELEVEN, "jazz")], MEMBER)
    assert late("STOPP", standing, recent=waits).asking is None
    assert late("STOPP JAZZ", standing, recent=waits).asking == waits.asking


def test_what_was_kept_on_its_way_is_no_late_news_where_nothing_happened_since() -> None:
    assert late("JA", STRANGER).events == (OptedIn(TEN, "klubben"),)
    former = fold([OptedOut(MORNING)], MEMBER)
    assert late("JA", former).events == (OptedIn(TEN, "klubben"),)


def test_what_comes_straight_is_never_late_however_the_clocks_differ() -> None:
    message = inbound("JA", at=ELEVEN - timedelta(seconds=2))
    decision = decide(message, LEFT, Recent(), SINGLE, NOON)
    assert decision.events == (OptedIn(ELEVEN, "klubben"),)


EVENTS = st.lists(
    st.one_of(
        st.builds(
            OptedIn, st.sampled_from([MORNING, ELEVEN]), st.sampled_from(["klubben", "jazz"])
        ),
        st.builds(OptInRequested, st.sampled_from([MORNING, ELEVEN]), st.just("jazz")),
        st.builds(OptedOut, st.just(MORNING), st.sampled_from(["klubben", "jazz", None])),
        st.builds(ProviderBlocked, st.just(MORNING), st.just(NUMBER)),
    ),
    max_size=5,
).map(lambda events: fold([*events, ProviderBlocked(ELEVEN, "MG")]))


@given(WORDS, EVENTS, st.sampled_from([HOUSE, HOUSE + '[opt_out]\nscope = "number"\n']))
def test_no_late_news_leads_in_or_ends_what_is_newer(
    text: str, standing: Standing, files: str
) -> None:
    catalog = house(files, jazz=JAZZ.replace("active", 'opt_in = "double"\nactive'))
    after = fold(late(text, standing, catalog).events, standing)
    assert set(after.active) <= set(standing.active)
    assert running(after) <= running(standing)
    newer = {p for p, s in standing.subscriptions.items() if s.begun and s.begun > TEN}
    assert running(standing) & newer <= running(after)


@given(st.sampled_from(["STOPP", "avsluta", "STOP", "radera mig", "🛑"]), EVENTS)
def test_a_late_opt_out_leaves_nothing_running_that_is_older(text: str, standing: Standing) -> None:
    after = fold(late(text, standing).events, standing)
    assert all((after.subscriptions[p].begun or NOON) > TEN for p in running(after))
