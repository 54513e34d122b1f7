"""`python -m bench [--quick]`: run everything, print the table, write `var/bench.json`."""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import monotonic

from bench import counting, floor, postgres, report
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


def say(line: str) -> None:
    """A progress line with the seconds since the start."""
    print(f"[{monotonic() - _begun:6.1f} s] {line}", flush=True)


def main() -> int:
    """Measure both databases, or SQLite alone where there is no PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under four minutes, noisier")
    plan = QUICK if parser.parse_args().quick else FULL
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


def _measure(rounds: Rounds) -> Iterator[Measured]:
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/var/tmp") as name:
        folder = Path(name)
        files = [f"sqlite:///{folder}/empty.db", f"sqlite:///{folder}/filled.db"]
        yield from _database("sqlite", files, folder, rounds)
        with postgres.databases(["empty", "filled"]) as urls:
            if urls is None:
                say("no PostgreSQL found (TEST_POSTGRES_URL, pg_config, PATH): SQLite only")
            else:
                yield from _database("postgresql", urls, folder, rounds)


def _database(database: str, urls: list[str], folder: Path, rounds: Rounds) -> Iterator[Measured]:
    """Everything on one database; `urls` are those of an empty base and of one to fill."""
    empty, filled = urls
    _prepare(empty, 0)
    say(f"{database}: filling a second base with {EXISTING:,} contacts")
    _prepare(filled, EXISTING)
    workers = WORKERS[database]
    counts = dict(_counts(database, empty, folder, rounds))
    with ExitStack() as stack:
        sides = [
            Side("product", stack.enter_context(serve("product", empty, workers, folder))),
            Side("floor", stack.enter_context(serve("floor", empty, workers, folder))),
            Side(
                "product", stack.enter_context(serve("product", filled, workers, folder)), EXISTING
            ),
        ]
        for connections in CONNECTIONS:
            chosen = sides if connections in FILLED_CONNECTIONS else sides[:2]
            for one in rounds.alternate(database, connections, chosen):
                yield _counted(one, counts[connections])


def _prepare(url: str, contacts: int) -> None:
    database = Database(url)
    upgrade(database)
    floor.table.create(database.engine)
    if contacts:
        fill(database, contacts)
    database.dispose()


def _counts(
    database: str, url: str, folder: Path, rounds: Rounds
) -> Iterator[tuple[int, tuple[float, float]]]:
    """Statements and commits per message at each number of connections."""
    say(f"{database}: counting statements and commits")
    counted = folder / f"counts-{database}"
    counted.mkdir()
    more = {counting.FOLDER: str(counted)}
    with serve("counted", url, WORKERS[database], folder, more) as port:
        for connections in CONNECTIONS:
            yield connections, rounds.count(port, counted, connections)


def _counted(one: Measured, counts: tuple[float, float]) -> Measured:
    if one.what == "floor":
        return replace(one, statements=1, commits=1)
    return one if one.contacts else replace(one, statements=counts[0], commits=counts[1])


if __name__ == "__main__":
    sys.exit(main())
