"""The contact base under everything that may happen to it: whoever is out stays out.

People text, files come in, colleagues and other platforms tell of opt-outs, providers refuse and
time passes, in any order. Beside the database the model knows only what the person said last.
"""

import shutil
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, inspect, select, text

from responder.authoring import load_catalog
from responder.core.acts import Act
from responder.core.addresses import parse_address
from responder.core.catalog import Catalog
from responder.core.delivery import PATIENCE
from responder.core.gate import may_send
from responder.core.gate_facts import Allowed, Kind, Message
from responder.core.gate_house import House
from responder.core.import_evidence import Papers
from responder.core.messages import Receipt
from responder.core.outcomes import Outcome, Reason
from responder.core.provenance import Candidate, FileMark, Provenance
from responder.core.tampering import Fault
from responder.gateways.twilio_errors import verdict
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store import (
    acts,
    contacts,
    erase,
    facts,
    imports,
    intake,
    opt_outs,
    pending,
    receipts,
    shutting_out,
)
from responder.store import tables as t
from responder.store.database import Database
from responder.store.projection import compare
from responder.store.refusals import note_refusal
from responder.store.reported import note_report
from responder.store.verify import verify
from tests.books import folded, projected
from tests.factories import HOUSE, JAZZ, KLUBBEN, NOON, NUMBER, inbound, write_config
from tests.postgres import Postgres
from tests.store.sealing import KEYS, seal_all, verified

SWING = 'opt_in = "double"\n' + JAZZ.replace("JAZZ", "SWING")
TEXT = "Nordbageriet: kanelbullar. Svara STOPP för att avsluta."
BEFORE = NOON - timedelta(days=30)
SECRET = Keys("1" * 64)
ACT = Act("Kim", "called the shop", "phone")
FILE = FileMark("leads.csv", "f" * 64)
JOINS = {"JA": "klubben", "JAZZ": "jazz", "SWING": "swing"}
PROGRAMMES = ("klubben", "jazz", "swing")
PEOPLE = ("+46701740605", "+46701740606", "+46701740607")
LEAVES = ("STOPP", "AVSLUTA", "radera mina uppgifter")
SOMEBODY, SOMETHING = st.sampled_from(PEOPLE), st.sampled_from(PROGRAMMES)
ALL_OR_ONE = st.sampled_from([None, None, *PROGRAMMES])
WORDS = st.sampled_from([*JOINS, "JA", "START", "NEJ", "STOPP JAZZ", "STOPP KLUBB", *LEAVES])
LEDGER = (t.ledger_events, t.ledger_evidence, t.ledger_positions, t.ledger_heads)
TAMPERED = [f"{table.name}.{column.name}" for table in LEDGER for column in table.columns]
TAMPERED += ["frontiers.size", "frontiers.peaks"]
BESIDE = [f"subscriptions.{name}" for name in ("state", "since", "ended", "requested")]
BESIDE += ["standings.out_since", "provider_blocks.blocked"]
Pair = tuple[str, str]


@cache
def the_house() -> Catalog:
    with TemporaryDirectory() as folder:
        files = {"klubben": KLUBBEN, "jazz": JAZZ, "swing": SWING}
        return load_catalog(write_config(Path(folder) / "c", HOUSE, **files))[0]


