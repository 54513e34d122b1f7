"""The stub provider as a process of its own, on the common clock, beside the product's."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import requests

from tests.chaos.clock import set_clock
from tests.chaos.nursery import ROOT
from tests.factories import ACCOUNT, TOKEN
from tests.stub.__main__ import main


@contextmanager
def provider(environ: Mapping[str, str], seed: int, journal: Path) -> Iterator[str]:
    """The stub while the block runs; gives its URL. It retries webhooks as often as one may ask."""
    webhook = f"{environ['RESPONDER_PUBLIC_URL']}/webhooks/twilio/messages#rc=5&rp=all"
    options = {"account": ACCOUNT, "token": TOKEN, "webhook": webhook, "seed": seed}
    written = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "tests.chaos.provider", f"--journal={journal.absolute()}"]
    with subprocess.Popen(
        [*command, *written],
        cwd=ROOT, env=environ, text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout
        yield process.stdout.readline().split()[-1]  # "Listening on URL"
        # closing its input, which the end of the block does, ends it


def tell(stub: str, what: str, said: object) -> None:
    """Steer the stub at this URL. Raises requests.RequestException."""
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{stub}/control/{what}", json=said, timeout=90).raise_for_status()


def _end_with_the_input() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    set_clock()
    Thread(target=_end_with_the_input, daemon=True).start()
    main()
