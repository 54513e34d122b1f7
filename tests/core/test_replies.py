"""Talk to no machine, pay for none: who is answered, and how often."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.catalog import Catalog
from responder.core.consent import (
    STRANGER,
    OptedIn,
    OptedOut,
    OptInRequested,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
    fold,
)
from responder.core.outcomes import Allowance, Asking, Decision, Recent, remember
from responder.core.replies import spend
from responder.core.words import fingerprint
from tests.factories import HOUSE, KLUBBEN, NOON, NUMBER, OFF_NUMBER, decided, house, inbound, texts

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DOUBLE = KLUBBEN.replace("[sources]", 'opt_in = "double"\n[sources]')
EARLIER = NOON - DAY
MEMBER = fold([OptedIn(EARLIER, "klubben")])
SPENT = Recent(heard_at=NOON - MINUTE, allowance=Allowance(NOON - MINUTE, 6, NOON - MINUTE))
"""Answered six times within the last minute."""
PAST = replace(SPENT, allowance=Allowance(NOON - HOUR, 7, NOON - HOUR))
"""Went past the bound an hour ago."""
FULL = Recent(house_full=True)


def talk(
    *said: str,
    standing: Standing = STRANGER,
    catalog: Catalog | None = None,
    every: timedelta = MINUTE,
) -> list[Decision]:
    """What a person who texts these words, one after the other, comes to."""
    decisions: list[Decision] = []
    recent = Recent()
    for turn, text in enumerate(said):
        at = NOON + turn * every
        decision = decided(text, standing, recent, catalog, at, to=OFF_NUMBER)
        standing = fold(decision.events, standing)
        recent = remember(recent, inbound(text, OFF_NUMBER, at=at), decision)
        decisions.append(decision)
    return decisions


def answered(decisions: list[Decision]) -> list[bool]:
    return [bool(texts(decision)) for decision in decisions]


def test_a_person_is_answered_six_times_in_an_hour_whatever_they_say() -> None:
    said = talk("hjälp", "KLUBB", "JA?", "registerutdrag", "KLUBB", "help", "hjälp tack", "JA")
    assert answered(said) == [True] * 6 + [False] * 2
    assert said[-1].reason == "too_many_replies"


def test_a_marketer_can_set_the_bound() -> None:
    two = house(HOUSE + "[replies]\nperson_per_hour = 2\n")
    assert answered(talk("hjälp", "help", "info", catalog=two)) == [True, True, False]


def test_who_stays_within_the_bound_may_ask_as_much_in_the_next_hour() -> None:
    hours = talk(*("hjälp", "help", "HJÄLP", "info", "HELP") * 3, every=timedelta(minutes=12))
    assert answered(hours) == [True] * 15


def test_past_the_bound_a_keyword_joins_nobody() -> None:
    decision = decided("JA", recent=SPENT)
    assert (decision.outcome, decision.reason) == ("refused", "too_many_replies")
    assert (decision.events, decision.replies) == ((), ())


def test_past_the_bound_a_yes_is_not_applied_and_the_request_waits_on() -> None:
    pending = fold([OptInRequested(NOON - MINUTE, "klubben")])
    decision = decided("YES", pending, SPENT, house(klubben=DOUBLE))
    assert (decision.outcome, decision.events) == ("refused", ())
    assert decided("KLUBB", recent=SPENT, catalog=house(klubben=DOUBLE)).events == ()


def test_past_the_bound_what_the_provider_did_is_recorded_all_the_same() -> None:
    former = fold([ProviderBlocked(EARLIER, NUMBER), OptedOut(EARLIER)], MEMBER)
    decision = decided("START", former, SPENT)
    assert (decision.outcome, decision.events) == ("refused", (ProviderUnblocked(NOON, NUMBER),))


@pytest.mark.parametrize("text", ["STOPP", "STOP", "avsluta", "STOPP KLUBB", "radera mig"])
@pytest.mark.parametrize("recent", [SPENT, PAST, FULL])
def test_an_opt_out_is_always_applied(text: str, recent: Recent) -> None:
    after = fold(decided(text, MEMBER, recent).events, MEMBER)
    assert after.active == ()


@pytest.mark.parametrize("recent", [SPENT, PAST, FULL])
def test_a_no_to_a_request_is_always_applied(recent: Recent) -> None:
    pending = fold([OptInRequested(NOON - MINUTE, "klubben")])
    decision = decided("NEJ", pending, recent, house(klubben=DOUBLE))
    assert decision.events == (OptedOut(NOON, "klubben"),)


def test_past_the_bound_a_request_about_ones_data_still_opens_its_case() -> None:
    decision = decided("radera mina uppgifter", MEMBER, SPENT)
    assert (decision.case, decision.events) == ("erase", (OptedOut(NOON),))


def test_past_the_bound_an_opt_out_is_confirmed_at_most_daily() -> None:
    assert len(texts(decided("STOPP", MEMBER, PAST))) == 1
    told = replace(PAST, allowance=decided("STOPP", MEMBER, PAST).allowance)
    assert texts(decided("STOPP", MEMBER, told)) == []
    a_day_ago = replace(PAST, allowance=Allowance(NOON - DAY, 8, NOON - DAY))
    assert len(texts(decided("STOPP", MEMBER, a_day_ago))) == 1


def test_who_goes_on_past_the_bound_is_answered_once_a_day() -> None:
    one = house(HOUSE + "[replies]\nperson_per_hour = 1\n")
    six_days = talk(*("hjälp", "help") * 144, catalog=one, every=timedelta(minutes=30))
    assert [at // 48 for at, may in enumerate(answered(six_days)) if may] == [0, 1, 2, 3, 4, 5]


def test_a_day_of_silence_begins_anew() -> None:
    silent = replace(PAST, heard_at=NOON - DAY)
    decision = decided("hjälp", MEMBER, silent)
    assert (len(texts(decision)), decision.allowance) == (1, Allowance(NOON, 1, NOON))


@given(st.lists(st.integers(0, 7200), max_size=60), st.integers(1, 6))
def test_past_the_bound_two_answers_are_a_day_apart(gaps: list[int], limit: int) -> None:
    recent, now = Recent(), NOON
    for gap in gaps:
        now += timedelta(seconds=gap)
        allowance, may = spend(recent, limit, now)
        if may and allowance.count > limit:
            assert recent.allowance.last_at is not None
            assert now - recent.allowance.last_at >= DAY
        recent = replace(recent, allowance=allowance, heard_at=now)


@given(st.lists(st.integers(0, 3600), max_size=60), st.integers(1, 6))
def test_an_hour_from_its_first_answer_never_has_more_than_the_bound(
    gaps: list[int], limit: int
) -> None:
    recent, now, since, count = Recent(), NOON, NOON - DAY, 0
    for gap in gaps:
        now += timedelta(seconds=gap)
        allowance, may = spend(recent, limit, now)
        if may and now - since >= HOUR:
            since, count = now, 0
        count += may
        assert count <= limit
        recent = replace(recent, allowance=allowance, heard_at=now)


def test_a_full_house_joins_nobody_and_answers_nobody_but_who_leaves() -> None:
    for text in ("JA", "hjälp", "vad kostar en bulle", "registerutdrag"):
        decision = decided(text, recent=FULL)
        assert (decision.events, texts(decision), decision.reason) == ((), [], "house_ceiling")
    assert len(texts(decided("STOPP", MEMBER, FULL))) == 1
    assert len(texts(decided("radera mig", MEMBER, FULL))) == 1


def test_a_full_house_confirms_a_no() -> None:
    pending = fold([OptInRequested(NOON - MINUTE, "klubben")])
    decision = decided("NEJ", pending, FULL, house(klubben=DOUBLE))
    assert len(texts(decision)) == 1


def test_who_was_not_let_in_is_still_asked_what_they_were_asked_before() -> None:
    asking = Asking("klubben", "size", 0, NOON + HOUR)
    question = '[[ask]]\nname = "day"\nkind = "text"\nquestion = "Vilken dag?"\n'
    catalog = house(
        jazz=KLUBBEN.replace('"JA", "KLUBB"', '"JAZZ"').replace("BULLE", "X1") + question
    )
    for recent in (SPENT, FULL):
        refused = decided("JAZZ", MEMBER, replace(recent, asking=asking), catalog)
        assert (refused.outcome, refused.asking) == ("refused", asking)


def test_the_same_text_is_answered_three_times_in_a_row() -> None:
    assert answered(talk(*["hjälp"] * 5)) == [True, True, True, False, False]
    assert talk(*["hjälp"] * 5)[-1].reason == "same_text_again"
    assert answered(talk("hjälp", "hjälp", "hjälp", "info", "hjälp")) == [True] * 5


def test_the_same_text_is_answered_again_after_a_day() -> None:
    tired = Recent(last_text=fingerprint("hjälp"), last_at=NOON - DAY, same_text=9)
    assert len(texts(decided("hjälp", recent=tired))) == 1


@pytest.mark.parametrize(("text", "standing"), [("STOPP", MEMBER), ("KLUBB", STRANGER)])
def test_a_text_that_changes_something_is_never_too_often(text: str, standing: Standing) -> None:
    tired = Recent(last_text=fingerprint(text), last_at=NOON - MINUTE, same_text=9)
    assert len(texts(decided(text, standing, tired))) == 1


@pytest.mark.parametrize(
    "text",
    [
        *("Autosvar: Jag är ledig. KLUBB", "Automatic reply: JA", "Frånvaromeddelande: åter 3/1"),
        *("Undeliverable: JA", "Your message could not be delivered", "mailer-daemon: hjälp"),
        "I'm driving with Do Not Disturb turned on. I'll see your message when I get where I'm going.",
        "Bank: koden är 1234. Svara JA för att bekräfta din betalning",
    ],
)
def test_what_a_machine_wrote_is_recorded_and_not_answered(text: str) -> None:
    decision = decided(text)
    assert (decision.events, decision.replies) == ((), ())
    assert decision.reason == "machine"


def test_stop_counts_also_where_a_machine_says_it_and_is_not_answered() -> None:
    decision = decided("Autosvar: sluta skicka sms till mig", MEMBER)
    assert (decision.events, texts(decision)) == ((OptedOut(NOON),), [])


@pytest.mark.parametrize("sender", ["71456", "NORDEA", "+15005550006", "+4740612345"])
@pytest.mark.parametrize("text", ["JA", "hjälp", "hej", "JAZZ?", "registerutdrag", "STOPP"])
def test_short_codes_names_and_countries_we_do_not_serve_are_not_answered(
    sender: str, text: str
) -> None:
    decision = decided(text, sender=sender)
    assert decision.replies == ()
    assert fold(decision.events).active == ()
