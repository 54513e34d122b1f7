"""The documentation as data: its pages, their blocks, links and names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMANDS = ROOT / "docs" / "commands.md"
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_OURS = re.compile(r"(?:responder|webhooks|migrations|tests|docs|bench)/[\w./:-]*")


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, its language, its text."""

    page: Path
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}: {self.text.splitlines()[0][:60]}"


def read(name: str) -> str:
    """A page by its path from the project's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(language: str) -> Iterator[Block]:
    """Every fenced block of a language, over all pages."""
    for page in PAGES:
        for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
            if found.group(1) == language:
                yield Block(page, language, found.group(2))


def relative_links() -> Iterator[tuple[Path, str]]:
    """(page, target) of every link that stays inside the project."""
    for page in PAGES:
        for target in _LINK.findall(prose(page)):
            if not target.startswith(("https://", "http://", "mailto:")):
                yield page, target


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> frozenset[str]:
    """What a link may name after # on a page, as code hosts spell it."""
    headings = _HEADING.findall(prose(page))
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return frozenset(text.replace(" ", "-") for text in words)


def names_of_files() -> Iterator[tuple[Path, str]]:
    """(page, path or path::test) of every file of ours that a page names in code style."""
    for page in PAGES:
        for name in _CODE.findall(prose(page)):
            if _OURS.fullmatch(name):
                yield page, name
