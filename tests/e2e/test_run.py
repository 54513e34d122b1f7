"""`responder run` on an empty machine: a real process, a real port, real files."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.factories import KLUBBEN, NUMBER, PERSON, write_config

RESPONDER = Path(sys.executable).with_name("responder")
FRIEND = "+46701740606"
PATIENCE = 60
"""Seconds after which a process that says nothing is taken for hung; never waited for."""


@dataclass
class House:
    """One machine: a folder, a port, and the commands typed there."""

    folder: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)
    greeting: list[str] = field(default_factory=list)
    status: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        inherited = {
            k: v for k, v in os.environ.items() if not k.startswith(("RESPONDER_", "TWILIO_"))
        }
        return inherited | {"PORT": str(self.port)} | self.more

    @contextmanager
    def running(self, *command: str, until: str = "Try it") -> Iterator[subprocess.Popen[str]]:
        """A server that listens; asked to stop in the end, with how it ended in `status`."""
        with (self.folder / "log").open("a") as log:
            process = subprocess.Popen(
                [RESPONDER, *(command or ["run"])], cwd=self.folder, env=self.environ, text=True,
                stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip
        try:
            self.greeting = list(_until_it_says(until, process))
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
            self.status = process.returncode

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [RESPONDER, *arguments], cwd=self.folder, env=self.environ, text=True,
            input=stdin, capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip

    def text(self, *arguments: str) -> list[str]:
        """What is answered to a text."""
        done = self.run("text", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def rows(self, *options: str) -> list[dict[str, str]]:
        done = self.run("contacts", "export", "--format", "jsonl", *options)
        return [json.loads(line) for line in done.stdout.splitlines()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_it_says(last: str, process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout
    for line in process.stdout:
        yield line.strip()
        if line.startswith(last):
            return


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house that the tests of this module share; each test has a person of its own."""
    folder = tmp_path_factory.mktemp("house")
    write_config(folder / "config", klubben=KLUBBEN)
    house = House(folder, free_port())
    with house.running():
        yield house


def test_local_mode_says_what_it_is_and_how_to_try_it(house: House) -> None:
    local, listening, try_it = house.greeting[-3:]
    assert local.startswith("Local mode: no provider is connected")
    assert house.url in listening
    assert try_it.endswith(f"responder text --url {house.url} JA")


def test_a_person_joins_leaves_and_the_base_shows_it(house: House) -> None:
    (welcome,) = house.text("JA")
    assert all(part in welcome for part in ("Nordbageriet", "erbjudanden och nyheter", "STOPP"))
    assert [row["address"] for row in house.rows()] == [PERSON]
    (farewell,) = house.text("AVSLUTA")
    assert farewell == "Nordbageriet: Du är avslutad och får inga fler sms från oss."
    assert house.text("STOP") == []
    (row,) = house.rows("--state", "ended")
    assert (row["address"], row["programme"], row["keyword"]) == (PERSON, "klubben", "JA")
    assert house.rows() == []
    shown = json.loads(house.run("contacts", "show", "-", "--json", stdin=PERSON).stdout)
    assert [message["reason"] for message in shown["messages"]][-1] == "provider_answers"
    for message in shown["messages"]:  # told from real ones for ever
        assert message["provider_message_id"].startswith("SM0000")


def test_a_message_delivered_twice_has_one_effect_and_the_same_answer(house: House) -> None:
    options = ["--from", FRIEND, "--id", "SM0000" + "a" * 28, "--json"]
    first, again = (json.loads(house.run("text", *options, "JA").stdout) for _ in range(2))
    assert first == again
    assert (first["status"], len(first["replies"])) == (200, 1)
    shown = json.loads(house.run("contacts", "show", FRIEND, "--json").stdout)
    assert (len(shown["messages"]), len(shown["events"])) == (1, 1)


