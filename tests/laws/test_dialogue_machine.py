"""One person and every dialogue: words, time and late messages at random, on the pure core."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from responder.authoring import load_catalog
from responder.core.catalog import Catalog
from responder.core.consent import OptedIn, OptInExpired, OptInRequested, State, fold
from responder.core.decide import decide
from responder.core.double_opt_in import is_over
from responder.core.messages import Inbound
from responder.core.outcomes import Decision, Reason, Recent, remember
from responder.store.ledger import over_all_numbers
from tests.factories import HOUSE, JAZZ, KLUBBEN, NOON, NUMBER, OFF_NUMBER, inbound, write_config

SWING = f"""
name = "Swingskolan"
numbers = ["{NUMBER}", "{OFF_NUMBER}"]
keywords = ["SWING", "DANS"]
messages = "kurstips"
frequency = "högst 2 sms i månaden"
opt_in = "double"
confirm_within = "2 hours"

[incentive]
codes = "codes.txt"

[[ask]]
name = "size"
kind = "choice"
question = "Storlek? S, M eller L."
choices = ["S", "M", "L"]

[[ask]]
name = "wish"
kind = "text"
question = "Vad önskar du dig?"
within = "1 hour"
"""
NUMBERS = st.sampled_from([NUMBER, OFF_NUMBER])
WORDS = st.sampled_from(
    [
        *("SWING", "dans tack", "JA", "YES", "START", "ja gärna", "KLUBB", "JAZZ", "SWING?"),
        *("NEJ", "nej tack", "M", "XL", "en bulle", "hej", "", "hjälp", "Gillade ”Storlek?”"),
        *("Autosvar: JA", "vill gå med", "STOPP SWING", "STOPP JAZZ"),
    ]
)
LEAVES = st.sampled_from(["STOPP", "STOP", "avsluta", "radera mina uppgifter", "🛑"])
PAUSES = st.sampled_from([1, 11, 60, 1800, 3601, 86_400, 2 * 86_400])
LATENESS = st.sampled_from([1, 60, 1800])
BOUND, HOUR, DAY = 6, timedelta(hours=1), timedelta(days=1)
IN_A_DIALOGUE = ("answered", "asked_again")


@cache
def the_house() -> Catalog:
    with TemporaryDirectory() as folder:
        config = write_config(Path(folder) / "c", HOUSE, swing=SWING, klubben=KLUBBEN, jazz=JAZZ)
        (config / "codes.txt").write_text("SWING-1\nSWING-2\n", encoding="utf-8")
        return load_catalog(config)[0]


OUT = ("opted_out", "erasure_requested", "erasure_confirmed", "declined")


class Dialogues(RuleBasedStateMachine):
    """The decision and the fold, and a few tallies beside them that know only the promise."""

    @initialize()
    def open_house(self) -> None:
        self.now = NOON
        self.standing = fold([])
        self.recents: dict[str, Recent] = {}
        self.request: tuple[str, str] | None = None
        self.hour: list[datetime] = []
        self.is_past_the_bound = False
        self.was_told = False
        self.heard_at = NOON

    @rule(text=WORDS, number=NUMBERS)
    def the_person_texts(self, text: str, number: str) -> None:
        self._hear(inbound(text, number, at=self.now))

    @rule(text=LEAVES, number=NUMBERS)
    def the_person_leaves(self, text: str, number: str) -> None:
        was_member = self.standing.active
        self._hear(inbound(text, number, at=self.now))
        assert self._running() == set()
        assert not (was_member and self.recents[number].asking)

    @rule(text=st.one_of(WORDS, LEAVES), number=NUMBERS, seconds=LATENESS)
    def a_message_comes_late(self, text: str, number: str, seconds: int) -> None:
        running, newest = self._running(), self.standing.last_at
        received = self.now - timedelta(seconds=seconds)
        self._hear(replace(inbound(text, number, at=received), delayed=True))
        if newest and received < newest:
            assert self._running() <= running

    @rule(seconds=PAUSES)
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def requests_that_nobody_answered_expire(self) -> None:
        for name, subscription in self.standing.subscriptions.items():
            programme = the_house().programmes[name]
            if subscription.state is State.PENDING and is_over(subscription, programme, self.now):
                self.standing = fold([OptInExpired(self.now, name)], self.standing)
                self.request = None

    @invariant()
    def who_waits_for_a_yes_asked_for_it(self) -> None:
        is_pending = self.standing.state("swing") is State.PENDING
        assert is_pending == (self.request is not None)

    def _hear(self, message: Inbound) -> None:
        recent = over_all_numbers(self.recents, message.recipient)
        decision = decide(message, self.standing, recent, the_house(), self.now)
        self._check_the_second_yes(decision, message)
        self._check_the_dialogue(decision)
        self._check_the_bound(decision, message)
        self.standing = fold(decision.events, self.standing)
        self.recents[message.recipient] = remember(recent, message, decision)
        if self.standing.state("swing") is not State.PENDING:
            self.request = None

    def _check_the_second_yes(self, decision: Decision, message: Inbound) -> None:
        """Each membership needs a request of its own, made by an earlier message."""
        for event in decision.events:
            if isinstance(event, OptInRequested):
                self.request = message.key
            elif event == OptedIn(event.at, "swing"):
                assert self.request not in (None, message.key)

    def _check_the_dialogue(self, decision: Decision) -> None:
        """Members answer questions; a code goes to who joins by this very message."""
        if decision.answered:
            assert decision.answered.programme in self.standing.active
        if "incentive" in (wordings := [reply.wording for reply in decision.replies]):
            assert wordings == ["opt_in_confirmed", "incentive", "question"]
            assert OptedIn in {type(event) for event in decision.events}

    def _check_the_bound(self, decision: Decision, message: Inbound) -> None:
        """Six answers in an hour from its first; past that one a day, until a day of silence.

        The first opt-out past that is confirmed besides.
        """
        if self.now - self.heard_at >= DAY:
            self.is_past_the_bound = self.was_told = False
        self.heard_at = max(self.heard_at, message.received_at)
        if decision.reason is Reason.TOO_MANY_REPLIES:
            self.is_past_the_bound = True
        elif decision.outcome not in IN_A_DIALOGUE and any(not r.held for r in decision.replies):
            if decision.outcome in OUT and not self.was_told and self._is_spent():
                self.is_past_the_bound = self.was_told = True
                self.hour[-1] = self.now
                return
            assert not self.is_past_the_bound or self.now - self.hour[-1] >= DAY
            is_new = not self.hour or self.now - self.hour[0] >= HOUR
            self.hour = [self.now] if is_new else [*self.hour, self.now]
            assert len(self.hour) <= BOUND

    def _is_spent(self) -> bool:
        fresh = bool(self.hour) and self.now - self.hour[0] < HOUR
        return self.is_past_the_bound or (fresh and len(self.hour) == BOUND)

    def _running(self) -> set[str]:
        subscriptions = self.standing.subscriptions.items()
        return {name for name, s in subscriptions if s.state is not State.ENDED}


class TestDialogues(Dialogues.TestCase):
    """Collected by pytest."""

    settings = settings(max_examples=60, stateful_step_count=40)
