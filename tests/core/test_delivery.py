"""What becomes of a message after each attempt and each receipt: forward only, never twice dead."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.consent import OptedIn, OptedOut, OptInRequested, Standing, fold
from responder.core.delivery import (
    PATIENCE,
    POLICIES,
    Move,
    NotSent,
    Sending,
    Sent,
    State,
    Verdict,
    after_attempt,
    after_failed_look_up,
    after_receipt,
    backoff,
    is_wanted,
    not_there,
)
from responder.core.messages import Purpose, Receipt
from tests.factories import NOON

LIFE = ("accepted", "queued", "sending", "sent", "delivered", "read")
"""A message's statuses in the order they happen."""
WHO_IS_SURE = (Verdict.REFUSED, Verdict.BLOCKED, Verdict.UNREACHABLE)
JITTER = st.floats(0, 1, exclude_max=True)
WAITS = st.timedeltas(timedelta(), timedelta(hours=2))


def receipt(status: str, attempt: int = 1, sid: str = "SM1") -> Receipt:
    code = "30003" if status in ("failed", "undelivered") else None
    return Receipt("twilio", sid, status, code, "row", NOON, attempt=attempt)


def heard(row: Sending, *receipts: Receipt, verdict: Verdict = Verdict.REFUSED) -> Sending:
    """The row after these receipts."""
    for one in receipts:
        if move := after_receipt(row, one, verdict, NOON, PATIENCE):
            row = Sending(move.state, row.attempts, move.provider_message_id)
    return row


def test_what_the_provider_took_is_settled_under_its_id() -> None:
    move = after_attempt(Sent("SM1", "queued"), 1, NOON, 0.5, PATIENCE)
    assert move == Move("queued", None, "SM1")


@pytest.mark.parametrize("verdict", WHO_IS_SURE)
def test_what_will_never_pass_is_not_tried_again(verdict: Verdict) -> None:
    move = after_attempt(NotSent(verdict, "21610"), 1, NOON, 0.5, PATIENCE)
    assert move == Move(State.FAILED, None, None, "21610")


@given(st.integers(1, 10_000), JITTER, WAITS)
def test_what_was_not_taken_is_sent_again_and_never_sooner_than_asked(
    attempts: int, jitter: float, wait: timedelta
) -> None:
    move = after_attempt(NotSent(Verdict.RETRY, "429", wait), attempts, NOON, jitter, PATIENCE)
    assert (move.state, move.error_code) == (State.DUE, "429")
    assert move.due_at is not None
    assert move.due_at >= NOON + max(wait, PATIENCE.first_backoff / 2)


@given(st.integers(1, 10_000), JITTER, WAITS)
def test_an_unknown_outcome_rests_before_it_is_looked_up(
    attempts: int, jitter: float, wait: timedelta
) -> None:
    move = after_attempt(
        NotSent(Verdict.UNKNOWN, "timeout", wait), attempts, NOON, jitter, PATIENCE
    )
    assert move.state == State.UNKNOWN
    assert move.due_at is not None
    assert move.due_at >= NOON + max(wait, PATIENCE.quarantine)


def test_where_nothing_passes_the_message_waits_for_a_person() -> None:
    move = after_attempt(NotSent(Verdict.HALT, "20003"), 7, NOON, 0.5, PATIENCE)
    assert move == Move(State.DUE, NOON + PATIENCE.halt, None, "20003")


@given(st.integers(1, 30), JITTER)
def test_what_could_not_be_looked_up_stays_unknown(attempts: int, jitter: float) -> None:
    move = after_failed_look_up(attempts, NOON, jitter, PATIENCE)
    assert move.state == State.UNKNOWN
    assert move.due_at is not None
    assert move.due_at > NOON


@given(st.integers(0, 10_000), JITTER)
def test_pauses_grow_up_to_the_longest(attempts: int, jitter: float) -> None:
    pause = backoff(attempts, jitter, PATIENCE)
    assert PATIENCE.first_backoff / 2 <= pause <= PATIENCE.longest_backoff
    assert pause <= backoff(attempts + 1, jitter, PATIENCE)


def test_what_is_owed_is_sent_again_and_what_nobody_asked_for_is_not() -> None:
    assert {not_there(purpose) for purpose in Purpose if purpose != "promotional"} == {State.DUE}
    assert not_there(Purpose.PROMOTIONAL) == State.LOST


def test_only_what_is_owed_or_asked_for_leaves_without_consent() -> None:
    free = {purpose for purpose, policy in POLICIES.items() if not policy.needs_consent}
    assert free == {Purpose.CONFIRMATION, Purpose.ANSWER}


@given(st.lists(st.sampled_from(LIFE), min_size=1), st.booleans())
def test_receipts_in_any_order_and_number_end_at_the_furthest_status(
    statuses: list[str], is_known: bool
) -> None:
    leased = Sending(State.LEASED, 1, None)
    row = Sending("accepted", 1, "SM1") if is_known else leased
    furthest = max(statuses, key=LIFE.index)
    assert heard(row, *map(receipt, statuses)).state == furthest


