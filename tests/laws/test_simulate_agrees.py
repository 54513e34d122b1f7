"""What `simulate` shows is what the server does: random conversations, played on both."""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from responder.authoring import load_catalog
from responder.authoring.simulate import Conversation, Later, Turn
from responder.core.catalog import Catalog
from responder.core.consent import Standing
from responder.inbox import Answer, Inbox
from responder.store import pending
from responder.store import tables as t
from responder.store.codes import keep_codes
from responder.store.database import Database
from tests.books import folded, projected
from tests.factories import (
    HOUSE,
    JAZZ,
    KLUBBEN,
    NOON,
    NUMBER,
    OFF_NUMBER,
    PERSON,
    inbound,
    write_config,
)

ENGLISH_NUMBER = "+46701740696"
ON_ALL = f'numbers = ["{NUMBER}", "{OFF_NUMBER}", "{ENGLISH_NUMBER}"]'
TERMS = 'messages = "kurstips"\nfrequency = "högst 2 sms i månaden"\n'
IN_ENGLISH = """
[[numbers]]
number = "+46701740696"
provider = "twilio"
country = "SE"
language = "en"
provider_opt_out = "off"
"""
PROGRAMMES = {
    "klubben": KLUBBEN,
    "swing": f"""
name = "Swingskolan"
{ON_ALL}
keywords = ["SWING", "DANS"]
opt_in = "double"
confirm_within = "48 hours"
remind_after = "3 hours"
{TERMS}
[sources]
"HALL-A" = "SVÄNG"
""",
    "quiz": f"""
name = "Quizkvällen"
{ON_ALL}
keywords = ["QUIZ"]
{TERMS}
[[ask]]
name = "size"
kind = "choice"
question = "Storlek? S, M eller L."
choices = ["S", "M", "L"]
within = "2 hours"

[[ask]]
name = "mail"
kind = "email"
question = "Din e-post?"
again = "Skriv den som namn@exempel.se"
""",
    "gift": f"""
name = "Gåvan"
{ON_ALL}
keywords = ["GIFT"]
{TERMS}
[incentive]
codes = "codes.txt"
""",
    "swap": f"""
name = "Bytesdagen"
numbers = ["{OFF_NUMBER}"]
keywords = ["BYT"]
opt_in = "double"
confirm_within = "2 hours"
{TERMS}
[incentive]
codes = "codes.txt"

[[ask]]
name = "wish"
kind = "text"
question = "Vad önskar du dig?"
""",
    "jazz": JAZZ.replace("2026-10-01", "2026-11-23").replace("2026-12-31", "2026-11-30"),
}
CODES = "".join(f"KOD-{number}\n" for number in range(60))
JOINS = ("JA", "KLUBB", "bulle tack!", "SWING", "dans", "SVÄNG", "QUIZ", "GIFT", "BYT", "JAZZ")
ANSWERS = ("JA", "YES", "ja gärna", "NEJ", "nej tack", "M", "xl", "anna@example.com", "en bulle")
LEAVES = ("STOPP", "STOP", "sluta skicka tack", "🛑", "STOPP SWING", "STOP QUIZ", "START")
OTHERS = (
    *("HJÄLP", "HELP", "jag vill gå med", "SWIGN", "QUIZ?", "hej hej", "", "Autosvar: JA"),
    *("radera mina uppgifter", "vilka uppgifter har ni om mig", "START QUIZ"),
)
Step = timedelta | tuple[str, str]
"""Time that passes, or the number that is texted and the text."""
SCENES: tuple[tuple[str | Step, ...], ...] = (
    ("SWING", timedelta(hours=4), "YES"),
    ("DANS", (ENGLISH_NUMBER, "HELP"), timedelta(hours=22)),
    ("SVÄNG", timedelta(days=2, seconds=30), "JA"),
    ("BYT", "JA", "en bulle"),
    ("QUIZ", "M", "anna@example.com"),
    ("QUIZ", "randig", "L", "nej", timedelta(hours=3), "STOPP QUIZ"),
    ("GIFT", "STOPP", "GIFT"),
)
"""Dialogues that words at random would seldom come upon."""
NUMBERS = st.sampled_from([NUMBER, OFF_NUMBER, ENGLISH_NUMBER])
WAITS = st.sampled_from([5, 90, 1800, 7300, 4 * 3600, 86_400, 2 * 86_400 + 30, 9 * 86_400])


def _on(number: str, scene: tuple[str | Step, ...]) -> list[Step]:
    return [(number, said) if isinstance(said, str) else said for said in scene]


