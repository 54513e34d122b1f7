"""What one message changes, as a table of rules."""

from dataclasses import replace
from datetime import timedelta

import pytest

from responder.core.consent import (
    OptedIn,
    OptedOut,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
    fold,
)
from responder.core.outcomes import Recent
from responder.core.words import fingerprint
from tests.factories import (
    ADVANCED_NUMBER,
    HOUSE,
    NOON,
    NUMBER,
    OFF_NUMBER,
    SHORT_CODE,
    decided,
    house,
    texts,
)

EARLIER = NOON - timedelta(days=30)
MEMBER = fold([OptedIn(EARLIER, "klubben")])
OF_BOTH = fold([OptedIn(EARLIER, "klubben"), OptedIn(EARLIER, "jazz")])
LEFT = fold([OptedIn(EARLIER, "klubben"), OptedOut(EARLIER)])
BLOCKED = fold([OptedIn(EARLIER, "klubben"), ProviderBlocked(EARLIER, NUMBER), OptedOut(EARLIER)])


def test_a_keyword_joins_its_programme_and_owes_one_confirmation() -> None:
    decision = decided("JA")
    assert decision.events == (OptedIn(NOON, "klubben"),)
    assert [(r.purpose, r.wording) for r in decision.replies] == [("confirmation", "opt_in")]


def test_a_lead_is_counted_to_its_poster() -> None:
    keyword = decided("BULLE").keyword
    assert keyword is not None
    assert (keyword.programme, keyword.source) == ("klubben", "STAND-A")


def test_a_member_who_joins_again_is_told_and_nothing_changes() -> None:
    decision = decided("JA", MEMBER)
    assert (decision.outcome, decision.events) == ("already_in", ())
    assert "redan med" in texts(decision)[0]


@pytest.mark.parametrize("standing", [Standing(), MEMBER, OF_BOTH])
def test_an_opt_out_ends_everything_and_owes_one_confirmation(standing: Standing) -> None:
    decision = decided("AVSLUTA", standing)
    assert decision.events == (OptedOut(NOON),)
    assert [(r.purpose, r.wording) for r in decision.replies] == [("confirmation", "opt_out")]
    assert fold(decision.events, standing).active == ()


def test_stop_with_a_keyword_ends_that_programme_and_tells_how_to_stop_all() -> None:
    decision = decided("STOPP JAZZ", OF_BOTH)
    assert decision.events == (OptedOut(NOON, "jazz"),)
    assert fold(decision.events, OF_BOTH).active == ("klubben",)
    assert "Jazzkvällar" in texts(decision)[0]
    assert "STOPP" in texts(decision)[0]


def test_who_is_out_already_is_told_so_at_most_once_a_day() -> None:
    told = Recent(already_out_at=NOON - timedelta(hours=23))
    yesterday = Recent(already_out_at=NOON - timedelta(hours=25))
    assert decided("STOPP", LEFT).outcome == "already_out"
    assert len(texts(decided("STOPP", LEFT))) == len(texts(decided("STOPP", LEFT, yesterday))) == 1
    assert decided("STOPP", LEFT, told).reason == "answered_today"
    assert texts(decided("STOPP", LEFT, told)) == []


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop ", "END", "QUIT", "CANCEL", "UNSUBSCRIBE"])
def test_what_the_provider_answers_by_itself_is_recorded_in_silence(word: str) -> None:
    decision = decided(word, MEMBER)
    assert decision.events == (ProviderBlocked(NOON, NUMBER), OptedOut(NOON))
    assert (decision.outcome, decision.reason) == ("opted_out", "provider_answers")
    assert texts(decision) == []


@pytest.mark.parametrize("word", ["STOP!", "STOPP", "AVSLUTA", "AVBRYT", "stop.", "REVOKE"])
def test_what_the_provider_does_not_know_is_answered_by_us(word: str) -> None:
    assert len(texts(decided(word, MEMBER))) == 1


@pytest.mark.parametrize("number", [OFF_NUMBER, ADVANCED_NUMBER, SHORT_CODE])
def test_stop_is_answered_by_us_where_the_provider_does_not(number: str) -> None:
    assert len(texts(decided("STOP", MEMBER, to=number))) == 1


@pytest.mark.parametrize("number", [NUMBER, OFF_NUMBER, ADVANCED_NUMBER])
def test_what_the_provider_says_it_did_decides_on_any_number(number: str) -> None:
    stopped = decided("sluta nu då", MEMBER, to=number, provider_opt_out="STOP")
    assert (stopped.outcome, texts(stopped)) == ("opted_out", [])
    helped = decided("hjälp", MEMBER, to=number, provider_opt_out="HELP")
    assert (helped.outcome, texts(helped)) == ("help", [])


@pytest.mark.parametrize("claim", ["START", "HELP", "NONSENSE"])
def test_nothing_that_the_provider_says_makes_less_of_an_opt_out(claim: str) -> None:
    decision = decided("STOPP", MEMBER, provider_opt_out=claim)
    assert OptedOut(NOON) in decision.events
    assert len(texts(decision)) == 1


def test_who_joins_while_the_provider_blocks_is_recorded_and_waits_for_start() -> None:
    decision = decided("JA", BLOCKED)
    assert decision.events == (OptedIn(NOON, "klubben"),)
    assert [reply.held for reply in decision.replies] == [True]
    assert decision.reason == "provider_blocks"


def test_start_lifts_the_block_and_the_confirmation_is_given_then() -> None:
    waiting = fold([OptedIn(NOON, "klubben")], BLOCKED)
    decision = decided("START", waiting)
    assert decision.events == (ProviderUnblocked(NOON, NUMBER),)
    assert "STOPP" in texts(decision)[0]
    assert decision.replies[0].purpose == "confirmation"


