"""The load: a process of its own, one thread, raw keep-alive sockets, a closed loop.

`python -m bench.load` reads one JSON object (an Order) from standard input and writes one (a
Figures) to standard output.
"""

import gc
import json
import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from statistics import quantiles
from time import perf_counter, process_time

from bench.messages import Batch, build

DRAIN_SECONDS = 30.0
"""How long an answer may take before the run is given up."""


@dataclass(frozen=True, slots=True)
class Order:
    """One round: this many connections for this many seconds, or until the batch is sent."""

    batch: Batch
    connections: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a round showed. `sent` counts every request, `cpu_share` is of one core."""

    sent: int
    errors: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_share: float


class LoadFailed(Exception):
    """A round that did not end well: no answer in time, or a load process that died."""


def run(order: Order) -> Figures:
    """One round in a child process. Raises LoadFailed."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(asdict(order)),
            capture_output=True,
            text=True,
            timeout=order.seconds + 2 * DRAIN_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise LoadFailed(error.stderr.strip()[-800:]) from error
    except subprocess.TimeoutExpired as error:
        raise LoadFailed(f"a round of {order.seconds} s did not end") from error
    return Figures(**json.loads(done.stdout))


@dataclass(slots=True)
class _Client:
    """One connection; `begun` is the time its request was sent."""

    socket: socket.socket
    begun: float = 0.0
    received: bytes = b""


@dataclass(slots=True)
class _Tally:
    """What came: seconds of each answer, answers before the deadline, the time of the last."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    in_time: int = 0
    last: float = 0.0


def _measure(order: Order) -> Figures:
    requests = iter(build(order.batch))
    gc.collect()
    gc.disable()
    chosen = selectors.DefaultSelector()
    clients = [_connect(order.batch.port) for _ in range(order.connections)]
    for client in clients:
        chosen.register(client.socket, selectors.EVENT_READ, client)
    begun, cpu = perf_counter(), process_time()
    tally = _loop(chosen, clients, requests, begun + order.seconds)
    return _figures(tally, min(order.seconds, tally.last - begun), process_time() - cpu)


def _connect(port: int) -> _Client:
    connection = socket.create_connection(("127.0.0.1", port), timeout=DRAIN_SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Client(connection)


def _loop(
    chosen: selectors.BaseSelector,
    clients: list[_Client],
    requests: Iterator[bytes],
    deadline: float,
) -> _Tally:
    """Until the deadline every answer is followed by the next request; then what is left comes."""
    tally = _Tally()
    pending = sum(_send(client, requests) for client in clients)
    while pending:
        ready = chosen.select(DRAIN_SECONDS)
        if not ready:
            raise LoadFailed(f"{pending} requests were not answered in {DRAIN_SECONDS} s")
        for key, _ in ready:
            client: _Client = key.data
            if _answered(client, tally, deadline) and not (
                tally.last < deadline and _send(client, requests)
            ):
                pending -= 1
    return tally


def _send(client: _Client, requests: Iterator[bytes]) -> bool:
    request = next(requests, None)
    if request is None:
        return False
    client.received = b""
    client.begun = perf_counter()
    client.socket.sendall(request)
    return True


def _answered(client: _Client, tally: _Tally, deadline: float) -> bool:
    """Read what came; whether the answer is whole."""
    more = client.socket.recv(65536)
    if not more:
        raise LoadFailed("the server closed a connection")
    client.received += more
    if not is_whole(client.received):
        return False
    tally.last = perf_counter()
    tally.seconds.append(tally.last - client.begun)
    tally.in_time += tally.last <= deadline
    tally.errors += not client.received.startswith(b"HTTP/1.1 200")
    return True


def is_whole(received: bytes) -> bool:
    """Whether an answer has come with all of its body."""
    head, blank, body = received.partition(b"\r\n\r\n")
    return bool(blank) and len(body) >= _length(head)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    if not found:
        raise LoadFailed(f"an answer without Content-Length: {head[:200]!r}")
    return int(rest.partition(b"\r\n")[0])


def _figures(tally: _Tally, seconds: float, cpu: float) -> Figures:
    cuts = quantiles(tally.seconds, n=100, method="inclusive")
    return Figures(
        sent=len(tally.seconds),
        errors=tally.errors,
        per_second=tally.in_time / seconds,
        p50_ms=cuts[49] * 1000,
        p99_ms=cuts[98] * 1000,
        cpu_share=cpu / seconds,
    )


def main() -> None:
    """Read the order, measure, write the figures."""
    given = json.load(sys.stdin)
    given["batch"] = Batch(**given["batch"])
    json.dump(asdict(_measure(Order(**given))), sys.stdout)


if __name__ == "__main__":
    main()
