"""Somebody else's server on loopback: it keeps what it is posted, and answers as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


@dataclass
class Post:
    """One request as it arrived."""

    headers: dict[str, str]
    body: str


@dataclass
class Receiver:
    """`answers` are given one after the other, then 204 for ever."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def application(self, environ: dict[str, object], start: object) -> object:
        request = Request(environ)
        with self.lock:
            headers = {name.lower(): value for name, value in request.headers.items()}
            self.posts.append(Post(headers, request.get_data(as_text=True)))
            status = self.answers.pop(0) if self.answers else 204
        headers = {"Location": f"{self.url}/elsewhere"} if status == 302 else {}
        return Response(status=status, headers=headers)(environ, start)  # type: ignore[arg-type]


class _Silent(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    server = make_server(
        "127.0.0.1", 0, receiver.application, threaded=True, request_handler=_Silent
    )
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
