"""Questions and a code after joining: one at a time, asked again once, ended by STOP at any time."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from responder.authoring import load_catalog
from responder.core.catalog import Catalog
from responder.core.consent import OptedIn, OptedOut, OptInRequested, ProviderBlocked, fold
from responder.core.outcomes import Answered, Asking, Decision, Recent
from responder.core.rewards import had_already, used_up, with_code
from responder.core.words import fingerprint
from tests.factories import JAZZ, NOON, NUMBER, OFF_NUMBER, decided, house, texts, write_config

LOPPET = f"""
name = "Stadsloppet"
numbers = ["{NUMBER}", "{OFF_NUMBER}"]
keywords = ["LOPPET"]
messages = "nyheter om loppet"
frequency = "högst 2 sms i månaden"

[[ask]]
name = "size"
kind = "choice"
question = "Vilken storlek? Svara S, M eller L."
choices = ["S", "M", "L"]
within = "2 days"

[[ask]]
name = "email"
kind = "email"
question = "Vad har du för e-postadress?"
again = "Skriv den så här: namn@exempel.se"

[[ask]]
name = "who"
kind = "name"
question = "Vad heter du?"

[[ask]]
name = "wish"
kind = "text"
question = "Vad önskar du dig?"
"""
INCENTIVE = '[incentive]\ncodes = "codes.txt"\n'
DOUBLE = 'opt_in = "double"\n'
CITY_RUN = house(klubben=LOPPET)
MEMBER = fold([OptedIn(NOON - timedelta(days=3), "klubben")])
BLOCKED = fold([ProviderBlocked(NOON - timedelta(hours=1), NUMBER)])
QUESTIONS = ("size", "email", "who", "wish")


def asked(question: str, tries: int = 0, until: timedelta = timedelta(hours=1)) -> Recent:
    """A question of the programme, whose file is `klubben`, waits for an answer."""
    return Recent(asking=Asking("klubben", question, tries, NOON + until))


def answer(question: str, text: str, **more: str) -> Decision:
    return decided(text, MEMBER, asked(question), CITY_RUN, **more)


@cache
def with_codes(loppet: str) -> Catalog:
    with TemporaryDirectory() as folder:
        config = write_config(Path(folder) / "config", klubben=loppet, jazz=JAZZ)
        (config / "codes.txt").write_text("LOPP-1\nLOPP-2\n", encoding="utf-8")
        return load_catalog(config)[0]


def test_who_joins_is_confirmed_and_asked_the_first_question_only() -> None:
    decision = decided("LOPPET", catalog=CITY_RUN)
    assert [reply.wording for reply in decision.replies] == ["opt_in", "question"]
    assert decision.replies[1].text == "Vilken storlek? Svara S, M eller L."
    assert decision.asking == Asking("klubben", "size", 0, NOON + timedelta(days=2))


@pytest.mark.parametrize(
    ("question", "text", "kept", "following"),
    [
        *(("size", text, "M", "email") for text in ("M", "m", "2", "M!", "M tack", "tack, m")),
        ("email", "Anna@Exempel.se", "anna@exempel.se", "who"),
        ("who", "Anna-Lisa Ek", "Anna-Lisa Ek", "wish"),
    ],
)
def test_an_answer_that_fits_is_kept_and_the_next_question_comes(
    question: str, text: str, kept: str, following: str
) -> None:
    decision = answer(question, text)
    assert decision.answered == Answered("klubben", question, kept)
    assert decision.asking == Asking("klubben", following, 0, NOON + timedelta(hours=24))
    assert [reply.wording for reply in decision.replies] == ["question"]


def test_after_the_last_answer_we_say_thanks_and_ask_no_more() -> None:
    decision = answer("wish", "inte så mycket, tack")
    assert decision.answered == Answered("klubben", "wish", "inte så mycket, tack")
    assert ([r.wording for r in decision.replies], decision.asking) == (["thanks"], None)


def test_what_does_not_fit_is_asked_for_once_more() -> None:
    decision = answer("email", "anna")
    assert (decision.outcome, decision.answered) == ("asked_again", None)
    assert "namn@exempel.se" in texts(decision)[0]
    assert decision.asking == replace(asked("email").asking, tries=1)


def test_after_a_second_misfit_the_next_question_comes() -> None:
    decision = decided("annat", MEMBER, asked("email", tries=1), CITY_RUN)
    assert decision.answered is None
    assert texts(decision) == ["Vad heter du?"]
    assert decision.asking is not None
    assert decision.asking.question == "who"


def test_a_second_try_that_fits_is_an_answer_like_the_first() -> None:
    decision = decided("anna@exempel.se", MEMBER, asked("email", tries=1), CITY_RUN)
    assert decision.answered == Answered("klubben", "email", "anna@exempel.se")


def test_an_answer_counts_until_the_deadline_and_not_a_second_longer() -> None:
    in_time = decided("M", MEMBER, asked("size", until=timedelta()), CITY_RUN)
    too_late = decided("M", MEMBER, asked("size", until=timedelta(seconds=-1)), CITY_RUN)
    assert in_time.answered == Answered("klubben", "size", "M")
    assert (too_late.outcome, too_late.answered, too_late.asking) == ("unknown", None, None)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", ["STOPP", "stop!", "avsluta", "sluta skicka sms", "🛑", "stpop"])
def test_stop_always_wins_and_ends_the_questions(question: str, text: str) -> None:
    decision = answer(question, text)
    assert decision.events == (OptedOut(NOON),)
    assert (decision.answered, decision.asking) == (None, None)
    assert [reply.wording for reply in decision.replies] == ["opt_out"]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", ["HJÄLP", "help!", "?", "info"])
def test_help_always_wins_and_the_question_waits_on(question: str, text: str) -> None:
    decision = answer(question, text, to=OFF_NUMBER)
    assert [reply.wording for reply in decision.replies] == ["help"]
    assert (decision.answered, decision.asking) == (None, asked(question).asking)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_request_about_ones_data_wins_too(question: str) -> None:
    assert answer(question, "radera mina uppgifter").asking is None
    assert answer(question, "registerutdrag").case == "access"


@pytest.mark.parametrize("question", QUESTIONS)
def test_another_programmes_keyword_joins_it_and_the_question_waits_on(question: str) -> None:
    decision = answer(question, "JAZZ")
    assert decision.events == (OptedIn(NOON, "jazz"),)
    assert (decision.answered, decision.asking) == (None, asked(question).asking)


@pytest.mark.parametrize("question", ["size", "email", "who"])
@pytest.mark.parametrize("text", ["LOPPET", "JA", "YES"])
def test_a_keyword_again_is_neither_an_answer_nor_a_misfit(question: str, text: str) -> None:
    decision = answer(question, text)
    assert decision.outcome == "already_in"
    assert decision.asking == asked(question).asking


def test_a_yes_is_an_answer_where_it_is_one_of_the_choices() -> None:
    catalog = house(klubben=LOPPET.replace('["S", "M", "L"]', '["Ja", "Nej"]'))
    for text, kept in (("JA", "Ja"), ("ja tack", "Ja"), ("nej", "Nej")):
        decision = decided(text, MEMBER, asked("size"), catalog)
        assert decision.answered == Answered("klubben", "size", kept)


def test_a_choice_that_is_nearly_stop_is_a_choice_and_stop_is_stop() -> None:
    catalog = house(klubben=LOPPET.replace('["S", "M", "L"]', '["Stepp", "Jive"]'))
    danced = decided("stepp", MEMBER, asked("size"), catalog)
    assert danced.answered == Answered("klubben", "size", "Stepp")
    assert decided("stopp", MEMBER, asked("size"), catalog).outcome == "opted_out"
    assert decided("stepp", MEMBER, catalog=catalog).outcome == "opted_out"


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("text", ["Gillade ”Vad önskar du dig?”", "Autosvar: åter på måndag"])
def test_what_a_phone_writes_by_itself_is_no_answer(question: str, text: str) -> None:
    decision = answer(question, text)
    assert (decision.answered, texts(decision)) == (None, [])
    assert decision.asking == asked(question).asking


def test_a_second_tap_is_not_the_answer_to_the_next_question() -> None:
    tapped = replace(asked("who"), last_text=fingerprint("M"), last_at=NOON - timedelta(seconds=5))
    decision = decided("M", MEMBER, tapped, CITY_RUN)
    assert (decision.outcome, decision.answered) == ("duplicate", None)
    assert decision.asking == tapped.asking


def test_a_question_ends_with_the_membership_it_belongs_to() -> None:
    both = fold([OptedIn(NOON - timedelta(hours=1), "jazz")], MEMBER)
    left_jazz = decided("STOPP JAZZ", both, asked("size"), CITY_RUN)
    left_all = decided("STOPP LOPPET", both, asked("size"), CITY_RUN)
    assert (left_jazz.asking, left_all.asking) == (asked("size").asking, None)


def test_who_is_no_member_any_more_is_asked_nothing() -> None:
    left = fold([OptedOut(NOON)], MEMBER)
    assert decided("M", left, asked("size"), CITY_RUN).answered is None


def test_a_question_that_is_gone_from_the_files_is_not_answered() -> None:
    assert decided("M", MEMBER, asked("shoes"), CITY_RUN).answered is None


@pytest.mark.parametrize("sender", ["+15005550006", "71456", "NORDEA"])
def test_who_cannot_be_answered_is_not_asked_on(sender: str) -> None:
    assert texts(decided("M", MEMBER, asked("size"), CITY_RUN, sender=sender)) == []


def test_who_joins_is_given_a_code_before_the_first_question() -> None:
    decision = decided("LOPPET", catalog=with_codes(LOPPET + INCENTIVE))
    assert [reply.wording for reply in decision.replies] == ["opt_in", "incentive", "question"]
    assert decision.reward is not None
    assert decision.replies[decision.reward.position].purpose == "reward"


def test_a_code_is_earned_with_the_second_yes_and_not_with_the_first() -> None:
    catalog = with_codes(LOPPET.replace("\n\n", f"\n{DOUBLE}\n", 1) + INCENTIVE)
    pending = fold([OptInRequested(NOON - timedelta(minutes=1), "klubben")])
    first, second = decided("LOPPET", catalog=catalog), decided("JA", pending, catalog=catalog)
    assert (first.reward, first.asking) == (None, None)
    assert second.reward is not None
    wordings = [reply.wording for reply in second.replies]
    assert wordings == ["opt_in_confirmed", "incentive", "question"]


def test_a_member_who_texts_the_keyword_again_gets_no_second_code_and_no_question() -> None:
    decision = decided("LOPPET", MEMBER, catalog=with_codes(LOPPET + INCENTIVE))
    assert (decision.reward, decision.asking) == (None, None)


def test_nobody_is_given_a_code_or_asked_anything_while_the_provider_blocks_them() -> None:
    decision = decided("LOPPET", BLOCKED, catalog=with_codes(LOPPET + INCENTIVE))
    assert [reply.held for reply in decision.replies] == [True]
    assert (decision.reward, decision.asking) == (None, None)


def test_the_code_stands_in_its_reply_and_in_no_other() -> None:
    decision = decided("LOPPET", catalog=with_codes(LOPPET + INCENTIVE))
    assert decision.reward is not None
    given = texts(with_code(decision, decision.reward, "LOPP-1"))
    assert ["LOPP-1" in text for text in given] == [False, True, False]
    assert not any("{" in text for text in given)


def test_who_had_a_code_before_or_comes_too_late_is_a_member_all_the_same() -> None:
    decision = decided("LOPPET", catalog=with_codes(LOPPET + INCENTIVE))
    assert decision.reward is not None
    before = had_already(decision, decision.reward)
    none_left = used_up(decision, decision.reward)
    assert [r.wording for r in before.replies] == ["opt_in", "question"]
    assert [r.wording for r in none_left.replies] == ["opt_in", "incentive_gone", "question"]
    assert before.events == none_left.events == decision.events
