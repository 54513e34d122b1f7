"""The stub as a process: python -m tests.stub --port 8090 --account AC… --token T --webhook URL."""

import argparse
import json
import signal
from pathlib import Path
from threading import Event

from tests.stub import Faults, Stub


def main() -> None:
    """Serve until SIGTERM or SIGINT; the first line printed says where."""
    given = _arguments()
    stop = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    stub = Stub(
        given.account,
        given.token,
        given.webhook,
        port=given.port,
        seed=given.seed,
        journal=given.journal,
        faults=given.faults,
    )
    with stub:
        print(f"Listening on {stub.url}", flush=True)
        stop.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.stub", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--account", required=True, metavar="AC…")
    parser.add_argument("--token", required=True)
    parser.add_argument("--webhook", default="", metavar="URL", help="with its #rc=…&rp=… fragment")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="JSON lines, appended")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", type=_faults, default=Faults(), metavar="JSON")
    return parser.parse_args()


def _faults(text: str) -> Faults:
    return Faults.read(json.loads(text))


if __name__ == "__main__":
    main()
