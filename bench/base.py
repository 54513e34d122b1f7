"""Export and import of a large base against bare loops that do the least of the same.

Bare export: the driver's own cursor over the same joined rows, written as CSV. Bare import: the
same rows of contacts, subscriptions, events and evidence, inserted by the driver's fastest means
(`executemany` on SQLite, COPY on PostgreSQL) and committed once; nothing parsed, checked or proved.
"""

import csv
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from bench import postgres
from responder.store.database import Database
from responder.store.migrate import upgrade

ROWS = 1_000_000
_PROVENANCE = """\
source = "Mässan 2026"
date = 2026-03-01
basis = "consent"
consent_text = "Ja, Nordbageriet får skicka erbjudanden och nyheter till mig per sms."
licence = "owned"
evidence = "Formulär i pärm 12"
programme = "klubben"
"""
_ROWS = """
SELECT contacts.address, programme, state, since, ended, keyword, source, language, number, country
  FROM subscriptions JOIN contacts ON contacts.id = subscriptions.contact_id WHERE state = 'active'
"""
_TABLES = {
    "contacts": "id, address, kind, country, created_at, last_inbound_at",
    "subscriptions": "contact_id, programme, state, since, source, language, basis, basis_at",
    "ledger_events": "id, contact_id, sequence, kind, programme, at, commitment",
    "ledger_evidence": "event_id, salt, document",
}
_TIME = "2026-03-01 00:00:00.000000+00"
_DOCUMENT = '{"subject":"' + "x" * 1300 + '"}'


@dataclass(frozen=True, slots=True)
class Compared:
    """Seconds of ours and of the bare loop, and our peak memory in MB."""

    what: str
    database: str
    ours: float
    bare: float
    peak: float

    def __str__(self) -> str:
        factor = self.ours / self.bare
        return (
            f"{self.database:<11} {self.what}: {self.ours:6.1f} s, bare {self.bare:6.1f} s,"
            f" factor {factor:4.1f}, peak {self.peak:4.0f} MB"
        )


def compare(
    database: str, empty: str, scratch: str, folder: Path, rows: int = ROWS
) -> Iterator[Compared]:
    """Import a file into the base at `empty` and export it; `scratch` is for the bare loop."""
    for url in (empty, scratch):
        opened = Database(url)
        upgrade(opened)
        opened.dispose()
    leads = _leads(folder, rows)
    ours, peak = _command(empty, ["import", str(leads), "--provenance", f"{folder}/leads.toml"])
    bare = _alone(_bare_import, scratch, rows)
    yield Compared("import", database, ours, bare, peak)
    for url in (empty, scratch):
        _settle(url)
    ours, peak = _command(empty, ["export"])
    yield Compared("export", database, ours, _alone(_bare_export, empty, rows), peak)


def _leads(folder: Path, rows: int) -> Path:
    """Numbers as a shop's till writes them, each once, in no order."""
    (folder / "leads.toml").write_text(_PROVENANCE, encoding="utf-8")
    path = folder / "leads.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Mobil", "language"))
        writer.writerows(
            (f"07{n // 1000000 % 10}-{n % 1000000:06d}{n % 10}", "sv")
            for n in ((i * 7_368_787) % 10_000_000 for i in range(rows))
        )
    return path


def _command(url: str, arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak memory of `responder contacts …` as a process of its own."""
    environ = {
        **os.environ,
        "RESPONDER_DATABASE_URL": url,
        "RESPONDER_SECRET_KEY": "0" * 64,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
    }
    begun = monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "responder", "contacts", *arguments],
        env=environ,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"responder contacts {arguments[0]} ended with {child.returncode}")
    return monotonic() - begun, usage.ru_maxrss / 1024


def _alone(act: Callable[[str, int], None], url: str, rows: int) -> float:
    """Seconds of a bare loop, in a process of its own as well."""
    begun = monotonic()
    child = multiprocessing.get_context("spawn").Process(target=act, args=(url, rows))
    child.start()
    child.join()
    if child.exitcode:
        raise RuntimeError(f"{act.__name__} failed")
    return monotonic() - begun


def _bare_export(url: str, _rows: int) -> None:
    database = Database(url)
    with database.read_long() as connection, Path(os.devnull).open("w", newline="") as out:
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor() if database.is_sqlite else driver.cursor(name="bare")
        if not database.is_sqlite:
            cursor.itersize = 5000
        cursor.execute(_ROWS)
        writer = csv.writer(out)
        for row in cursor:
            writer.writerow(row)
    database.dispose()


def _bare_import(url: str, rows: int) -> None:
    database = Database(url)
    with database.engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        if not database.is_sqlite:
            driver.execute("SET LOCAL statement_timeout = 0")
        for table, columns in _TABLES.items():
            given = (_row(table, n) for n in range(rows))
            if database.is_sqlite:
                marks = ", ".join("?" * len(columns.split(",")))
                driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", given)  # noqa: S608
                continue
            with driver.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in given:
                    copy.write_row(row)
    database.dispose()


def _row(table: str, n: int) -> tuple[Any, ...]:
    contact, event = f"c{n:031x}", f"e{n:031x}"
    match table:
        case "contacts":
            number = (n * 7_368_787) % 10_000_000
            return contact, f"+467{number:08d}", "phone", "SE", _TIME, _TIME
        case "subscriptions":
            return contact, "klubben", "active", _TIME, "Mässan", "sv", "consent", _TIME
        case "ledger_events":
            return event, contact, 1, "OptedIn", "klubben", _TIME, "0" * 64
    return event, "0" * 32, _DOCUMENT


def _settle(url: str) -> None:
    """Statistics as they are a while after."""
    database = Database(url)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")
        connection.invalidate()
    database.dispose()


def run(say: Callable[[str], None], rows: int = ROWS) -> list[Compared]:
    """Both databases, or SQLite alone where there is no PostgreSQL."""
    found: list[Compared] = []
    with tempfile.TemporaryDirectory("", "bench-", "/var/tmp") as name:
        folder = Path(name)
        found += _said(
            compare("sqlite", f"sqlite:///{name}/a.db", f"sqlite:///{name}/b.db", folder, rows), say
        )
        with postgres.databases(["empty", "scratch"]) as urls:
            if urls:
                found += _said(compare("postgresql", urls[0], urls[1], folder, rows), say)
    return found


def _said(found: Iterator[Compared], say: Callable[[str], None]) -> Iterator[Compared]:
    for one in found:
        say(str(one))
        yield one