def test_an_opt_in_word_brings_back_a_former_member_of_one_open_programme() -> None:
    decision = decided("START", LEFT)
    assert decision.events == (OptedIn(NOON, "klubben"),)


@pytest.mark.parametrize("standing", [Standing(), fold([OptedOut(EARLIER)], OF_BOTH)])
def test_anyone_else_who_says_start_is_told_the_keywords(standing: Standing) -> None:
    decision = decided("START", standing)
    assert (decision.outcome, decision.events) == ("offered", ())
    assert "JAZZ, JA" in texts(decision)[0]


def test_a_question_is_answered_with_the_keyword_and_joins_nobody() -> None:
    decision = decided("JAZZ?")
    assert (decision.outcome, decision.events) == ("offered", ())
    assert "JAZZ" in texts(decision)[0]


@pytest.mark.parametrize(
    ("day", "outcome", "reason"),
    [(-60, "closed", "not_yet_open"), (0, "opted_in", "keyword"), (41, "closed", "no_longer_open")],
)
def test_a_programme_is_joined_only_while_it_is_open(day: int, outcome: str, reason: str) -> None:
    decision = decided("JAZZ", at=NOON + timedelta(days=day))
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert len(texts(decision)) == 1


def test_stop_works_where_a_programme_is_closed() -> None:
    decision = decided("STOPP JAZZ", OF_BOTH, at=NOON + timedelta(days=100))
    assert decision.outcome == "opted_out"


def test_stop_works_on_a_number_that_nobody_knows() -> None:
    decision = decided("STOPP", MEMBER, to="+46701740611")
    assert (decision.outcome, len(texts(decision))) == ("opted_out", 1)


@pytest.mark.parametrize("sender", ["71456", "NORDEA", "+15005550006"])
def test_who_cannot_be_answered_cannot_join_but_can_leave(sender: str) -> None:
    assert decided("JA", sender=sender).events == ()
    assert decided("STOPP", sender=sender).events == (OptedOut(NOON),)
    assert texts(decided("STOPP", sender=sender)) == []


def test_an_unknown_word_is_answered_once_a_day_or_never_as_the_marketer_chose() -> None:
    today = Recent(unknown_at=NOON - timedelta(hours=2))
    assert len(texts(decided("vad kostar en bulle"))) == 1
    assert decided("vad kostar en bulle", recent=today).reason == "answered_today"
    assert decided("vad kostar en bulle", to=OFF_NUMBER).reason == "silence_chosen"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "no_words"), ("...", "no_words"), ("Gillade ”Svara STOPP”", "reaction")],
)
def test_nothing_said_is_not_answered(text: str, reason: str) -> None:
    decision = decided(text)
    assert (decision.outcome, decision.reason, texts(decision)) == ("unknown", reason, [])


def test_the_same_text_within_ten_seconds_is_acted_on_once() -> None:
    recent = Recent(last_text=fingerprint("hjälp"), last_at=NOON - timedelta(seconds=10))
    assert decided("hjälp", recent=recent).outcome == "duplicate"
    assert texts(decided("hjälp", recent=recent)) == []
    later = NOON + timedelta(seconds=1)
    assert decided("hjälp", recent=recent, at=later).outcome == "help"


def test_the_same_text_is_never_a_duplicate_where_it_changes_something() -> None:
    recent = Recent(last_text=fingerprint("STOPP"), last_at=NOON)
    assert decided("STOPP", MEMBER, recent).events == (OptedOut(NOON),)


def test_a_request_to_erase_ends_everything_and_opens_a_case() -> None:
    decision = decided("radera mina uppgifter", MEMBER)
    assert (decision.events, decision.case) == ((OptedOut(NOON),), "erase")


def test_a_request_to_see_ones_data_ends_nothing() -> None:
    decision = decided("registerutdrag", MEMBER)
    assert (decision.events, decision.case) == ((), "access")


def test_a_narrowed_stop_ends_the_programmes_of_the_number_and_says_so() -> None:
    narrow = house(HOUSE + '[opt_out]\nscope = "number"\n')
    decision = decided("STOPP", OF_BOTH, catalog=narrow, to=OFF_NUMBER)
    assert decision.events == (OptedOut(NOON, "klubben"),)
    assert decision.replies[0].wording == "opt_out_number"


def test_operators_test_swedish_short_codes_with_test() -> None:
    assert "räksmörgås" in texts(decided("TEST", to=SHORT_CODE))[0]
    assert decided("TEST").outcome == "unknown"


def test_info_on_a_short_code_gives_the_holders_details() -> None:
    (answer,) = texts(decided("INFO", to=SHORT_CODE))
    assert "Nordbageriet" in answer
    assert "kundtjanst@nordbageriet.example" in answer


def test_a_person_is_answered_in_the_language_of_the_word_they_used() -> None:
    assert "désinscription" in texts(decided("ARRET", MEMBER))[0].casefold()


def test_american_numbers_must_tell_the_cost() -> None:
    catalog = house(
        HOUSE.replace('country = "SE"\nlanguage = "sv"', 'country = "US"\nlanguage = "en"')
    )
    decision = decided("JA", catalog=catalog, sender="+12025550123")
    assert "Msg & data rates may apply" in texts(decision)[0]


def test_replies_go_only_to_the_countries_that_a_number_serves() -> None:
    number = replace(house().numbers[NUMBER], reply_countries=frozenset({"NO"}))
    catalog = replace(house(), numbers={NUMBER: number})
    assert decided("JA", catalog=catalog).reason == "country_not_served"
    assert decided("JA", catalog=catalog, sender="+4740612345").outcome == "opted_in"
