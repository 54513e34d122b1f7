"""docs/screens/ is what a terminal shows. Draw it anew: python -m tests.docs.write_screens

The commands run, in this order, in a folder that holds nothing but the example config: the story
that docs/first-keyword.md tells.
"""

import io
import os
import re
import shlex
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner
from rich.console import CONSOLE_SVG_FORMAT, Console
from rich.text import Text
from structlog.testing import capture_logs
from werkzeug.serving import WSGIRequestHandler, make_server

from responder.app import create_app
from responder.cli import main
from responder.settings import load_settings
from responder.store.database import Database
from tests.conftest import Clock
from tests.docs.pages import ROOT

SCREENS = ROOT / "docs" / "screens"
WIDTH = 92
STICKER = "jazzkvallar-sticker.svg"
TYPED = (
    *("Jazzkvällar", "", "", "STOPP", "JAZZ, KONSERT", "konserttips"),
    *("högst 2 sms i månaden", "", "", "", ""),
)
"""What is answered to `responder new programme`; an empty answer takes what is proposed."""
STORY = {
    "new": ("new programme",),
    "check": ("check config", "check config"),
    "simulate": ("simulate --at 2026-12-01T12:00 JAZZ +3d 'vad kostar det?' STOPP",),
    "text": ("text JAZZ",),
    "poster": ("poster jazzkvallar --size sticker",),
}
"""Picture → the commands that it shows. The second check is run when the file was mended."""
LACKING = """
[wording.sv]
opt_in = "Kul att du är med i {programme}!"
"""
MENDED = """
[wording.sv]
opt_in = "{brand}: Kul att du är med i {programme}! Du får {messages}, {frequency}. Svara {stop} för att avsluta."
"""
"""What a marketer adds to the file, before and after the check."""

_FILE = Path("config", "programmes", "jazzkvallar.toml")
_WEB_FONTS = re.compile(r"@font-face \{\{.*?\}\}\s*", re.DOTALL)
_FONTS = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, Liberation Mono, monospace"
Run = Callable[..., Text]


def draw() -> dict[str, str]:
    """File name → SVG of every picture."""
    with TemporaryDirectory() as folder, chdir(folder):
        shutil.copytree(ROOT / "config", "config")
        texts = dict(_play())
        pictures = {f"{name}.svg": _picture(name, text) for name, text in texts.items()}
        return pictures | {STICKER: Path(STICKER).read_text(encoding="utf-8")}


def _play() -> Iterator[tuple[str, Text]]:
    """Each picture's name and text, while the story goes on."""
    yield "new", _run(*STORY["new"], typed=TYPED)
    wrong, right = STORY["check"]
    written = _FILE.read_text(encoding="utf-8")
    _FILE.write_text(written + LACKING, encoding="utf-8")
    found = _run(wrong)
    _FILE.write_text(written + MENDED, encoding="utf-8")
    yield "check", Text.assemble(found, "\n\n", _run(right))
    yield "simulate", _run(*STORY["simulate"])
    _run("db upgrade")
    with _server() as port:
        yield "text", _run(*STORY["text"], PORT=port)
    yield "poster", _run(*STORY["poster"])


def _run(command: str, typed: tuple[str, ...] = (), **environ: str) -> Text:
    """A command as it is typed, and what is printed; what a person answers is green."""
    ours = (name for name in os.environ if name.startswith(("RESPONDER_", "TWILIO_")))
    result = CliRunner().invoke(
        main,
        shlex.split(command),
        input="".join(f"{answer}\n" for answer in typed),
        env=dict.fromkeys([*ours, "PORT"]) | environ,
        color=True,
    )
    assert result.exit_code in (0, 1), result.output
    shown = Text.from_ansi(result.output.rstrip())
    _highlight(shown, typed)
    return Text.assemble((f"$ .venv/bin/responder {command}", "bold"), "\n", shown)


def _highlight(shown: Text, typed: tuple[str, ...]) -> None:
    end = 0
    for answer in filter(None, typed):
        begin = shown.plain.index(f" {answer}\n", end) + 1
        end = begin + len(answer)
        shown.stylize("bold green", begin, end)


@contextmanager
def _server() -> Iterator[str]:
    """The service in local mode, in a thread; gives its port."""
    server = make_server("127.0.0.1", 0, _nobody, request_handler=_Silent)
    settings = load_settings({"PORT": str(server.server_port)})
    database = Database(settings.database_url)
    thread = threading.Thread(target=server.serve_forever)
    with capture_logs():  # its log is on another terminal
        server.app = create_app(settings, database, Clock())
        thread.start()
        try:
            yield str(server.server_port)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            database.dispose()


class _Silent(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Nothing is printed."""


def _nobody(*_: object) -> list[bytes]:
    return []


def _picture(name: str, text: Text) -> str:
    """The text as an SVG that loads nothing from elsewhere."""
    console = Console(
        file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="standard"
    )
    console.print(Text.assemble(text, "\n"), highlight=False)
    drawn = console.export_svg(title="", code_format=_template(), unique_id=f"screen-{name}")
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


def _template() -> str:
    """Rich's own, with the typefaces of whoever looks at it."""
    return _WEB_FONTS.sub("", CONSOLE_SVG_FORMAT).replace("Fira Code, monospace", _FONTS)


if __name__ == "__main__":
    SCREENS.mkdir(exist_ok=True)
    for name, svg in draw().items():
        (SCREENS / name).write_text(svg, encoding="utf-8")
