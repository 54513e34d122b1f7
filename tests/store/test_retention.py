"""What goes by itself: no sooner than its rule says, counted beforehand, and no person who is in."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from responder.core import retention as rules
from responder.core.messages import Receipt
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store import tables as t
from responder.store.database import Database
from responder.store.receipts import keep
from responder.store.retention import retain
from tests.conftest import Clock
from tests.factories import PERSON, house, inbound

FRIEND = "+46701740606"
KEYS = Keys("0" * 64)
Pass = Callable[..., dict[str, int]]


@pytest.fixture
def spend(database: Database, clock: Clock) -> Pass:
    """Time passes; gives what retention did then, without the rules that had nothing to do."""

    def run(days: float = 0, *, dry: bool = False) -> dict[str, int]:
        clock.forward(days=days)
        counts = retain(database, KEYS, house(), clock(), dry=dry)
        return {rule: count for rule, count in counts.items() if count}

    return run


@pytest.fixture
def texted(database: Database, clock: Clock) -> Callable[..., None]:
    """People text, and what was answered has left."""

    def receive(*words: str, sender: str = PERSON) -> None:
        batch = [inbound(word, sender=sender, at=clock(), raw='{"Body": "x"}') for word in words]
        Inbox(database, house, clock).receive(batch)
        with database.write() as connection:
            connection.execute(t.outbox.update().values(state="sent", due_at=None))

    return receive


def rows(database: Database, table: str) -> int:
    with database.read() as connection:
        counted = select(func.count()).select_from(t.metadata.tables[table])
        return int(connection.execute(counted).scalar_one())


def test_nothing_goes_before_its_time(texted: Callable[..., None], spend: Pass) -> None:
    texted("JA", "hej")
    assert spend(89) == {}


def test_payloads_and_conversations_go_after_ninety_days_and_texts_after_a_year(
    texted: Callable[..., None], spend: Pass, database: Database
) -> None:
    texted("JA")
    assert spend(91) == {"payloads": 1, "conversations": 1}
    assert spend(275) == {"texts": 2}
    with database.read() as connection:
        m, d, o = t.messages.c, t.decisions.c, t.outbox.c
        emptied = connection.execute(
            select(m.text, m.raw, d.trace, o.text).join_from(t.messages, t.decisions).join(t.outbox)
        ).one()
    assert tuple(emptied) == ("", "{}", "{}", "")
    assert spend() == {}


def test_who_is_in_stays_with_their_evidence_for_as_long_as_that_lives(
    texted: Callable[..., None], spend: Pass, database: Database
) -> None:
    texted("JA")
    spend(365 * 10)
    assert (rows(database, "ledger_evidence"), rows(database, "subscriptions")) == (1, 1)
    with database.read() as connection:
        row = connection.execute(select(t.subscriptions)).one()
    assert (row.state, row.keyword) == ("active", "JA")


def test_answers_go_a_month_after_the_person_left(
    texted: Callable[..., None], spend: Pass, database: Database
) -> None:
    texted("JA", "STOPP")
    texted("JA", sender=FRIEND)
    with database.write() as connection:
        answer = {
            "programme": "klubben",
            "question": "email",
            "value": "x",
            "answered_at": Clock().now,
        }
        for contact in connection.execute(select(t.contacts.c.id)).scalars().all():
            connection.execute(t.answers.insert().values(contact_id=contact, **answer))
    assert spend(31) == {"answers": 1}


def test_who_left_is_erased_after_a_year_with_the_evidence(
    texted: Callable[..., None], spend: Pass, database: Database
) -> None:
    texted("JA", "STOPP")
    texted("JA", sender=FRIEND)
    spend(364)
    counted = spend(2, dry=True)
    assert counted["people"] == 1
    assert spend(dry=True) == counted
    assert spend() == counted | {"attributes": 1}
    with database.read() as connection:
        addresses = set(connection.execute(select(t.contacts.c.address)).scalars())
        kinds = connection.execute(select(t.ledger_events.c.kind).join(t.ledger_evidence)).scalars()
        assert sorted(kinds) == ["EvidenceErased", "OptedIn"]
    assert FRIEND in addresses
    assert PERSON not in addresses
    assert rows(database, "suppressions") == 1


def test_who_writes_again_is_not_erased(texted: Callable[..., None], spend: Pass) -> None:
    texted("JA", "STOPP")
    spend(300)
    texted("hej")
    assert "people" not in spend(100)


def test_an_open_case_keeps_its_person(texted: Callable[..., None], spend: Pass) -> None:
    texted("visa mina uppgifter")
    assert "people" not in spend(800)


def test_receipts_go_page_by_page(database: Database, clock: Clock, spend: Pass) -> None:
    with database.write() as connection:
        for number in range(2500):
            keep(connection, Receipt("twilio", f"SM{number}", "sent", None, None, clock()))
    assert spend(89) == {}
    assert spend(2) == {"receipts": 2500}
    assert rows(database, "receipts") == 0


@pytest.mark.parametrize(
    ("country", "years"), [("US", 5), ("DE", 5), ("FR", 3), ("SE", 1), (None, 1)]
)
def test_people_are_kept_as_long_as_their_country_wants(country: str | None, years: int) -> None:
    assert rules.PEOPLE.period(country) == years * rules.YEAR


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_every_rule_says_what_for_and_where_it_is_written(rule: rules.Rule) -> None:
    assert rule.why
    assert rule.source
    assert rule.shortest <= rule.keep
    assert rule.keep >= timedelta(days=30)
    assert f"| `{rule.name}` |" in Path("docs/data-protection.md").read_text(encoding="utf-8")


def test_a_duty_holds_the_proof_for_its_years_and_no_longer() -> None:
    ended = Clock().now
    assert rules.duty("US", ended, ended + 5 * rules.YEAR - timedelta(days=1))
    assert rules.duty("US", ended, ended + 5 * rules.YEAR) is None
    assert rules.duty("SE", ended, ended) is None
