"""An application for the stub to call: it notes what it is sent, and answers what it is told to."""

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its path with the query, its form, and whether the signature holds."""

    path: str
    form: dict[str, str]
    authentic: bool


@dataclass
class Application:
    """Gives its answers (status, type, content) one after another, and the last one for ever."""

    token: str
    answers: list[tuple[int, str, str]] = field(default_factory=lambda: [(204, "", "")])
    calls: list[Call] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def reply(self, *texts: str, callback: str = "") -> None:
        """Answer with TwiML from now on."""
        attribute = f' statusCallback="{callback}"' if callback else ""
        messages = "".join(f"<Message{attribute}>{text}</Message>" for text in texts)
        self.answers = [(200, "text/xml", f"<Response>{messages}</Response>")]

    def forms(self, path: str) -> list[dict[str, str]]:
        return [call.form for call in self.calls if call.path.startswith(path)]

    def receive(self, path: str, body: str, signature: str) -> tuple[int, str, str]:
        form = dict(parse_qsl(body, keep_blank_values=True))
        authentic = RequestValidator(self.token).validate(self.url + path, form, signature)
        self.calls.append(Call(path, form, authentic))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def __enter__(self) -> Self:
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                signature = self.headers["X-Twilio-Signature"]
                status, kind, content = application.receive(self.path, body, signature)
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *_: Any) -> None:
                """Silence."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
