"""Signed webhooks: in order, at least once, and to whoever is meant only."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Row
from standardwebhooks import Webhook, WebhookVerificationError

from responder.core.catalog import Catalog
from responder.feed import EndpointRefused, check_url, deliver, secret_of
from responder.inbox import Inbox
from responder.keys import Keys
from responder.store import endpoints
from responder.store.database import Database
from responder.store.seal import seal
from tests.conftest import Clock
from tests.factories import PERSON, inbound
from tests.feed.receiver import Receiver, receiving

KEYS = Keys("0" * 64)
STARTED, ENDED = "subscription.started", "subscription.ended"


@pytest.fixture
def clock() -> Clock:
    """It begins now, because whoever verifies a signature looks at their own clock."""
    clock = Clock()
    clock.now = datetime.now(UTC).replace(microsecond=0)
    return clock


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def endpoint(database: Database, clock: Clock, receiver: Receiver) -> Row[Any]:
    with database.write() as connection:
        return endpoints.add(connection, f"{receiver.url}/hooks", clock())


@pytest.fixture
def says(database: Database, catalog: Catalog, clock: Clock) -> Callable[..., None]:
    def text(*words: str) -> None:
        for word in words:
            Inbox(database, lambda: catalog, clock).receive([inbound(word, at=clock())])
        with database.write() as connection:
            seal(connection, KEYS.signing_key(), clock())

    return text


@pytest.fixture
def run(database: Database, clock: Clock) -> Callable[[], int]:
    return lambda: deliver(database, KEYS, clock, lambda: 1.0)


def types(receiver: Receiver) -> list[str]:
    return [json.loads(post.body)["type"] for post in receiver.posts]


def now_of(database: Database) -> Row[Any]:
    with database.read() as connection:
        return endpoints.endpoints(connection)[0]


def test_every_change_is_posted_once_and_in_order(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int]
) -> None:
    says("JA", "AVSLUTA", "JA")
    assert (run(), run()) == (3, 0)
    assert types(receiver) == [STARTED, ENDED, STARTED]
    assert json.loads(receiver.posts[0].body)["data"]["address"] == PERSON
    assert len({post.headers["webhook-id"] for post in receiver.posts}) == 3


def test_an_endpoint_gets_what_happens_after_it_was_added(
    says: Callable[..., None], run: Callable[[], int], database: Database, clock: Clock,
    receiver: Receiver,
) -> None:  # fmt: skip
    says("JA")
    with database.write() as connection:
        endpoints.add(connection, receiver.url, clock())
    says("AVSLUTA")
    assert run() == 1
    assert types(receiver) == [ENDED]


def test_the_signature_is_that_of_standard_webhooks(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int]
) -> None:
    says("JA")
    run()
    (post,) = receiver.posts
    assert Webhook(secret_of(KEYS, endpoint.salt)).verify(post.body, post.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(KEYS, endpoint.salt)).verify(post.body + " ", post.headers)


def test_for_a_day_after_a_rotation_both_secrets_sign(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    database: Database, clock: Clock,
) -> None:  # fmt: skip
    with database.write() as connection:
        rotated = endpoints.rotate(connection, endpoint.id, clock())
    assert rotated is not None
    says("JA")
    run()
    (post,) = receiver.posts
    for salt in (endpoint.salt, rotated.salt):
        assert Webhook(secret_of(KEYS, salt)).verify(post.body, post.headers)
    clock.forward(hours=25)
    says("AVSLUTA")
    run()
    assert len(receiver.posts[1].headers["webhook-signature"].split()) == 1


@pytest.mark.parametrize("status", [500, 404, 429, 302])
def test_what_does_not_arrive_is_posted_again_later_under_the_same_id(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    clock: Clock, status: int,
) -> None:  # fmt: skip
    says("JA", "AVSLUTA")
    receiver.answers = [status]
    assert (run(), run()) == (0, 0)
    clock.forward(seconds=5)
    assert run() == 2
    assert types(receiver) == [STARTED, STARTED, ENDED]
    assert receiver.posts[0].headers["webhook-id"] == receiver.posts[1].headers["webhook-id"]


def test_the_pauses_grow_to_an_hour_and_after_three_days_it_is_left_alone(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    database: Database, clock: Clock,
) -> None:  # fmt: skip
    says("JA")
    receiver.answers = [500] * 1000
    pauses = []
    while (row := now_of(database)).failing_since is None or clock() < (
        row.failing_since + endpoints.GIVEN_UP
    ):
        run()
        pauses.append((now_of(database).due_at - clock()).total_seconds())
        clock.forward(seconds=pauses[-1])
    assert pauses[:3] == [5, 10, 20]
    assert max(pauses) == 3600
    tried = len(receiver.posts)
    run()
    assert len(receiver.posts) == tried
    assert now_of(database).position == 0


def test_one_that_was_given_up_goes_on_where_it_stopped_when_it_is_resumed(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    database: Database, clock: Clock,
) -> None:  # fmt: skip
    says("JA", "AVSLUTA")
    receiver.answers = [204, 500]
    run()
    clock.forward(days=4)
    assert run() == 0
    with database.write() as connection:
        endpoints.resume(connection, endpoint.id)
    assert run() == 1
    assert types(receiver) == [STARTED, ENDED, ENDED]


def test_one_that_is_gone_is_removed(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    database: Database,
) -> None:  # fmt: skip
    says("JA")
    receiver.answers = [410]
    run()
    with database.read() as connection:
        assert endpoints.endpoints(connection) == []


def test_one_that_cannot_be_reached_does_not_keep_the_others(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    database: Database, clock: Clock,
) -> None:  # fmt: skip
    with database.write() as connection:
        endpoints.add(connection, "http://127.0.0.1:9/nobody", clock())
    says("JA")
    assert run() == 1


def test_workers_at_once_do_not_post_twice(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int]
) -> None:
    says("JA", "AVSLUTA", "JA", "JAZZ")
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: run(), range(6)))
    assert sum(done) == len(receiver.posts) == 4


def test_a_worker_that_died_is_followed_by_another_after_its_lease(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    database: Database, clock: Clock,
) -> None:  # fmt: skip
    says("JA")
    with database.write() as connection:
        until = clock.now.replace(year=clock.now.year + 1)
        assert endpoints.claim(connection, clock(), until, 8)
    assert run() == 0
    clock.now = until
    assert run() == 1


def test_the_providers_blocks_are_for_the_api_only(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    database: Database,
) -> None:  # fmt: skip
    says("STOP", "START")
    run()
    assert types(receiver) == [ENDED]
    assert now_of(database).position >= 2


def test_a_proxy_of_the_environment_takes_no_part(
    endpoint: Row[Any], receiver: Receiver, says: Callable[..., None], run: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    says("JA")
    assert run() == 1


@pytest.mark.parametrize(
    "url",
    ["http://a.example/x", "https://10.0.0.1/", "https://[fd00::1]/", "https://169.254.169.254/",
     "ftp://a.example", "https://", "https://u:p@a.example", "http://127.0.0.1:1", "x",
     "https://0.0.0.0/", "https://[::ffff:10.0.0.1]/"],
)  # fmt: skip
def test_an_address_that_must_not_be_posted_to_is_refused(url: str) -> None:
    with pytest.raises(EndpointRefused):
        check_url(url, local=False)


@pytest.mark.parametrize(
    ("url", "local"),
    [("https://a.example/hooks?x=1", False), ("http://127.0.0.1:9000/", True),
     ("http://localhost:9000", True)],
)  # fmt: skip
def test_an_address_that_may_be_posted_to_is_taken(url: str, local: bool) -> None:
    check_url(url, local)
