"""How fast the ledger is sealed and verified, and how long the gate takes for 10,000 people."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, process_time

from bench import postgres
from responder.app import create_app
from responder.authoring import load_catalog
from responder.clock import utc_now
from responder.core.heads import key_id
from responder.core.messages import Inbound
from responder.inbox import Inbox
from responder.keys import Keys
from responder.settings import Settings, load_settings
from responder.store import tokens
from responder.store.database import Database
from responder.store.migrate import upgrade
from responder.store.projection import compare
from responder.store.seal import seal
from responder.store.verify import verify

EVENTS = 50_000
ASKED = 10_000
_BATCH = 128
_NUMBER = "+46701740699"


def run(say: Callable[[str], None], events: int = EVENTS) -> None:
    """Both databases, or SQLite alone where there is no PostgreSQL."""
    with tempfile.TemporaryDirectory("", "bench-", "/var/tmp") as name:
        _measure(f"sqlite:///{name}/proof.db", Path(name), events, say)
        with postgres.databases(["proof"]) as urls:
            for url in urls or ():
                _measure(url, Path(name), events, say)


def _measure(url: str, folder: Path, events: int, say: Callable[[str], None]) -> None:
    database = Database(url)
    upgrade(database)
    kind = database.url.get_backend_name()
    settings = replace(
        load_settings({"RESPONDER_CONFIG": "config"}, folder / "secrets.json"),
        database_url=url,
        spool=folder / "spool",
    )
    create_app(settings, database)
    keys = Keys(settings.secret_key)
    begun = monotonic()
    catalog, _ = load_catalog(settings.config)
    _fill(Inbox(database, lambda: catalog, utc_now), events)
    say(f"{kind}: {events / (monotonic() - begun):,.0f} opt-ins a second in batches of {_BATCH}")
    _seal_and_verify(database, keys, kind, say)
    _ask(database, settings, keys, kind, say)
    database.dispose()


def _fill(inbox: Inbox, events: int) -> None:
    now = datetime.now(UTC)
    for start in range(0, events, _BATCH):
        people = range(start, min(start + _BATCH, events))
        inbox.receive([_opt_in(person, now) for person in people])


def _opt_in(person: int, now: datetime) -> Inbound:
    return Inbound("twilio", f"SM{person:032x}", _address(person), _NUMBER, "JA", now)


def _address(person: int) -> str:
    return f"+4670{person:07d}"


def _seal_and_verify(database: Database, keys: Keys, kind: str, say: Callable[[str], None]) -> None:
    key, sealed, begun = keys.signing_key(), 0, monotonic()
    while True:
        with database.write() as connection:
            more = seal(connection, key, datetime.now(UTC))
        sealed += more
        if not more:
            break
    say(f"{kind}: {sealed / (monotonic() - begun):,.0f} events sealed a second")
    begun, cpu = monotonic(), process_time()
    with database.read_long() as connection:
        report = verify(connection, {key_id(key.public_key()): key.public_key()})
        wall, cpu = monotonic() - begun, process_time() - cpu
        begun = monotonic()
        compared = compare(connection)
    compared_a_second = compared.contacts / (monotonic() - begun)
    say(f"{kind}: {sealed / wall:,.0f} events verified a second ({sealed / cpu:,.0f} by our CPU)")
    say(f"{kind}: {compared_a_second:,.0f} contacts compared with their events a second")
    report.add(compared)
    assert report.holds, report.findings


def _ask(
    database: Database, settings: Settings, keys: Keys, kind: str, say: Callable[[str], None]
) -> None:
    with database.write() as connection:
        _, token = tokens.create_token(
            connection, keys.token_hash, "bench", [tokens.Scope.MAY_SEND], datetime.now(UTC)
        )
    client = create_app(settings, database).test_client()
    body = {
        "programme": "klubben",
        "text": "Nordbageriet: bullar i dag. Avsluta: STOPP",
        "addresses": [_address(person) for person in range(ASKED)],
    }
    times = []
    for _ in range(3):
        begun = monotonic()
        answer = client.post(
            "/api/v1/may-send", json=body, headers={"Authorization": f"Bearer {token}"}
        )
        times.append(monotonic() - begun)
        assert answer.status_code == 200, answer.data[:200]
    say(f"{kind}: may-send for {ASKED:,} in {min(times):.2f} to {max(times):.2f} s")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    run(lambda line: print(line, flush=True))