class ContactBase(RuleBasedStateMachine):
    """`closed`: what a person closed, and when; `begun`: what may run, and since when.

    `on_file`: what they were ever in, until they were erased.
    """

    def open_database(self, until_the_end: ExitStack) -> str:
        raise NotImplementedError

    @initialize()
    def open_house(self) -> None:
        self.until_the_end = ExitStack()
        self.database = Database(self.open_database(self.until_the_end))
        self.until_the_end.callback(self.database.dispose)
        self.now, self.references = NOON, 0
        self.inbox = Inbox(self.database, the_house, lambda: self.now)
        self.closed: dict[Pair, datetime] = {}
        self.begun: dict[Pair, datetime] = {}
        self.joined_by_word: set[Pair] = set()
        self.on_file: set[Pair] = set()
        self.blocked: set[str] = set()

    @rule(who=SOMEBODY, words=st.lists(WORDS, min_size=1, max_size=2))
    def a_person_texts(self, who: str, words: list[str]) -> None:
        for word in words:
            (answer,) = self.inbox.receive([inbound(word, sender=who, at=self.now)])
            assert not isinstance(answer, Exception), answer
            if word == "START":
                self.blocked.discard(who)
            if word in LEAVES:
                self._close(who, None)
            elif word.startswith("STOPP "):
                self._close(who, JOINS[word.split()[1].replace("KLUBB", "JA")])
            elif answer.outcome is Outcome.DECLINED:
                self._close(who, "swing")
            elif answer.outcome is Outcome.OPTED_IN:
                self._open(who, word, answer.reason)

    @rule(
        who=st.lists(st.tuples(SOMEBODY, SOMETHING), min_size=1, max_size=4, unique=True),
        is_fresh=st.booleans(),
    )
    def a_file_is_imported(self, who: list[Pair], is_fresh: bool) -> None:
        """Its consent is older than anything that happened here, or from this very moment."""
        at = self.now if is_fresh else BEFORE
        stated = Provenance("Mässan", at, "consent", "Ja, sms:a mig", "owned", "pärm 12")
        with self.database.write() as connection:
            importing = imports.Importing("0" * 32, SECRET, Papers(the_house(), FILE, stated))
            intake.take_in(connection, importing, _rows(who, at), self.now)
        for pair in who:
            is_in = any((pair[0], other) in self.begun for other in PROGRAMMES)
            is_new = is_in and pair not in self.joined_by_word  # but in another, and agreed since
            if is_new and at > self.closed.get(pair, at):
                del self.closed[pair]
            if pair not in self.closed:
                self.begun.setdefault(pair, at)
                self.on_file.add(pair)

    @rule(who=st.lists(SOMEBODY, min_size=1, max_size=2, unique=True))
    def a_list_without_provenance_is_imported(self, who: list[str]) -> None:
        with self.database.write() as connection:
            importing = imports.Importing("0" * 32, SECRET, Papers(the_house(), FILE, None))
            rows = _rows([(one, "klubben") for one in who], self.now)
            shutting_out.shut_out(connection, importing, rows, self.now)
        for one in who:
            self._suppress(one)

    @rule(who=SOMEBODY)
    def a_person_is_erased(self, who: str) -> None:
        with self.database.write() as connection:
            contact = contacts.find(connection, parse_address(who))
            assume(contact)
            erase.erase(connection, SECRET, str(contact), "Kim", "letter", the_house(), self.now)
        self.on_file -= {(who, name) for name in PROGRAMMES}
        self._suppress(who)

    @rule(who=SOMEBODY, name=ALL_OR_ONE)
    def a_colleague_ends_it(self, who: str, name: str | None) -> None:
        programme = the_house().programmes[name] if name else None
        with self.database.write() as connection:
            address = parse_address(who)
            done = acts.opt_out(connection, address, programme, ACT, the_house(), self.now).done
        if done is not acts.Done.UNKNOWN_PERSON:
            self._close(who, name)

    @rule(who=SOMEBODY, name=ALL_OR_ONE, minutes=st.sampled_from([0, 0, 30, 4000]))
    def another_platform_tells_of_an_opt_out(
        self, who: str, name: str | None, minutes: int
    ) -> None:
        at, self.references = self.now - timedelta(minutes=minutes), self.references + 1
        told = opt_outs.Report(parse_address(who), name, "web", at, f"r{self.references}", "token")
        with self.database.write() as connection:
            opt_outs.take(connection, told, SECRET, the_house(), self.now)
        self._close(who, name, at)

    @rule(data=st.data(), status=st.sampled_from(["delivered", "failed", "failed"]))
    def the_provider_reports(self, data: st.DataObject, status: str) -> None:
        o = t.outbox.c
        query = select(o.id, o.created_at, t.contacts.c.address).order_by(o.id)
        query = query.join(t.contacts, t.contacts.c.id == o.contact_id).where(o.state != "held")
        with self.database.read() as connection:
            sent = connection.execute(query).all()
        assume(sent)
        row = data.draw(st.sampled_from(sent))
        code = "21610" if status == "failed" else None
        self._settle(Receipt("twilio", f"SM-{row.id}", status, code, row.id, self.now))
        if code and row.address not in self.blocked:
            self.blocked.add(row.address)
            self._close(row.address, None, row.created_at)

    @rule(minutes=st.sampled_from([1, 31, 3000, 90_000]))
    def time_passes_and_the_worker_runs(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        with self.database.write() as connection:
            pending.expire(connection, the_house(), self.now)
            erase.erase_confirmed(connection, SECRET, the_house(), self.now)

    @rule(place=st.sampled_from(TAMPERED), newest=st.booleans())
    def the_ledger_is_sealed_and_tampering_found(self, place: str, newest: bool) -> None:
        seal_all(self.database, self.now)
        report = verified(self.database)
        assert (report.findings, report.not_sealed) == ([], 0)
        assume(report.events)
        with self.database.engine.connect() as connection:  # never committed
            assert _tamper(connection, place, newest) == 1
            assert verify(connection, KEYS).findings

    @rule(place=st.sampled_from(BESIDE), newest=st.booleans())
    def tampering_beside_the_ledger_is_found(self, place: str, newest: bool) -> None:
        with self.database.engine.connect() as connection:  # never committed
            assert compare(connection).findings == []
            assume(_tamper(connection, place, newest))
            assert {one.fault for one in compare(connection).findings} == {Fault.DIFFERS}

    @invariant()
    def nobody_who_is_out_may_be_sent_to(self) -> None:
        for name in PROGRAMMES:
            allowed = self._allowed(name)
            assert not [who for who in allowed if (who, name) in self.closed]
            joined = {who for who, programme in self.joined_by_word if programme == name}
            running = {who for who in joined if (who, name) in self.begun} - self.blocked
            assert running <= allowed

    @invariant()
    def the_ledger_folds_to_its_projection(self) -> None:
        with self.database.read() as connection:
            assert folded(connection) == projected(connection)

    def _allowed(self, name: str) -> set[str]:
        """Who may be sent something promotional of a programme on a Saturday at noon."""
        programme, addresses = the_house().programmes[name], [parse_address(p) for p in PEOPLE]
        message = Message(Kind.PROMOTIONAL, programme, NUMBER, TEXT, "sv")
        with self.database.read() as connection:
            known = facts.load(connection, SECRET, addresses, name, self.now)
        asked = {who: may_send(message, *known[who], House(), the_house(), NOON) for who in known}
        return {who for who, answer in asked.items() if answer == Allowed()}

    def _open(self, who: str, word: str, reason: Reason) -> None:
        """JA and START answer a double opt-in, too; START brings back what the person was in."""
        former = {p for p in PROGRAMMES if (who, p) in self.on_file}
        opened = former if word == "START" else {JOINS.get(word, "")}
        for name in {"swing"} if reason is Reason.CONFIRMED else opened:
            self.closed.pop((who, name), None)
            self.begun[who, name] = self.now
            self.joined_by_word.add((who, name))
            self.on_file.add((who, name))

    def _close(self, who: str, name: str | None, at: datetime | None = None) -> None:
        """What began after `at` stays."""
        at = at or self.now
        for pair in [(who, one) for one in ([name] if name else PROGRAMMES)]:
            if pair not in self.begun or self.begun[pair] <= at:
                self.begun.pop(pair, None)
                self.closed[pair] = max(at, self.closed.get(pair, at))

    def _suppress(self, who: str) -> None:
        """Only what a person says afterwards counts, so time must pass: doubt means out."""
        self._close(who, None)
        self.now += timedelta(seconds=1)

    def _settle(self, receipt: Receipt) -> None:
        with self.database.write() as connection:
            receipts.keep(connection, receipt)
            if found := receipts.refusal_in(connection, receipt, verdict):
                note_refusal(connection, found[0], verdict(found[0].code), found[1], the_house())
            note_report(connection, receipt, self.now, the_house())
        with self.database.write() as connection:
            receipts.settle(connection, receipt, verdict, self.now, PATIENCE)

    def teardown(self) -> None:
        if hasattr(self, "until_the_end"):
            self.until_the_end.close()


def _rows(who: list[Pair], at: datetime) -> list[Candidate]:
    return [
        Candidate(line, parse_address(address), programme, "sv", "Mässan", at)
        for line, (address, programme) in enumerate(who, start=2)
    ]


def _tamper(connection: Connection, place: str, newest: bool) -> int:
    """Change one value of one row, as somebody would who has the database's password.

    Of the tables beside the ledger it is every row of one contact. Gives how many rows there were.
    """
    if connection.dialect.name == "postgresql":
        ledger = [n for n in inspect(connection).get_table_names() if "ledger" in n]
        guards = [f"ALTER TABLE {name} DISABLE TRIGGER ALL" for name in ledger]
    else:
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        guards = [f"DROP TRIGGER {name}" for name in connection.execute(triggers).scalars()]
        guards += ["PRAGMA defer_foreign_keys = ON"]
    for guard in guards:
        connection.execute(text(guard))
    name, _, attribute = place.partition(".")
    table = t.metadata.tables[name]
    column = table.columns[attribute]
    changed = {
        "INTEGER": f"{column.name} + 1000",
        "DATETIME": "'2001-01-01 00:00:00.000000'",
        "BOOLEAN": f"NOT {column.name}",
    }.get(str(column.type), f"coalesce(substr({column.name}, 2), 'x')")
    key = next(iter(table.primary_key)).name
    which = f"(SELECT {'max' if newest else 'min'}({key}) FROM {table.name})"
    statement = f"UPDATE {table.name} SET {column.name} = {changed} WHERE {key} = {which}"
    return connection.execute(text(statement)).rowcount


class OnSqlite(ContactBase):
    """Each example on a copy of a migrated file."""

    template: Path

    def open_database(self, until_the_end: ExitStack) -> str:
        folder = until_the_end.enter_context(TemporaryDirectory())
        shutil.copy(self.template, f"{folder}/test.db")
        return f"sqlite:///{folder}/test.db"


class OnPostgres(ContactBase):
    """Each example in a database of its own, made from a migrated one."""

    server: Postgres
    template: str

    def open_database(self, until_the_end: ExitStack) -> str:
        return until_the_end.enter_context(self.server.scratch_database(self.template))


@pytest.fixture
def _on_sqlite(sqlite_template: Path) -> None:
    OnSqlite.template = sqlite_template


@pytest.fixture
def _on_postgres(postgres: Postgres, postgres_template: str) -> None:
    OnPostgres.server, OnPostgres.template = postgres, postgres_template


@pytest.mark.usefixtures("_on_sqlite")
class TestOnSqlite(OnSqlite.TestCase):
    """Collected by pytest."""

    settings = settings(max_examples=30, stateful_step_count=25)


@pytest.mark.usefixtures("_on_postgres")
class TestOnPostgres(OnPostgres.TestCase):
    """Collected by pytest; making the databases takes its time, so there are fewer."""

    settings = settings(max_examples=8, stateful_step_count=25)