def test_the_words_may_stand_on_the_input_and_the_number_may_be_chosen(house: House) -> None:
    sent = house.run(
        "text", "--from", "+46701740607", "--to", NUMBER, "--json", "-", stdin="BULLE\n"
    )
    assert json.loads(sent.stdout)["status"] == 200
    (row,) = [row for row in house.rows() if row["address"] == "+46701740607"]
    assert row["source"] == "STAND-A"


def test_an_id_that_no_provider_would_send_is_refused_with_the_status(house: House) -> None:
    refused = house.run("text", "--json", "--id", "twice", "JA")
    assert refused.returncode == 2
    assert json.loads(refused.stdout) == {"status": 400, "replies": []}
    assert "the server answered 400" in refused.stderr


def test_a_proxy_of_the_network_is_not_asked_about_this_machine(house: House) -> None:
    behind = House(house.folder, house.port, {"HTTP_PROXY": "http://127.0.0.1:1", "NO_PROXY": ""})
    assert len(behind.text("--from", "+46701740609", "JA")) == 1


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/healthz", '"status":"up"'),
        ("/readyz", '"database":"ok"'),
        ("/metrics", "responder_inbound_messages_total"),
    ],
)
def test_operators_machines_get_their_answers(house: House, path: str, part: str) -> None:
    answer = requests.get(house.url + path, timeout=PATIENCE)
    assert answer.status_code == 200
    assert part in answer.text


@pytest.mark.parametrize("path", ["/", "/webhooks/twilio/messages", "/admin"])
def test_there_is_nothing_else_to_look_at(house: House, path: str) -> None:
    assert requests.get(house.url + path, timeout=PATIENCE).status_code in {404, 405}


def test_an_unsigned_message_is_refused(house: House) -> None:
    form = {"Body": "JA", "From": PERSON, "To": NUMBER, "MessageSid": "SM" + "b" * 32}
    answer = requests.post(f"{house.url}/webhooks/twilio/messages", data=form, timeout=PATIENCE)
    assert answer.status_code == 403


def test_other_machines_cannot_reach_local_mode(house: House) -> None:
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    with socket.socket() as stranger:
        assert stranger.connect_ex((own, urlsplit(house.url).port)) != 0


def test_it_stops_when_asked_and_the_next_start_remembers(tmp_path: Path) -> None:
    write_config(tmp_path / "config", klubben=KLUBBEN)
    house = House(tmp_path, free_port())
    with house.running():
        house.text("JA")
    secrets = (tmp_path / "var" / "local-secrets.json").read_text()
    assert house.status == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
    with house.running():
        (reply,) = house.text("KLUBB")
    assert "redan med" in reply
    assert (tmp_path / "var" / "local-secrets.json").read_text() == secrets


def test_a_keyword_of_two_words_is_quoted_in_the_greeting(tmp_path: Path) -> None:
    write_config(tmp_path / "config", klubben=KLUBBEN.replace('"JA",', '"JA JAZZ",'))
    house = House(tmp_path, free_port())
    with house.running():
        pass
    assert house.greeting[-1].endswith("'JA JAZZ'")


def test_a_taken_port_ends_the_start(tmp_path: Path) -> None:
    write_config(tmp_path / "config", klubben=KLUBBEN)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = House(tmp_path, int(taken.getsockname()[1])).run("run")
    assert done.returncode != 0
    assert "Listening" not in done.stdout


def test_a_closed_terminal_ends_what_was_started_in_it(tmp_path: Path) -> None:
    write_config(tmp_path / "config", klubben=KLUBBEN)
    house = House(tmp_path, free_port())
    process, terminal = pty.fork()
    if not process:
        os.chdir(tmp_path)
        os.execve(RESPONDER, [str(RESPONDER), "run"], house.environ)  # noqa: S606
    while b"Try it" not in os.read(terminal, 65536):
        pass
    os.close(terminal)
    assert os.waitpid(process, 0)[0] == process
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{house.url}/healthz", timeout=PATIENCE)
