"""The laws, each with a test that tries to break it, on the pure core."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from responder.core.addresses import AddressKind, parse_address
from responder.core.consent import (
    OptedIn,
    OptedOut,
    ProviderBlocked,
    ProviderUnblocked,
    Standing,
    fold,
)
from responder.core.decide import decide
from responder.core.outcomes import Reason, Recent
from responder.core.understand import understand
from responder.core.vocabulary import Entry
from responder.core.words import canonical
from responder.vocabulary import load_vocabulary
from tests.factories import (
    ADVANCED_NUMBER,
    HOUSE,
    NOON,
    NUMBER,
    OFF_NUMBER,
    SHORT_CODE,
    decided,
    house,
    inbound,
    texts,
)

VOCABULARY = load_vocabulary()
ENTRIES = sorted(
    {entry for entries in VOCABULARY.entries.values() for entry in entries},
    key=lambda entry: (entry.section, entry.language, entry.text),
)
OPT_OUTS = [entry for entry in ENTRIES if entry.section == "opt_out"]
NUMBERS = st.sampled_from([NUMBER, OFF_NUMBER, ADVANCED_NUMBER, SHORT_CODE, "+46701740611", "7"])
SENDERS = st.sampled_from(
    ["+46701740605", "+4740612345", "+15005550006", "whatsapp:+46701740605", "71456", "NORDEA"]
)
HOUSES = st.sampled_from([HOUSE, HOUSE + '[opt_out]\nscope = "number"\n'])
EVENTS = st.lists(
    st.one_of(
        st.builds(OptedIn, st.just(NOON), st.sampled_from(["klubben", "jazz", "vanished"])),
        st.builds(OptedOut, st.just(NOON), st.sampled_from(["klubben", "jazz", None])),
        st.builds(ProviderBlocked, st.just(NOON), st.sampled_from([NUMBER, OFF_NUMBER])),
        st.builds(ProviderUnblocked, st.just(NOON), st.just(NUMBER)),
    ),
    max_size=6,
)
STANDINGS = EVENTS.map(fold)
INVISIBLE = st.sampled_from(["", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u202e", "\ufe0f"])
AROUND = st.text(alphabet=' .,!;:"“”»«*()…-–\n\t🛑👍', max_size=6)


@st.composite
def dressed(draw: st.DrawFn, word: str) -> str:
    """The word in any case, with accents or decomposed, in any wrapping and invisible ink."""
    letters = draw(st.sampled_from([word, word.upper(), word.lower(), word.title()]))
    ink = draw(INVISIBLE)
    fullwidth = draw(st.booleans()) and letters.isascii() and letters.isalnum()
    if fullwidth:
        letters = "".join(chr(ord(c) + 0xFEE0) for c in letters)
    return draw(AROUND) + ink.join(letters) + ink + draw(AROUND)


@given(st.sampled_from(OPT_OUTS), st.data())
def test_law_1_an_opt_out_word_opts_out_however_it_is_dressed(
    entry: Entry, data: st.DataObject
) -> None:
    text = data.draw(dressed(entry.text))
    assert understand(text, entry.language, (), VOCABULARY).intent in ("opt_out", "erasure")


@given(st.text(max_size=40), NUMBERS, STANDINGS)
def test_law_1_no_text_joins_that_is_not_a_keyword_or_an_opt_in_word(
    text: str, number: str, standing: Standing
) -> None:
    decision = decided(text, standing, to=number)
    if any(isinstance(event, OptedIn) for event in decision.events):
        assert decision.understanding.rule.startswith(("keyword.", "word."))
        assert len(canonical(text).words) <= 6


@given(st.sampled_from(["JA", "KLUBB", "JAZZ", "START", "YES"]), st.integers(0, 3), st.data())
def test_law_1_a_slip_of_the_finger_never_joins(word: str, place: int, data: st.DataObject) -> None:
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slipped = word[:place] + letter + word[place + 1 :]
    joins = {"JA", "KLUBB", "BULLE", "JAZZ"} | {
        entry.text for entry in ENTRIES if entry.section == "opt_in"
    }
    if slipped.upper() not in joins:
        assert not any(isinstance(event, OptedIn) for event in decided(slipped).events)


@given(st.sampled_from([e for e in OPT_OUTS if not e.local]), NUMBERS, SENDERS, STANDINGS, HOUSES)
def test_law_2_no_number_sender_standing_or_config_disables_an_opt_out(
    entry: Entry, number: str, sender: str, standing: Standing, files: str
) -> None:
    catalog = house(files)
    decision = decided(entry.text, standing, catalog=catalog, to=number, sender=sender)
    after = fold(decision.events, standing)
    known = catalog.numbers.get(number)
    narrowed = catalog.opt_out_scope == "number" and known and catalog.programmes_on(known)
    ended = (
        {p.id for p in catalog.programmes_on(known)} if known and narrowed else set(after.active)
    )
    assert not ended & set(after.active)
    assert narrowed or after.out_since


@given(st.sampled_from(["STOPP", "AVSLUTA", "STOPP JAZZ", "JA", "JAZZ", "START"]), STANDINGS)
def test_law_5_every_change_owes_one_confirmation_and_nothing_unasked_follows(
    text: str, standing: Standing
) -> None:
    decision = decided(text, standing)
    changes = [e for e in decision.events if isinstance(e, OptedIn | OptedOut)]
    confirmations = [r for r in decision.replies if r.purpose == "confirmation"]
    assert len(decision.replies) <= 1
    if changes and decision.reason is not Reason.PROVIDER_ANSWERS:
        assert len(confirmations) == 1


@given(st.text(max_size=200), NUMBERS, SENDERS, STANDINGS)
def test_law_10_nobody_is_answered_who_is_no_person_or_lives_elsewhere(
    text: str, number: str, sender: str, standing: Standing
) -> None:
    decision = decided(text, standing, to=number, sender=sender)
    address = parse_address(sender, "SE")
    if address.kind in (AddressKind.SHORT_CODE, AddressKind.NAME) or address.country != "SE":
        assert texts(decision) == []
        assert not any(isinstance(event, OptedIn) for event in decision.events)


@given(EVENTS, EVENTS)
def test_folding_in_two_steps_is_folding_in_one(first: list, second: list) -> None:
    assert fold(second, fold(first)) == fold(first + second)


@given(st.text(max_size=60), STANDINGS)
def test_deciding_is_repeatable(text: str, standing: Standing) -> None:
    message = inbound(text)
    once = decide(message, standing, Recent(), house(), NOON)
    assert decide(replace(message), standing, Recent(), house(), NOON) == once


def test_a_courtesy_is_given_again_after_a_day() -> None:
    told = Recent(unknown_at=NOON - timedelta(days=1))
    assert len(texts(decided("vad kostar en bulle", recent=told))) == 1