@given(st.lists(st.sampled_from([*LIFE, "failed", "undelivered", "canceled", "nonsense"])))
def test_a_row_never_goes_back(statuses: list[str]) -> None:
    row, furthest = Sending(State.LEASED, 1, None), -1
    for status in statuses:
        row = heard(row, receipt(status))
        now = LIFE.index(row.state) if row.state in LIFE else furthest
        assert now >= furthest
        furthest = now


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled", "sent", "queued"])
@pytest.mark.parametrize("verdict", Verdict)
def test_an_early_delivered_is_never_undone(status: str, verdict: Verdict) -> None:
    delivered = heard(Sending(State.INLINE, 0, None), receipt("delivered", 0))
    assert heard(delivered, receipt(status, 0), verdict=verdict) == delivered
    assert delivered.state == "delivered"


@pytest.mark.parametrize("status", ["queued", "sending", "sent", "delivered", "failed"])
def test_what_failed_for_good_stays_dead(status: str) -> None:
    dead = heard(Sending("sent", 1, "SM1"), receipt("failed"))
    assert heard(dead, receipt(status)) == dead
    assert dead.state == State.FAILED


def test_a_failure_that_may_pass_is_tried_once_more() -> None:
    move = after_receipt(
        Sending("sent", 1, "SM1"), receipt("undelivered"), Verdict.RETRY, NOON, PATIENCE
    )
    assert move is not None
    assert (move.state, move.error_code) == (State.DUE, "30003")
    assert move.due_at is not None
    assert move.due_at > NOON


def test_the_second_failure_is_the_last() -> None:
    retried = Sending("sent", 2, "SM2")
    move = after_receipt(retried, receipt("failed", 2, "SM2"), Verdict.RETRY, NOON, PATIENCE)
    assert move == Move("failed", None, "SM2", "30003")


@given(st.permutations(["queued", "sending", "sent", "undelivered", "undelivered"]))
def test_a_failed_attempts_other_receipts_do_not_settle_its_retry(statuses: list[str]) -> None:
    row = heard(Sending(State.LEASED, 1, None), *map(receipt, statuses), verdict=Verdict.RETRY)
    assert row == Sending(State.DUE, 1, "SM1")


def test_the_retrys_own_receipts_settle_it() -> None:
    row = heard(Sending(State.LEASED, 2, "SM1"), receipt("delivered", 2, "SM2"))
    assert row == Sending("delivered", 2, "SM2")


@pytest.mark.parametrize("status", ["queued", "sent", "delivered"])
def test_a_sign_of_an_earlier_attempt_counts_where_the_newer_left_no_trace(status: str) -> None:
    row = heard(Sending(State.UNKNOWN, 2, None), receipt(status, 1))
    assert row == Sending(status, 2, "SM1")


def test_an_earlier_attempts_failure_says_nothing_about_the_newer() -> None:
    row = Sending(State.LEASED, 2, None)
    assert heard(row, receipt("failed", 1)) == row


@pytest.mark.parametrize("status", [*LIFE, "failed"])
def test_an_earlier_attempt_says_nothing_where_the_newer_is_known(status: str) -> None:
    row = Sending("queued", 2, "SM2")
    assert heard(row, receipt(status, 1)) == row


@pytest.mark.parametrize("status", ["partially_delivered", "", "SENT", "receiving"])
def test_a_status_that_we_do_not_know_moves_nothing(status: str) -> None:
    row = Sending("queued", 1, "SM1")
    assert heard(row, receipt(status)) == row


ASKED = fold([OptInRequested(NOON, "klubben")])
IN = fold([OptedIn(NOON, "klubben")])
OUT = fold([OptedOut(NOON)], IN)
NEVER_HERE = Standing()


@pytest.mark.parametrize(
    ("wording", "programme", "standing", "wanted"),
    [
        ("opt_in_request", "klubben", ASKED, True),
        ("opt_in_reminder", "klubben", ASKED, True),
        ("opt_in_request", "klubben", IN, False),
        ("opt_in_reminder", "klubben", OUT, False),
        ("opt_in_reminder", "klubben", NEVER_HERE, False),
        ("opt_in_reminder", "jazz", ASKED, False),
        ("ask_again", "klubben", IN, True),
        ("ask_again", "klubben", ASKED, False),
        ("ask_again", "klubben", OUT, False),
        ("incentive", "jazz", IN, False),
        ("ask_again", None, IN, False),
    ],
)
def test_asking_to_join_is_wanted_until_answered_and_all_else_while_they_are_in(
    wording: str, programme: str | None, standing: Standing, wanted: bool
) -> None:
    assert is_wanted(wording, programme, standing) is wanted
