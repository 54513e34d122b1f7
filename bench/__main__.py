"""`python -m bench [--quick]`: run everything, print the table, write `var/bench.json`."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from bench import base, counting, floor, postgres, proof, reload, report
from bench.fill import fill
from bench.load import LoadFailed
from bench.messages import EXISTING
from bench.rounds import Measured, Plan, Rounds, Side
from bench.servers import ServerFailed, serve
from responder.store.database import Database
from responder.store.migrate import upgrade

QUICK = Plan(seconds=2.0, warm_seconds=0.8, rounds=3)
FULL = Plan(seconds=5.0, warm_seconds=2.0, rounds=5)
CONNECTIONS = (1, 8, 32)
FILLED_CONNECTIONS = (8, 32)
WORKERS = {"sqlite": 1, "postgresql": 2}
_begun = monotonic()

PerMessage = tuple[float, float]
"""Statements and commits per message."""


def say(line: str) -> None:
    """A progress line with the seconds since the start."""
    print(f"[{monotonic() - _begun:6.1f} s] {line}", flush=True)


def main() -> int:
    """Measure both databases, or SQLite alone where there is no PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under four minutes, noisier")
    parser.add_argument("--base", action="store_true", help="export and import of a million")
    parser.add_argument("--proof", action="store_true", help="sealing, verifying, may-send")
    parser.add_argument("--reload", action="store_true", help="a config changed under load")
    asked = parser.parse_args()
    if asked.base or asked.proof or asked.reload:
        return _measure_base(asked.base, asked.proof, asked.reload)
    plan = QUICK if asked.quick else FULL
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through every `finally`
    say(f"{os.cpu_count()} cores; load average of the last minute {os.getloadavg()[0]:.1f}")
    try:
        found = list(_measure(Rounds(plan, say)))
    except (LoadFailed, ServerFailed) as error:
        print(f"The benchmark failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return 130
    print("\n" + report.table(found) + "\n")
    report.write(found)
    share = max(one.load_share for one in found)
    say(f"the load generator took at most {share:.0%} of one core")
    say(f"written to {report.FILE}")
    return 0


@dataclass(frozen=True, slots=True)
class Bases:
    """One database: the URLs of an empty base and of one with EXISTING contacts."""

    database: str
    empty: str
    filled: str


def _measure_base(million: bool, prove: bool, change: bool) -> int:
    if change:
        reload.run(say)
    if prove:
        proof.run(say)
    if million:
        base.run(say)
    return 0


def _measure(rounds: Rounds) -> Iterator[Measured]:
    """Fill first, count then, measure last: a disk is slow for a while after a fill."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory("", "bench-", "/var/tmp")))
        all_bases = list(_bases(stack, folder))
        for bases in all_bases:
            say(f"{bases.database}: filling a second base with {EXISTING:,} contacts")
            _prepare(bases.empty, 0)
            _prepare(bases.filled, EXISTING)
        counts = [dict(_counts(bases, folder, rounds)) for bases in all_bases]
        for bases, counted in zip(all_bases, counts, strict=True):
            yield from _database(bases, counted, folder, rounds)


def _bases(stack: ExitStack, folder: Path) -> Iterator[Bases]:
    yield Bases("sqlite", f"sqlite:///{folder}/empty.db", f"sqlite:///{folder}/filled.db")
    urls = stack.enter_context(postgres.databases(["empty", "filled"]))
    if urls is None:
        say("no PostgreSQL found (TEST_POSTGRES_URL, pg_config, PATH): SQLite only")
    else:
        yield Bases("postgresql", *urls)


def _database(
    bases: Bases, counts: dict[int, PerMessage], folder: Path, rounds: Rounds
) -> Iterator[Measured]:
    """The product on both bases and the floor, at every number of connections."""
    with ExitStack() as stack:

        def start(what: str, url: str) -> int:
            return stack.enter_context(serve(what, url, WORKERS[bases.database], folder))

        sides = [
            Side("product", start("product", bases.empty)),
            Side("floor", start("floor", bases.empty)),
            Side("product", start("product", bases.filled), EXISTING),
        ]
        for connections in CONNECTIONS:
            chosen = sides if connections in FILLED_CONNECTIONS else sides[:2]
            for one in rounds.alternate(bases.database, connections, chosen):
                yield _counted(one, counts[connections])


def _prepare(url: str, contacts: int) -> None:
    database = Database(url)
    upgrade(database)
    floor.table.create(database.engine)
    if contacts:
        fill(database, contacts)
    database.dispose()


def _counts(bases: Bases, folder: Path, rounds: Rounds) -> Iterator[tuple[int, PerMessage]]:
    """Statements and commits per message at each number of connections."""
    say(f"{bases.database}: counting statements and commits")
    counted = folder / f"counts-{bases.database}"
    counted.mkdir()
    more = {counting.FOLDER: str(counted)}
    with serve("counted", bases.empty, WORKERS[bases.database], folder, more) as port:
        for connections in CONNECTIONS:
            yield connections, rounds.count(port, counted, connections)


def _counted(one: Measured, counts: PerMessage) -> Measured:
    if one.what == "floor":
        return replace(one, statements=1, commits=1)
    return one if one.contacts else replace(one, statements=counts[0], commits=counts[1])


if __name__ == "__main__":
    sys.exit(main())