STEPS = st.lists(
    st.one_of(
        st.tuples(NUMBERS, st.sampled_from(JOINS)).map(lambda step: [step]),
        st.tuples(NUMBERS, st.sampled_from(ANSWERS)).map(lambda step: [step]),
        st.tuples(NUMBERS, st.sampled_from(LEAVES + OTHERS)).map(lambda step: [step]),
        WAITS.map(lambda seconds: [timedelta(seconds=seconds)]),
        st.builds(_on, NUMBERS, st.sampled_from(SCENES)),
    ),
    max_size=15,
).map(lambda parts: [step for part in parts for step in part])
EXAMPLES = {"sqlite": 50, "postgresql": 15}
A_LOOK = timedelta(seconds=61)
"""The worker looks once a minute, and so does the simulation."""
Fresh = Callable[[], AbstractContextManager[Database]]
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = write_config(tmp_path_factory.mktemp("house") / "c", HOUSE + IN_ENGLISH, **PROGRAMMES)
    (folder / "codes.txt").write_text(CODES, encoding="utf-8")
    return load_catalog(folder)[0]


@pytest.fixture(scope="module", params=EXAMPLES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def fresh(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Fresh:
    """Opens a database of this kind in which nobody ever texted."""
    folder = tmp_path_factory.mktemp("databases")

    @contextmanager
    def on_sqlite() -> Iterator[Database]:
        path = folder / f"{next(_numbers)}.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield from _opened(f"sqlite:///{path}")
        path.unlink()

    @contextmanager
    def on_postgresql() -> Iterator[Database]:
        template = request.getfixturevalue("postgres_template")
        with request.getfixturevalue("postgres").scratch_database(template) as url:
            yield from _opened(url)

    return on_sqlite if kind == "sqlite" else on_postgresql


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.dispose()


class Server:
    """The real inbox and the worker's jobs, at the times that the test says."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self.now = NOON
        self._database, self._catalog = database, catalog
        self._inbox = Inbox(database, lambda: catalog, lambda: self.now)
        with database.write() as connection:
            for programme in catalog.programmes.values():
                if programme.incentive:
                    keep_codes(connection, programme.id, CODES.split())

    def hear(self, turn: Turn, number: str) -> Answer | Exception:
        self.now = turn.at
        (answer,) = self._inbox.receive([inbound(turn.text, number, at=turn.at)])
        return answer

    def look(self, at: datetime) -> list[str]:
        """What the jobs do at a time that is not past: the reminders, and one word an expiry."""
        if at < self.now:
            return []
        self.now = at
        with self._database.write() as connection:
            expired = pending.expire(connection, self._catalog, at)
            pending.remind(connection, self._catalog, at)
            written = (t.outbox.c.wording == "opt_in_reminder") & (t.outbox.c.created_at == at)
            reminders = connection.execute(select(t.outbox.c.text).where(written)).scalars()
            return ["expired"] * expired + sorted(reminders)

    def standing(self) -> Standing:
        with self._database.read() as connection:
            books = folded(connection)
            assert books == projected(connection)
            return books.get(PERSON, Standing())


def test_a_simulated_conversation_goes_as_a_real_one(
    fresh: Fresh, catalog: Catalog, kind: str
) -> None:
    @settings(max_examples=EXAMPLES[kind])
    @given(STEPS)
    def play(steps: list[Step]) -> None:
        with fresh() as database:
            server = Server(database, catalog)
            talk = Conversation(catalog, catalog.numbers[NUMBER], PERSON, NOON)
            for step in steps:
                if isinstance(step, timedelta):
                    _wait(talk, server, step)
                else:
                    _say(talk, server, *step)
                assert server.standing() == talk.standing

    play()


def _say(talk: Conversation, server: Server, number: str, text: str) -> None:
    talk.number = talk.catalog.numbers[number]
    turn = talk.say(text)
    answer = server.hear(turn, number)
    assert isinstance(answer, Answer)
    replies = tuple(re.sub(r"KOD-\d+", "EXAMPLE-CODE", told) for _, told in answer.replies)
    decision = turn.decision
    assert (answer.outcome, answer.reason, replies) == (
        decision.outcome,
        decision.reason,
        turn.replies,
    )


def _wait(talk: Conversation, server: Server, how_long: timedelta) -> None:
    """What the simulation does by itself, the jobs do at that time, and nothing a look before."""
    for at, laters in itertools.groupby(list(talk.wait(how_long)), key=lambda later: later.at):
        assert server.look(at - A_LOOK) == []
        assert server.look(at) == sorted(map(_told, laters), key=lambda told: told != "expired")
    assert server.look(talk.now - A_LOOK) == []


def _told(later: Later) -> str:
    return later.text or "expired"
