"""Where processes of the product come from: one that is ready to serve or work, and forks.

`python -m tests.chaos.nursery FOLDER` reads names (`web-1`, `work-2`) and answers each with the
id of a new process of that name, the first of its process group, which logs to FOLDER. All of
them end with its input. A start from nothing takes four seconds of a processor, most of it for
vocabularies, and a run of many kills would be spent in starting.
"""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from responder.authoring import load_catalog
from tests.chaos import web, work
from tests.chaos.clock import set_clock

ROOT = Path(__file__).parents[2]


class Nursery:
    """The way to such a process, from any one thread at a time."""

    def __init__(self, asking: IO[str], answers: IO[str]) -> None:
        self._asking = asking
        self._answers = answers

    def start(self, name: str) -> int:
        """A new process; gives its id."""
        self._asking.write(f"{name}\n")
        self._asking.flush()
        return int(self._answers.readline())


@contextmanager
def nursery(folder: Path, environ: Mapping[str, str]) -> Iterator[Nursery]:
    """A nursery in this environment; whatever came from it is gone after the block."""
    command = [sys.executable, "-m", "tests.chaos.nursery", str(folder.absolute())]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, text=True, start_new_session=True
    ) as process:
        assert process.stdin
        assert process.stdout
        yield Nursery(process.stdin, process.stdout)
        # closing its input, which the end of the block does, ends it and them


def runs(pid: int) -> bool:
    """Whether a process from a nursery lives."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def kill(pid: int) -> None:
    """SIGKILL for a process from a nursery and its children."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def main() -> None:
    """Fork for each line of the input."""
    set_clock()
    load_catalog(Path(os.environ["RESPONDER_CONFIG"]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    born = []
    while name := sys.stdin.readline().strip():
        pid = os.fork()
        if pid == 0:
            _be(name)
        born.append(pid)
        print(pid, flush=True)
    for pid in born:
        kill(pid)


def _be(name: str) -> None:
    """Become the process of this name, for good."""
    os.setsid()
    log = os.open(Path(sys.argv[1]) / f"{name}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in (1, 2):
        os.dup2(log, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        web.main() if name.startswith("web") else work.main(name)
    except BaseException:  # there is nobody above to tell it to
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
