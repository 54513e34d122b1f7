"""Recorded people decided again under two catalogs: only what the catalogs do is a difference."""

from datetime import UTC, datetime, timedelta

from responder.authoring.replay import Replayed, replay
from responder.authoring.replay_tally import Difference
from responder.authoring.simulate import Conversation
from responder.core.catalog import Catalog
from responder.core.consent import (
    STRANGER,
    ConsentEvent,
    OptedIn,
    OptedOut,
    OptInExpired,
    OptInRequested,
    ProviderBlocked,
    Standing,
    fold,
)
from responder.core.history import History
from responder.core.messages import Inbound
from tests.factories import HOUSE, KLUBBEN, NOON, NUMBER, OFF_NUMBER, PERSON, house, inbound

RENAMED = house(klubben=KLUBBEN.replace('"KLUBB"', '"BAGARE"'))
LONGER = house(klubben=f'{KLUBBEN}\n[wording.sv]\nmessages = "{"bröd " * 25}"')
DOUBLE = house(klubben=f'opt_in = "double"\nconfirm_within = "2 days"\n{KLUBBEN}')
REMINDING = house(
    klubben=f'opt_in = "double"\nconfirm_within = "2 days"\nremind_after = "1 hour"\n{KLUBBEN}'
)
UNTIL = NOON + timedelta(days=90)


def replayed(
    new: Catalog,
    *said: str | Inbound | ConsentEvent,
    present: Catalog | None = None,
    standing: Standing = STRANGER,
    until: datetime = UNTIL,
) -> Replayed:
    """Texts and events, an hour apart from noon on, under the house's catalog and a new one."""
    steps = []
    for hours, one in enumerate(said):
        at = NOON + timedelta(hours=hours)
        steps.append((at, inbound(one, at=at) if isinstance(one, str) else one))
    history = History("c1", PERSON, "SE", NOON, standing, tuple(steps))
    return replay(history, present or house(), new, until)


def difference(one: Replayed, new: Catalog) -> Difference:
    found = Difference(new)
    found.add(one)
    return found


def test_nothing_differs_under_the_same_catalog() -> None:
    one = replayed(house(), "JA", "BULLE", "hej", "JA STOPP", "stopp tack", "JAZZ", "radera mig")
    assert len(one.pairs) == 7
    assert difference(one, house()).is_empty


def test_a_renamed_keyword_is_understood_differently_and_its_people_are_out() -> None:
    found = difference(replayed(RENAMED, "KLUBB", "hej"), RENAMED)
    (group,) = (group for group in found.groups if group.words)
    assert (group.words, group.present.meaning.programme, group.new.meaning.programme) == (
        ("klubb",),
        "klubben",
        None,
    )
    assert (found.understood, found.leaves["klubben"].shown, found.joins) == (1, ["+46…05"], {})


def test_a_new_keyword_brings_people_in() -> None:
    found = difference(replayed(RENAMED, "BAGARE"), RENAMED)
    assert (found.joins["klubben"].count, found.leaves) == (1, {})


def test_a_longer_wording_costs_more_segments_and_means_the_same() -> None:
    found = difference(replayed(LONGER, "JA"), LONGER)
    (group,) = found.groups
    assert (found.understood, found.different, group.words) == (0, 1, ())
    assert (found.cost.present.segments, found.cost.new.segments) == (1, 2)
    assert found.cost.present.replies == found.cost.new.replies == 1


def test_who_says_stop_is_out_on_both_sides() -> None:
    one = replayed(RENAMED, "KLUBB", "sluta skicka")
    assert one.present.active == one.new.active == frozenset()
    assert [pair.new.effect.outcome for pair in one.pairs][1] == "opted_out"


def test_an_import_between_texts_counts_on_both_sides() -> None:
    one = replayed(RENAMED, "hej", OptedIn(NOON + timedelta(hours=1), "klubben"), "JA")
    for side in (one.present, one.new):
        assert [each.effect.outcome for each in side.sides] == ["unknown", "already_in"]


