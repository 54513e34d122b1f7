"""The second yes: asked for once, given in any yes-word, ended by a no, a STOP or silence."""

from datetime import timedelta

import pytest

from responder.core.consent import OptedIn, OptedOut, OptInExpired, OptInRequested, State, fold
from responder.core.double_opt_in import is_over
from responder.core.outcomes import Recent
from responder.core.words import fingerprint
from tests.factories import (
    JAZZ,
    KLUBBEN,
    NOON,
    NUMBER,
    OFF_NUMBER,
    SHORT_CODE,
    decided,
    house,
    texts,
)

SWING = f"""
name = "Swingskolan"
numbers = ["{NUMBER}", "{OFF_NUMBER}"]
keywords = ["SWING", "DANS"]
messages = "kurstips"
frequency = "högst 2 sms i månaden"
opt_in = "double"
confirm_within = "48 hours"
remind_after = "24 hours"
"""
TANGO = SWING.replace("Swingskolan", "Tangoskolan").replace('"SWING", "DANS"', '"TANGO"')
IN_FINNISH = '[wording.fi]\nmessages = "kurssivinkit"\nfrequency = "2 viestiä kuussa"\n'
HOUSE_OF_SWING = house(klubben=SWING)
WITH_THE_CLUB = house(klubben=SWING, jazz=KLUBBEN)
TWO_SCHOOLS = house(klubben=SWING, jazz=TANGO)

EARLIER = NOON - timedelta(hours=1)
ASKED = fold([OptInRequested(EARLIER, "klubben")])
"""The person has texted SWING; the programme's file is `klubben`."""
MEMBER = fold([OptedIn(EARLIER, "klubben")], ASKED)
FORMER = fold([OptedOut(EARLIER)], MEMBER)


def test_a_keyword_asks_for_a_yes_and_joins_nobody() -> None:
    decision = decided("SWING", catalog=HOUSE_OF_SWING)
    assert (decision.outcome, decision.events) == ("requested", (OptInRequested(NOON, "klubben"),))
    assert [(r.purpose, r.wording) for r in decision.replies] == [("request", "opt_in_request")]
    assert fold(decision.events).active == ()


def test_the_request_says_who_asks_what_for_how_often_and_how_to_say_yes() -> None:
    (request,) = texts(decided("SWING", catalog=HOUSE_OF_SWING))
    for part in ("Nordbageriet", "kurstips", "högst 2 sms i månaden", "JA"):
        assert part in request


@pytest.mark.parametrize(
    "text",
    [
        "JA",
        "ja tack",
        "Ja!",
        "Ja gärna",
        "YES",
        "yes please",
        "START",
        "SWING",
        "dans",
        "Hej, swing tack 👍",
    ],
)
def test_a_yes_in_any_word_or_the_keyword_again_joins(text: str) -> None:
    decision = decided(text, ASKED, catalog=HOUSE_OF_SWING)
    assert decision.events == (OptedIn(NOON, "klubben"),)
    assert [(r.purpose, r.wording) for r in decision.replies] == [
        ("confirmation", "opt_in_confirmed")
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("JA?", "swing?", "jag vill gå med", "kanske ja", "swnig", "hej", "", "tack", "hjälp"),
        *("Gillade ”Svara JA för att gå med”", "Autosvar: Ja tack, jag är åter på måndag"),
    ],
)
def test_what_is_no_plain_yes_leaves_the_request_waiting(text: str) -> None:
    decision = decided(text, ASKED, catalog=HOUSE_OF_SWING)
    assert fold(decision.events, ASKED) == ASKED


@pytest.mark.parametrize("text", ["NEJ", "nej!", "No", "Nope", "nein", "inte nu"])
def test_a_no_ends_the_request_with_one_confirmation(text: str) -> None:
    decision = decided(text, ASKED, catalog=HOUSE_OF_SWING)
    assert (decision.outcome, decision.events) == ("declined", (OptedOut(NOON, "klubben"),))
    assert [(r.purpose, r.wording) for r in decision.replies] == [
        ("confirmation", "opt_in_declined")
    ]


@pytest.mark.parametrize("text", ["STOPP", "STOP!", "avsluta", "STOPP SWING", "nej tack", "🛑"])
def test_stop_ends_the_request_and_is_confirmed(text: str) -> None:
    decision = decided(text, ASKED, catalog=HOUSE_OF_SWING)
    assert fold(decision.events, ASKED).state("klubben") is State.ENDED
    assert [reply.purpose for reply in decision.replies] == ["confirmation"]


@pytest.mark.parametrize("leaves", ["NEJ", "STOPP", "radera mina uppgifter"])
def test_a_yes_after_the_request_was_ended_joins_nobody(leaves: str) -> None:
    ended = fold(decided(leaves, ASKED, catalog=HOUSE_OF_SWING).events, ASKED)
    for text in ("JA", "START"):
        assert decided(text, ended, catalog=HOUSE_OF_SWING).outcome == "offered"


def test_a_no_ends_the_request_and_no_membership() -> None:
    both = fold([OptedIn(EARLIER, "jazz")], ASKED)
    after = fold(decided("NEJ", both, catalog=HOUSE_OF_SWING).events, both)
    assert (after.state("klubben"), after.active) == (State.ENDED, ("jazz",))


@pytest.mark.parametrize(
    ("waited", "outcome"),
    [(timedelta(hours=48), "opted_in"), (timedelta(hours=48, seconds=1), "requested")],
)
def test_a_yes_counts_until_the_request_is_over_and_then_the_keyword_begins_anew(
    waited: timedelta, outcome: str
) -> None:
    assert decided("SWING", ASKED, catalog=HOUSE_OF_SWING, at=EARLIER + waited).outcome == outcome


