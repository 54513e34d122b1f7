"""The suppression list: keyed hashes, found under every key of the house."""

from sqlalchemy import text

from responder.keys import Keys
from responder.store.database import Database
from responder.store.suppressions import key_ids, suppress, suppressed
from tests.factories import NOON, PERSON

FRIEND = "+46701740606"
KEYS = Keys("1" * 64)


def test_who_is_suppressed_is_found_and_others_are_not(database: Database) -> None:
    with database.write() as connection:
        suppress(connection, KEYS, [PERSON], "import", NOON)
        assert suppressed(connection, KEYS, [PERSON, FRIEND]) == {PERSON}


def test_the_list_names_nobody(database: Database) -> None:
    with database.write() as connection:
        suppress(connection, KEYS, [PERSON], "import", NOON)
        rows = connection.execute(text("SELECT * FROM suppressions")).all()
    assert len(rows) == 1
    assert PERSON.removeprefix("+") not in str(rows)


def test_an_entry_is_found_after_the_secret_was_changed(database: Database) -> None:
    with database.write() as connection:
        suppress(connection, KEYS, [PERSON], "import", NOON)
        assert suppressed(connection, Keys("2" * 64, ["1" * 64]), [PERSON]) == {PERSON}
        assert suppressed(connection, Keys("2" * 64), [PERSON]) == set()
        assert key_ids(connection) == {KEYS.suppression_key_id}


def test_an_entry_is_made_once_under_each_key(database: Database) -> None:
    changed = Keys("2" * 64, ["1" * 64])
    with database.write() as connection:
        for keys in (KEYS, KEYS, changed):
            suppress(connection, keys, [PERSON], "import", NOON)
        assert connection.execute(text("SELECT count(*) FROM suppressions")).scalar() == 2


def test_ten_thousand_are_looked_up_at_once(database: Database) -> None:
    everybody = [f"+4670{n:07d}" for n in range(10_500)]
    with database.write() as connection:
        suppress(connection, KEYS, everybody[::2], "import", NOON)
        assert suppressed(connection, KEYS, everybody) == set(everybody[::2])
