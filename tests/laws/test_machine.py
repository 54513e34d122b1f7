"""One stateful machine: people text, providers repeat, time passes; the books must agree."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select

from responder.core.consent import Standing, fold
from responder.core.decide import decide
from responder.core.messages import Inbound
from responder.core.outcomes import Recent, over_all_numbers, remember
from responder.inbox import Inbox
from responder.store import tables as t
from responder.store.database import Database
from tests.books import folded, projected
from tests.factories import NOON, NUMBER, OFF_NUMBER, house, inbound

PEOPLE = st.sampled_from(["+46701740605", "+46701740606", "+46701740607"])
NUMBERS = st.sampled_from([NUMBER, OFF_NUMBER])
WORDS = st.sampled_from(
    [
        *("JA", "JAZZ", "ja tack", "START", "STOPP", "STOP", "avsluta", "STOPP JAZZ", "JA?"),
        *("hjälp", "HELP", "hej hej", "", "radera mina uppgifter", "🛑"),
    ]
)
LEAVES = {"STOPP", "STOP", "avsluta", "radera mina uppgifter", "🛑"}


class Conversations(RuleBasedStateMachine):
    """The pure core kept by hand beside the real inbox on SQLite."""

    template: Path

    @initialize()
    def open_house(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(self.template, f"{self.folder.name}/test.db")
        self.database = Database(f"sqlite:///{self.folder.name}/test.db")
        self.now = NOON
        self.inbox = Inbox(self.database, house, lambda: self.now)
        self.standings: dict[str, Standing] = {}
        self.recents: dict[tuple[str, str], Recent] = {}
        self.delivered: dict[tuple[str, str], tuple[Inbound, tuple[tuple[str, str], ...]]] = {}
        self.last: dict[str, str] = {}

    @rule(who=PEOPLE, number=NUMBERS, words=st.lists(WORDS, min_size=1, max_size=3))
    def a_person_texts(self, who: str, number: str, words: list[str]) -> None:
        """One batch: what arrived in the same instant."""
        batch = [inbound(word, number, who, self.now) for word in words]
        for message, answer in zip(batch, self.inbox.receive(batch), strict=True):
            expected = self._decide_by_hand(message)
            assert [text for _, text in answer.replies] == expected
            self.delivered[message.key] = (message, answer.replies)
            self.last[who] = message.text

    @rule(data=st.data())
    def the_provider_repeats_itself(self, data: st.DataObject) -> None:
        if self.delivered:
            key = data.draw(st.sampled_from(sorted(self.delivered)))
            message, replies = self.delivered[key]
            answers = self.inbox.receive([message, message])
            assert [answer.replies for answer in answers] == [replies, replies]

    @rule(seconds=st.sampled_from([1, 9, 11, 3600, 86_400, 86_400 * 60]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @invariant()
    def the_ledger_folds_to_its_projection(self) -> None:
        with self.database.read() as connection:
            books = folded(connection)
            assert books == projected(connection)
        changed = {who: s for who, s in self.standings.items() if s != Standing()}
        assert books == changed

    @invariant()
    def who_left_is_out(self) -> None:
        for who, word in self.last.items():
            if word in LEAVES:
                assert self.standings[who].active == ()

    @invariant()
    def every_message_is_decided_once_and_answered_once(self) -> None:
        with self.database.read() as connection:
            for table in (t.messages, t.decisions):
                rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
                assert rows == len(self.delivered)

    def _decide_by_hand(self, message: Inbound) -> list[str]:
        who, key = message.sender, (message.sender, message.recipient)
        mine = {number: r for (person, number), r in self.recents.items() if person == who}
        recent = over_all_numbers(mine, message.recipient)
        standing = self.standings.get(who, Standing())
        decision = decide(message, standing, recent, house(), self.now)
        self.standings[who] = fold(decision.events, standing)
        self.recents[key] = remember(recent, message, decision)
        return [reply.text for reply in decision.replies if not reply.held]

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.dispose()
            self.folder.cleanup()


@pytest.fixture(autouse=True)
def _template(sqlite_template: Path) -> None:
    Conversations.template = sqlite_template


class TestConversations(Conversations.TestCase):
    """Collected by pytest."""

    settings = settings(max_examples=40, stateful_step_count=25)
