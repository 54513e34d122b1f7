"""A request to be erased, and the yes that confirms it."""

from datetime import timedelta

import pytest

from responder.core.consent import OptedIn, OptedOut, Standing, fold
from responder.core.outcomes import Decision, Outcome, Recent
from responder.core.words import fingerprint
from tests.factories import HOUSE, NOON, OFF_NUMBER, SHORT_CODE, decided, house, texts

ERASE = "radera mina uppgifter"
LATER = NOON + timedelta(hours=1)
OUT = fold((OptedOut(NOON),))
ASKED = Recent(erasing=NOON, heard_at=NOON)


def after_a_request(text: str, standing: Standing = OUT, **more: object) -> Decision:
    """What a text comes to from somebody whose request to be erased is open."""
    return decided(text, standing, ASKED, **{"at": LATER, "to": OFF_NUMBER} | more)  # type: ignore[arg-type]


def test_a_request_ends_everything_and_asks_for_a_yes() -> None:
    decision = decided(ERASE)
    assert (decision.outcome, decision.case) == (Outcome.ERASURE_REQUESTED, "erase")
    assert "Svara JA" in texts(decision)[0]


@pytest.mark.parametrize("text", ["JA", "ja tack!", "Yes", "OUI", "kyllä", "ja 👍", ERASE])
def test_a_yes_or_the_request_again_confirms(text: str) -> None:
    decision = after_a_request(text)
    assert (decision.outcome, decision.case) == (Outcome.ERASURE_CONFIRMED, "erase_confirmed")
    assert [reply.wording for reply in decision.replies] == ["erased"]


@pytest.mark.parametrize(
    "text",
    [
        "JA?",
        "nej",
        "tak",
        "START",
        "JAZZ",
        "KLUBB",
        "hej hej",
        "hjälp",
        "STOPP",
        "visa mina uppgifter",
    ],
)
def test_nothing_else_confirms(text: str) -> None:
    assert after_a_request(text).case != "erase_confirmed"


def test_a_word_of_thanks_is_a_yes_where_its_language_says_so() -> None:
    polish = house(HOUSE.replace('language = "sv"', 'language = "pl"'))
    assert after_a_request("TAK").outcome is not Outcome.ERASURE_CONFIRMED
    assert after_a_request("TAK", catalog=polish).outcome is Outcome.ERASURE_CONFIRMED


@pytest.mark.parametrize("text", ["JA", ERASE])
def test_a_yes_means_something_else_once_the_person_has_joined_again(text: str) -> None:
    back = fold((OptedOut(NOON), OptedIn(NOON + timedelta(minutes=1), "klubben")))
    assert after_a_request(text, back).outcome is not Outcome.ERASURE_CONFIRMED


@pytest.mark.parametrize(
    ("text", "days", "confirms"),
    [
        *[("JA", 1, True), ("JA", 2, False), ("JA", -1, False)],
        *[(ERASE, 30, True), (ERASE, 31, False)],
    ],
)
def test_a_yes_counts_for_a_day_and_the_same_words_for_thirty(
    text: str, days: int, *, confirms: bool
) -> None:
    decision = after_a_request(text, at=NOON + timedelta(days=days))
    assert (decision.outcome is Outcome.ERASURE_CONFIRMED) == confirms


def test_a_second_tap_confirms_nothing() -> None:
    tapped = Recent(last_text=fingerprint(ERASE), last_at=NOON, erasing=NOON)
    decision = decided(ERASE, OUT, tapped, at=NOON + timedelta(seconds=3))
    assert (decision.outcome, decision.case) == (Outcome.DUPLICATE, None)


def test_a_machine_confirms_nothing() -> None:
    decision = after_a_request(f"Autosvar: jag är på semester. {ERASE}")
    assert decision.outcome is not Outcome.ERASURE_CONFIRMED


def test_a_sender_that_is_not_answered_is_erased_in_silence() -> None:
    decision = after_a_request("JA", sender="+491713920001")
    assert (decision.outcome, decision.replies) == (Outcome.ERASURE_CONFIRMED, ())


def test_a_confirmation_is_applied_past_the_bound_of_replies() -> None:
    full = Recent(erasing=NOON, heard_at=NOON, house_full=True)
    assert decided("JA", OUT, full, at=LATER, to=SHORT_CODE).case == "erase_confirmed"
