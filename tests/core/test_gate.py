"""The gate: each reason by an example, and the laws that Hypothesis tries to break."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responder.core.addresses import parse_address
from responder.core.consent import (
    OptedIn,
    OptedOut,
    OptInRequested,
    ProviderBlocked,
    ProviderUnblocked,
    State,
    fold,
)
from responder.core.gate import gate, may_send
from responder.core.gate_cap import Cap, Period
from responder.core.gate_facts import (
    Allowed,
    Basis,
    History,
    Kind,
    Licence,
    Message,
    Never,
    NotNow,
    Person,
    Verdict,
    Why,
)
from responder.core.gate_hours import CLOSED, Hours, Permitted, hours, permitted
from responder.core.gate_house import House
from responder.core.hours_by_country import RECOMMENDED_SLOTS
from tests.factories import NUMBER, house

SWEDE, BRITON, AUSTRALIAN = "+46701740605", "+447700900123", "+61491570006"
FRENCH, TEXAN, FLORIDIAN = "+33639980005", "+12145550123", "+13055550123"
STOCKHOLM, PARIS = ZoneInfo("Europe/Stockholm"), ZoneInfo("Europe/Paris")
JOINED = datetime(2026, 1, 15, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=STOCKHOLM)
MEMBER = fold([OptedIn(JOINED, "klubben")])
PROGRAMME = house().programmes["klubben"]
PROMOTION = Message(
    Kind.PROMOTIONAL, PROGRAMME, NUMBER, "Nordbageriet: nya bullar. STOPP avslutar.", "sv"
)
SERVICE = replace(PROMOTION, kind=Kind.SERVICE, text="Nordbageriet: din beställning är klar.")
CATALOG = house()


def person(address: str = SWEDE, **known: Any) -> Person:
    return Person(parse_address(address), **{"standing": MEMBER} | known)


def asked(
    message: Message = PROMOTION,
    who: Person | None = None,
    house_limits: House = House(),  # noqa: B008 (frozen)
    at: datetime = MONDAY,
    sent: tuple[datetime, ...] = (),
) -> Verdict:
    return may_send(message, who or person(), History(sent), house_limits, CATALOG, at)


def test_a_member_gets_a_promotion_at_noon() -> None:
    assert asked() == Allowed()


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (person(standing=fold([])), Why.NOT_ACTIVE),
        (person(standing=fold([OptInRequested(JOINED, "klubben")])), Why.NOT_ACTIVE),
        (person(standing=fold([OptedIn(JOINED, "jazz")])), Why.NOT_ACTIVE),
        (person(standing=fold([OptedOut(JOINED, None)], MEMBER)), Why.NOT_ACTIVE),
        (person(suppressed=True), Why.SUPPRESSED),
        (person(unreachable=True), Why.UNREACHABLE),
        (person(standing=fold([ProviderBlocked(JOINED, NUMBER)], MEMBER)), Why.PROVIDER_BLOCKED),
        (person(licence=Licence.RENTED, sends_used=1), Why.RENTED_USED_UP),
        (person("71456"), Why.NOT_A_PERSON),
        (person("NORDEA"), Why.NOT_A_PERSON),
    ],
)
@pytest.mark.parametrize("message", [PROMOTION, SERVICE])
def test_some_people_get_nothing_at_all(who: Person, why: Why, message: Message) -> None:
    assert asked(message, who) == Never(why)


@pytest.mark.parametrize(
    "who",
    [
        person(licence=Licence.RENTED),
        person(licence=Licence.BOUGHT, sends_used=9),
        person(standing=fold([ProviderBlocked(JOINED, "+46701740611")], MEMBER)),
        person("whatsapp:" + SWEDE),
    ],
)
def test_a_first_rented_send_a_bought_contact_and_another_senders_block_hinder_nothing(
    who: Person,
) -> None:
    assert asked(who=who) == Allowed()


def test_who_joined_a_service_programme_gets_no_promotion() -> None:
    bookings = replace(PROGRAMME, purpose="service")
    assert asked(replace(PROMOTION, programme=bookings)) == Never(Why.SERVICE_PROGRAMME)
    assert asked(replace(SERVICE, programme=bookings)) == Allowed()


@pytest.mark.parametrize(
    ("address", "sold_at", "verdict"),
    [
        (SWEDE, MONDAY - timedelta(days=364), Allowed()),
        (SWEDE, MONDAY - timedelta(days=365), Never(Why.SOFT_OPT_IN_LAPSED)),
        (SWEDE, None, Never(Why.SOFT_OPT_IN_LAPSED)),
        (TEXAN, MONDAY - timedelta(days=1), Never(Why.NO_SOFT_OPT_IN)),
    ],
)
def test_a_soft_opt_in_lapses_and_does_not_exist_everywhere(
    address: str, sold_at: datetime | None, verdict: Verdict
) -> None:
    who = person(address, basis=Basis.SOFT_OPT_IN, basis_at=sold_at)
    assert asked(who=who) == verdict
    assert asked(SERVICE, who) == Allowed()


def test_waiting_for_the_morning_is_pointless_when_the_soft_opt_in_lapses_tonight() -> None:
    late = MONDAY.replace(hour=21)
    lapsing = late.replace(hour=23) - timedelta(days=365)
    who = person(basis=Basis.SOFT_OPT_IN, basis_at=lapsing)
    assert asked(who=who, at=late) == Never(Why.SOFT_OPT_IN_LAPSED)


def test_an_evening_promotion_waits_for_the_morning_and_a_service_message_does_not() -> None:
    evening = datetime(2026, 11, 23, 20, tzinfo=STOCKHOLM)
    morning = datetime(2026, 11, 24, 8, tzinfo=STOCKHOLM)
    assert asked(at=evening) == NotNow(morning, Why.PERMITTED_HOURS)
    assert asked(SERVICE, at=evening) == Allowed()


def test_the_houses_own_hours_hold_for_service_messages_too() -> None:
    office = House(hours=permitted(hours(9, 17), "the house"))
    early = MONDAY.replace(hour=8, minute=30)
    expected = NotNow(early.replace(hour=9, minute=0), Why.HOUSE_HOURS)
    assert asked(SERVICE, house_limits=office, at=early) == expected
    assert asked(PROMOTION, house_limits=office, at=early) == expected


def test_recommended_slots_hold_back_promotions_only() -> None:
    slots = House(slots=RECOMMENDED_SLOTS)
    afternoon = MONDAY.replace(hour=12, minute=30)
    waits = NotNow(MONDAY.replace(hour=18), Why.SLOTS)
    assert asked(house_limits=slots, at=afternoon) == waits
    assert asked(SERVICE, house_limits=slots, at=afternoon) == Allowed()


def test_the_cap_waits_for_the_next_month_and_then_for_the_morning() -> None:
    promised = replace(PROMOTION, cap=Cap(2, Period.MONTH))
    sent = (MONDAY - timedelta(days=3), MONDAY - timedelta(days=10))
    december = datetime(2026, 12, 1, 8, tzinfo=STOCKHOLM)
    assert asked(promised, sent=sent) == NotNow(december, Why.FREQUENCY_CAP)
    assert asked(promised, sent=sent[:1]) == Allowed()
    assert asked(replace(SERVICE, cap=promised.cap), sent=sent) == Allowed()


def test_the_smaller_of_two_caps_holds() -> None:
    sent = (MONDAY - timedelta(hours=1),)
    weekly, yearly = Cap(1, Period.WEEK), Cap(50, Period.YEAR)
    next_week = NotNow(MONDAY.replace(day=30, hour=8), Why.FREQUENCY_CAP)
    for promised, own in [(weekly, yearly), (yearly, weekly)]:
        message = replace(PROMOTION, cap=promised)
        assert asked(message, house_limits=House(cap=own), sent=sent) == next_week


@pytest.mark.parametrize("address", ["+18005550199", "messenger:1"])
def test_nothing_promotional_goes_where_the_hour_is_unknown(address: str) -> None:
    office = House(hours=permitted(hours(9, 17), "the house"))
    assert asked(who=person(address)) == Never(Why.PLACE_UNKNOWN)
    assert asked(SERVICE, person(address), office) == Never(Why.PLACE_UNKNOWN)
    assert asked(SERVICE, person(address)) == Allowed()


def test_a_house_that_writes_on_sundays_only_never_reaches_a_french_number() -> None:
    sundays = permitted(CLOSED, "the house", sunday=hours(10, 12))
    limits = House(hours=sundays)
    assert asked(who=person(FRENCH), house_limits=limits) == Never(Why.NO_COMMON_HOUR)
    assert isinstance(asked(house_limits=limits), NotNow)


ADDRESSES = st.sampled_from([SWEDE, FRENCH, TEXAN, FLORIDIAN, BRITON, AUSTRALIAN])
TIMES = st.timedeltas(timedelta(), timedelta(days=1500)).map(lambda later: JOINED + later)
CAPS = st.none() | st.builds(Cap, st.integers(1, 4), st.sampled_from(Period))
MESSAGES = st.builds(replace, st.sampled_from([PROMOTION, SERVICE]), cap=CAPS)
MINUTES = st.tuples(st.integers(0, 95), st.integers(0, 95)).filter(lambda pair: pair[0] < pair[1])
SPANS = MINUTES.map(lambda pair: Hours(*(time(part // 4, part % 4 * 15) for part in pair)))
DAYS = st.lists(SPANS, max_size=2).map(tuple)
WEEKS = st.none() | st.builds(Permitted, st.tuples(*[DAYS] * 7), st.just("the house"))
LIMITS = ("hours", "slots", "cap")
HOUSES = st.builds(House, hours=WEEKS, slots=WEEKS, cap=CAPS)
EVENTS = st.lists(
    st.one_of(
        st.builds(OptedIn, TIMES, st.sampled_from(["klubben", "jazz"])),
        st.builds(OptInRequested, TIMES, st.sampled_from(["klubben", "jazz"])),
        st.builds(OptedOut, TIMES, st.sampled_from(["klubben", "jazz", None])),
        st.builds(ProviderBlocked, TIMES, st.just(NUMBER)),
        st.builds(ProviderUnblocked, TIMES, st.just(NUMBER)),
    ),
    max_size=6,
)


@st.composite
def sends_before(draw: st.DrawFn, at: datetime) -> tuple[datetime, ...]:
    ages = draw(st.lists(st.timedeltas(timedelta(), timedelta(days=400)), max_size=6))
    return tuple(at - age for age in ages)


@given(EVENTS, MESSAGES, ADDRESSES, HOUSES, TIMES)
def test_law_7_who_is_out_of_a_programme_is_never_written_to(
    events: list, message: Message, address: str, limits: House, at: datetime
) -> None:
    standing = fold(events)
    verdict = asked(message, person(address, standing=standing), limits, at)
    if standing.is_out or standing.state("klubben") is not State.ACTIVE:
        assert isinstance(verdict, Never)


@given(st.data(), MESSAGES, ADDRESSES, HOUSES, TIMES)
def test_until_is_the_first_time_that_is_allowed(
    data: st.DataObject, message: Message, address: str, limits: House, at: datetime
) -> None:
    sent = data.draw(sends_before(at))
    verdict = asked(message, person(address), limits, at, sent)
    if isinstance(verdict, NotNow):
        assert verdict.until > at
        assert verdict.until.tzinfo is UTC
        assert asked(message, person(address), limits, verdict.until, sent) == Allowed()
        sooner = at + data.draw(st.floats(0, 0.9999)) * (verdict.until - at)
        earlier = asked(message, person(address), limits, sooner, sent)
        assert isinstance(earlier, NotNow)
        assert earlier.until == verdict.until


@given(st.data(), MESSAGES, ADDRESSES, HOUSES, TIMES)
def test_tightening_a_house_never_allows_more(
    data: st.DataObject, message: Message, address: str, limits: House, at: datetime
) -> None:
    sent = data.draw(sends_before(at))
    loose = replace(limits, **dict.fromkeys(data.draw(st.sets(st.sampled_from(LIMITS)))))
    tight, looser = (asked(message, person(address), one, at, sent) for one in (limits, loose))
    if tight == Allowed():
        assert looser == Allowed()
    if isinstance(tight, NotNow) and isinstance(looser, NotNow):
        assert looser.until <= tight.until


@given(st.data(), MESSAGES, HOUSES, TIMES)
def test_many_people_are_answered_as_each_alone(
    data: st.DataObject, message: Message, limits: House, at: datetime
) -> None:
    people = st.tuples(ADDRESSES.map(person), sends_before(at).map(History))
    crowd = data.draw(st.lists(people, min_size=2, max_size=8))
    verdict = gate(message, limits, CATALOG, at)
    alone = [may_send(message, *one, limits, CATALOG, at) for one in crowd]
    assert [verdict(*one) for one in crowd] == alone


CALENDAR = {Period.DAY: "%F", Period.WEEK: "%G-%V", Period.MONTH: "%Y-%m", Period.YEAR: "%Y"}


@given(CAPS.filter(bool), TIMES, st.lists(st.timedeltas(timedelta(), timedelta(days=9))))
def test_no_calendar_period_ever_holds_more_sends_than_its_cap(
    cap: Cap, at: datetime, pauses: list[timedelta]
) -> None:
    promised = replace(PROMOTION, cap=cap)
    sent: tuple[datetime, ...] = ()
    for pause in pauses:
        at += pause
        verdict = asked(promised, at=at, sent=sent)
        at = verdict.until if isinstance(verdict, NotNow) else at
        sent += (at,)
    periods = Counter(one.astimezone(STOCKHOLM).strftime(CALENDAR[cap.period]) for one in sent)
    assert max(periods.values(), default=0) <= cap.count
