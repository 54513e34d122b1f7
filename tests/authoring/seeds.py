"""The examples of the rules as config folders: a lawful house, and what an example changes."""

import re
from pathlib import Path

HOUSE = """
[brand]
name = "Nordbageriet"
support = "kundtjanst@nordbageriet.example"

[[numbers]]
number = "+46701740699"
provider = "twilio"
country = "SE"
language = "sv"
provider_opt_out = "default"
"""
KLUBBEN = """
name = "Nordbageriets klubb"
numbers = ["+46701740699"]
keywords = ["JA", "KLUBB"]
messages = "erbjudanden och nyheter"
frequency = "högst 2 sms i månaden"
"""
_FILE = re.compile(r"^# ((?:responder|programmes|codes)[^:\n]*)(?:: (.+))?\n", re.MULTILINE)
_TABLE = re.compile(r"^(?=\[)", re.MULTILINE)
_KEY = re.compile(r"^(\w+) *=.*\n", re.MULTILINE)


def files_of(example: str) -> list[tuple[str, str, str]]:
    """(name, note, text) of every file of an example."""
    _, *parts = _FILE.split(example)
    return [
        (name, note or "", text)
        for name, note, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def write_example(folder: Path, example: str) -> Path:
    """A config folder that is lawful but for what the example says."""
    (folder / "programmes").mkdir(parents=True)
    (folder / "codes").mkdir()
    (folder / "responder.toml").write_text(HOUSE, encoding="utf-8")
    (folder / "programmes" / "klubben.toml").write_text(KLUBBEN, encoding="utf-8")
    for name, note, text in files_of(example):
        _write(folder / name, note, text)
    return folder


def merged(base: str, changes: str) -> str:
    """A file with the keys and tables of another in place of its own."""
    root, *tables = _TABLE.split(changes)
    mine, *own = _TABLE.split(base)
    keys = {found[1] for found in _KEY.finditer(root)}
    kept = _KEY.sub(lambda found: "" if found[1] in keys else found[0], mine)
    headings = {table.splitlines()[0] for table in tables}
    tables += [table for table in own if table.splitlines()[0] not in headings]
    return "\n".join([root + kept, *tables])


def _write(path: Path, note: str, text: str) -> None:
    base = HOUSE if path.name == "responder.toml" else KLUBBEN
    match note:
        case "missing":
            path.unlink()
        case "a folder":
            path.unlink()
            path.mkdir()
        case "a file":
            (path / "klubben.toml").unlink()
            path.rmdir()
            path.write_text("")
        case "5000 brackets":
            path.write_text("name = " + "[" * 5000)
        case "the whole file":
            path.write_text(text, encoding="utf-8")
        case "saved as Windows-1252":
            path.write_text(merged(base, text), encoding="cp1252")
        case _:
            text = (
                text
                if path.suffix == ".txt" and path.parent.name == "codes"
                else merged(base, text)
            )
            path.write_text(text, encoding="utf-8")