def test_who_was_put_out_by_a_colleague_is_out_on_both_sides() -> None:
    one = replayed(RENAMED, "KLUBB", OptedOut(NOON + timedelta(hours=1)))
    assert one.present.active == one.new.active == frozenset()


def test_where_they_stood_before_counts_on_both_sides() -> None:
    before = fold([OptedIn(NOON - timedelta(days=400), "klubben")])
    one = replayed(RENAMED, "KLUBB", standing=before)
    assert one.present.active == one.new.active == {"klubben"}
    assert one.pairs[0].present.effect.outcome == "already_in"


def test_each_side_lets_requests_expire_on_its_own_terms() -> None:
    longer = house(klubben=f'opt_in = "double"\nconfirm_within = "7 days"\n{KLUBBEN}')
    late = inbound("JA", at=NOON + timedelta(days=3))
    history = History(
        "c1", PERSON, "SE", NOON, STRANGER, ((NOON, inbound("KLUBB")), (late.received_at, late))
    )
    one = replay(history, DOUBLE, longer, UNTIL)
    assert [pair.present.effect.outcome for pair in one.pairs] == ["requested", "requested"]
    assert [pair.new.effect.outcome for pair in one.pairs] == ["requested", "opted_in"]
    assert (one.present.active, one.new.active) == (frozenset(), {"klubben"})


def test_reminders_cost_and_one_that_was_due_before_is_not_sent_again() -> None:
    found = difference(replayed(REMINDING, "JA", present=DOUBLE), REMINDING)
    assert (found.cost.present.replies, found.cost.new.replies, found.reminded) == (1, 2, 1)
    asked = fold([OptInRequested(NOON - timedelta(hours=2), "klubben")])
    assert replayed(REMINDING, "hej", present=DOUBLE, standing=asked).new.reminders == ()


def test_a_number_that_the_new_catalog_lacks_is_told_with_its_texts() -> None:
    blocks = [block for block in HOUSE.split("[[numbers]]") if OFF_NUMBER not in block]
    new = house("[[numbers]]".join(blocks), KLUBBEN.replace(f'"{OFF_NUMBER}", ', ""))
    found = difference(replayed(new, inbound("JA", to=OFF_NUMBER), "hej"), new)
    assert found.unknown_numbers == {OFF_NUMBER: 1}
    assert found.leaves["klubben"].count == 1


def test_a_programme_that_the_new_catalog_lacks_keeps_its_people() -> None:
    before = fold([OptedIn(NOON, "simskolan"), OptInRequested(NOON, "dansen")])
    one = replayed(house(), "hej", standing=before)
    assert one.present.active == one.new.active == {"simskolan"}


def test_the_same_words_are_one_group_whatever_the_reasons() -> None:
    """The second KLUBB is not answered again on the day, where it is not understood."""
    (group,) = difference(replayed(RENAMED, "KLUBB", "STOPP", "klubb!"), RENAMED).groups[:1]
    assert (group.words, group.count, group.example) == (("klubb",), 2, "KLUBB")


def test_a_reminder_that_is_due_at_night_leaves_in_the_morning() -> None:
    """Noon in UTC is one o'clock in Sweden; nine hours later it is night, and then Sunday."""
    talk = Conversation(REMINDING, REMINDING.numbers[NUMBER], PERSON, NOON + timedelta(hours=9))
    talk.say("JA")
    (reminder, expired) = talk.wait(timedelta(days=3))
    assert reminder.at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert isinstance(expired.event, OptInExpired)


def test_who_blocked_our_sender_is_not_reminded() -> None:
    asked = fold([OptInRequested(NOON, "klubben"), ProviderBlocked(NOON, NUMBER)])
    assert replayed(REMINDING, "hej", present=DOUBLE, standing=asked).new.reminders == ()
