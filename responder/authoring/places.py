"""Where a key stands: tomllib tells no lines, so the text is looked through once more."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r'''(?P<string>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')'''
    r"""|(?P<comment>\#[^\n]*)|(?P<line>\n)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)"""
    r"""|(?P<equals>=)|(?P<dot>\.)|(?P<bare>[^\s\[\]{}=,.\#"']+)|(?P<other>["'])""",
    re.DOTALL,
)
_QUOTED = r""""(?:\\.|[^"\\\n])*"|'[^'\n]*\'"""
_HEADING = re.compile(rf"""[ \t]*(\[\[?)((?:{_QUOTED}|[^\]"'\#\n])+)\]""")
_PART = re.compile(rf"""{_QUOTED}|[^\s."']+""")


@dataclass(slots=True)
class _Value:
    """A list or an inline table that is not closed yet; `path` is where it stands."""

    path: str
    is_list: bool
    index: int = 0
    parts: list[str] = field(default_factory=list)
    inner: str = ""


@dataclass(slots=True)
class Places:
    """The lines of a TOML text, from 1: of keys by their dotted path, and of comments."""

    lines: dict[str, int] = field(default_factory=dict)
    comments: dict[int, str] = field(default_factory=dict)

    def line_of(self, key: str) -> int:
        """The line of a key as findings name it (`ask[0].name`), else of what it is in, else 1."""
        while key:
            if key in self.lines:
                return self.lines[key]
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        return 1


def find_places(text: str) -> Places:
    """Look through a TOML text. Never raises; where it is no TOML, some lines are missed."""
    scanner = _Scanner()
    position, line, fresh = 0, 1, True
    while position < len(text):
        if fresh and (heading := _HEADING.match(text, position)):
            scanner.heading(heading[1] == "[[", heading[2], line)
            position, fresh = heading.end() + len(heading[1]) - 1, False
        elif token := _TOKEN.match(text, position):
            scanner.token(str(token.lastgroup), token[0], line)
            line += token[0].count("\n")
            position, fresh = token.end(), token.lastgroup == "line" and not scanner.values
        else:  # a space, or what stands nowhere in TOML
            position += 1
    return scanner.places


class _Scanner:
    def __init__(self) -> None:
        self.places = Places()
        self.values: list[_Value] = []
        self._table = ""
        self._tables: dict[str, int] = {}
        self._root = _Value("", is_list=False)

    def heading(self, of_list: bool, name: str, line: int) -> None:
        """`[a.b]` or `[[a]]`: the keys below belong to it."""
        path = ""
        parts = [_plain(part) for part in _PART.findall(name)]
        for part in parts:
            path = _joined(path, [part])
            self._note(path, line)
            if path in self._tables and not (of_list and part is parts[-1]):
                path += f"[{self._tables[path]}]"
        if of_list:
            self._tables[path] = self._tables.get(path, -1) + 1
            path += f"[{self._tables[path]}]"
            self._note(path, line)
        self._table = path
        self._root = _Value(path, is_list=False)

    def token(self, kind: str, text: str, line: int) -> None:
        """The next token of a key or a value."""
        around = self.values[-1] if self.values else self._root
        match kind:
            case "comment":
                self.places.comments[line] = text
            case "line" if not self.values:
                self._root = _Value(self._table, is_list=False)
            case "string" | "bare":
                self._word(around, text, line)
            case "equals" if not around.is_list:
                around.inner = _joined(around.path, around.parts)
                self._note(around.inner, line)
            case "comma":
                around.index += 1
                around.parts, around.inner = [], ""
            case "open":
                path = self._element(around, line) if around.is_list else around.inner
                self.values.append(_Value(path, is_list=text == "["))
            case "close" if self.values:
                self.values.pop()

    def _word(self, around: _Value, text: str, line: int) -> None:
        if around.is_list:
            self._element(around, line)
        elif not around.inner:
            around.parts.append(_plain(text))

    def _element(self, around: _Value, line: int) -> str:
        path = f"{around.path}[{around.index}]"
        self._note(path, line)
        return path

    def _note(self, path: str, line: int) -> None:
        self.places.lines.setdefault(path, line)


def _plain(part: str) -> str:
    return part[1:-1] if part[0] in "\"'" and len(part) > 1 else part


def _joined(path: str, parts: list[str]) -> str:
    return ".".join([path, *parts] if path else parts)
