"""People who text: each a plan of their own, one text after the other has been delivered."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from time import monotonic

import requests

from tests.chaos.house import DEFAULT, OFF, PEOPLE, REST

Text = tuple[str, str]
"""The number that is texted, and the words."""

_CHATTER = ("Hej hej", "Vad kostar det?", "ok 👍", "När öppnar ni imorgon?", "tusen tack", "HJÄLP")
_PLANS: tuple[tuple[Text, ...], ...] = (
    ((DEFAULT, "JA"), (DEFAULT, "STOPP")),
    ((DEFAULT, "JA"), (DEFAULT, "STOP"), (DEFAULT, "START"), (DEFAULT, "AVSLUTA")),
    ((REST, "JA"), (REST, "AVSLUTA")),
    ((OFF, "BULLE"), (OFF, "STOPP")),
    ((REST, "BULLE"), (REST, "STOPP")),
    ((OFF, "JAZZ"), (OFF, "JA"), (OFF, "STOP")),
    ((OFF, "JAZZ"), (OFF, "STOPP")),
    ((REST, "JAZZ"), (REST, "STOPP")),
    ((REST, "JAZZ"), (REST, "JA"), (REST, "AVSLUTA")),
    ((OFF, "JAZZ"), (OFF, "NEJ")),
)
_THREADS = 10
_EVERY = 0.5
"""Seconds between two texts of one thread: 20 a second in all, each person every 15 seconds."""
_AGAIN = 0.05
"""How often a message is delivered twice at once, and how often an old one comes again."""


def life(random: Random) -> Iterator[Text]:
    """What one person texts, for ever: the plans in an order of their own, chatter in between."""
    for plan in cycle(random.sample(_PLANS, len(_PLANS))):
        for number, words in plan:
            if random.random() < 0.15:
                yield number, random.choice(_CHATTER)
            yield number, words


@dataclass
class _Person:
    address: str
    texts: Iterator[Text]
    delivered: list[tuple[str, Text]] = field(default_factory=list)


class Traffic:
    """Texts through the provider at `stub` until `stop` is set or the time is over."""

    def __init__(self, stub: str, seed: str) -> None:
        self._url = f"{stub}/control/inbound"
        self._seed = seed
        self._stop = threading.Event()
        self.sids: list[str] = []

    def run(self, seconds: float) -> None:
        """Return when all that was begun is delivered, or given up by the provider."""
        deadline = monotonic() + seconds
        with ThreadPoolExecutor(_THREADS) as threads, ThreadPoolExecutor(_THREADS) as twins:
            done = [threads.submit(self._some, n, deadline, twins) for n in range(_THREADS)]
            for one in done:
                one.result()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stop.set()

    def _some(self, share: int, deadline: float, twins: ThreadPoolExecutor) -> None:
        """One thread's share of the people, in turn."""
        random = Random(f"{self._seed} {share}")
        people = [_Person(p, life(Random(random.random()))) for p in PEOPLE[share::_THREADS]]
        with requests.Session() as session:
            session.trust_env = False
            for person in cycle(people):
                begun = monotonic()
                if begun > deadline or self._stop.is_set():
                    return
                self._next_text(session, person, random, twins)
                self._stop.wait(max(0.0, begun + _EVERY - monotonic()))

    def _next_text(
        self, session: requests.Session, person: _Person, random: Random, twins: ThreadPoolExecutor
    ) -> None:
        text, sid = next(person.texts), f"SM{random.getrandbits(128):032x}"
        twice, again = random.random() < _AGAIN, random.random() < _AGAIN
        self.sids.append(sid)
        twin = twins.submit(self._deliver_alone, person, sid, text) if twice else None
        delivered = self._deliver(session, person, sid, text)
        if twin:
            twin.result()
        if delivered:
            person.delivered.append((sid, text))
        if again and person.delivered:
            self._deliver(session, person, *random.choice(person.delivered))

    def _deliver_alone(self, person: _Person, sid: str, text: Text) -> None:
        with requests.Session() as session:
            session.trust_env = False
            self._deliver(session, person, sid, text)

    def _deliver(self, session: requests.Session, person: _Person, sid: str, text: Text) -> bool:
        """Whether it was acknowledged; a provider that is gone ends the run elsewhere."""
        said = {"from": person.address, "to": text[0], "body": text[1], "sid": sid}
        with suppress(requests.RequestException):
            status: int = session.post(self._url, json=said, timeout=90).json()["status"]
            return 200 <= status < 300
        return False