def test_a_yes_that_comes_too_late_joins_nobody_though_nothing_has_swept_the_request() -> None:
    decision = decided("JA", ASKED, catalog=HOUSE_OF_SWING, at=EARLIER + timedelta(hours=49))
    assert (decision.outcome, decision.events) == ("offered", ())


def test_a_yes_that_comes_after_the_request_expired_joins_nobody() -> None:
    expired = fold([OptInExpired(NOON, "klubben")], ASKED)
    assert decided("JA", expired, catalog=HOUSE_OF_SWING).events == ()
    assert decided("SWING", expired, catalog=HOUSE_OF_SWING).outcome == "requested"


@pytest.mark.parametrize(("seconds", "outcome"), [(10, "duplicate"), (11, "opted_in")])
def test_a_second_tap_of_the_same_keyword_is_no_second_yes(seconds: int, outcome: str) -> None:
    tapped = Recent(last_text=fingerprint("SWING"), last_at=EARLIER, same_text=1)
    at = EARLIER + timedelta(seconds=seconds)
    assert decided("SWING", ASKED, tapped, HOUSE_OF_SWING, at).outcome == outcome


@pytest.mark.parametrize("text", ["JA", "ja tack"])
def test_the_yes_we_asked_for_is_a_yes_also_where_it_joins_another_programme(text: str) -> None:
    decision = decided(text, ASKED, catalog=WITH_THE_CLUB)
    assert (decision.events, decision.keyword) == ((OptedIn(NOON, "klubben"),), None)


def test_another_programmes_keyword_that_is_no_yes_joins_that_programme() -> None:
    decision = decided("KLUBB", ASKED, catalog=WITH_THE_CLUB)
    assert decision.events == (OptedIn(NOON, "jazz"),)


def test_a_yes_and_a_no_answer_the_newest_of_two_requests() -> None:
    both = fold([OptInRequested(NOON, "jazz")], ASKED)
    at = NOON + timedelta(minutes=1)
    assert decided("JA", both, catalog=TWO_SCHOOLS, at=at).events == (OptedIn(at, "jazz"),)
    assert decided("NEJ", both, catalog=TWO_SCHOOLS, at=at).events == (OptedOut(at, "jazz"),)


def test_a_keyword_again_confirms_its_own_request_and_leaves_the_newer_one_waiting() -> None:
    both = fold([OptInRequested(NOON, "jazz")], ASKED)
    decision = decided("SWING", both, catalog=TWO_SCHOOLS, at=NOON + timedelta(minutes=1))
    after = fold(decision.events, both)
    assert (after.active, after.state("jazz")) == (("klubben",), State.PENDING)


def test_the_yes_that_a_request_in_another_language_asks_for_is_a_yes() -> None:
    catalog = house(klubben=SWING.replace('"DANS"', '"LIITY"') + IN_FINNISH)
    request = decided("LIITY", catalog=catalog)
    assert "KYLLÄ" in texts(request)[0]
    after = fold(request.events)
    assert decided("Kyllä kiitos", after, catalog=catalog).outcome == "opted_in"
    assert decided("KYLLÄ?", after, catalog=catalog).events == ()


@pytest.mark.parametrize("number", [SHORT_CODE, "+46701740611"])
def test_a_yes_on_a_number_without_the_programme_joins_nobody(number: str) -> None:
    assert decided("JA", ASKED, catalog=HOUSE_OF_SWING, to=number).events == ()


@pytest.mark.parametrize("sender", ["+15005550006", "71456", "NORDEA"])
def test_who_cannot_be_answered_cannot_confirm_but_can_decline(sender: str) -> None:
    assert decided("JA", ASKED, catalog=HOUSE_OF_SWING, sender=sender).events == ()
    declined = decided("NEJ", ASKED, catalog=HOUSE_OF_SWING, sender=sender)
    assert (declined.events, texts(declined)) == ((OptedOut(NOON, "klubben"),), [])


def test_a_member_who_texts_the_keyword_is_not_asked_again() -> None:
    decision = decided("SWING", MEMBER, catalog=HOUSE_OF_SWING)
    assert (decision.outcome, decision.events) == ("already_in", ())


@pytest.mark.parametrize("text", ["SWING", "START"])
def test_a_former_member_who_comes_back_must_say_yes_again(text: str) -> None:
    decision = decided(text, FORMER, catalog=HOUSE_OF_SWING)
    assert decision.events == (OptInRequested(NOON, "klubben"),)
    assert fold(decision.events, FORMER).active == ()


def test_an_expiry_ends_a_request_and_never_a_membership() -> None:
    expired = OptInExpired(NOON, "klubben")
    assert fold([expired], ASKED).state("klubben") is State.ENDED
    assert fold([expired], MEMBER).state("klubben") is State.ACTIVE
    assert fold([expired], FORMER).subscriptions == FORMER.subscriptions


def test_a_request_is_over_where_its_programme_is_gone_or_wants_no_second_yes() -> None:
    request = ASKED.subscriptions["klubben"]
    single = house(klubben=KLUBBEN, jazz=JAZZ).programmes["klubben"]
    assert is_over(request, None, NOON)
    assert is_over(request, single, NOON)
    assert not is_over(request, HOUSE_OF_SWING.programmes["klubben"], NOON)


def test_who_texts_while_the_provider_blocks_is_no_member_before_a_second_message() -> None:
    blocked = fold(decided("STOP", MEMBER, catalog=HOUSE_OF_SWING).events, MEMBER)
    decision = decided("SWING", blocked, catalog=HOUSE_OF_SWING)
    assert fold(decision.events, blocked).active == ()
    assert texts(decision) == []
