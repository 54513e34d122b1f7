"""The stub provider as a process of its own, on the common clock, beside the product's."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

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
        cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout
        try:
            yield process.stdout.readline().split()[-1]  # "Listening on URL"
        finally:
            process.terminate()


def tell(stub: str, what: str, said: object) -> None:
    """Steer the stub at this URL. Raises requests.RequestException."""
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{stub}/control/{what}", json=said, timeout=90).raise_for_status()


if __name__ == "__main__":
    set_clock()
    main()
