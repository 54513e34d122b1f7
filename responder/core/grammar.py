"""Phrases as patterns over words: reads a pattern's text into a tree.

A pattern is written as people speak, with

    word            itself, in any spelling (accents typed, left out, or as digraphs)
    prefix*         any word that begins so
    (a | b c)       one of these
    [a | b]         one of these, or nothing
    <list>          one entry of a list in the same file
    ..              up to three words of any kind, but no negation and no end of a sentence
    ^ and $         the beginning and the end of a sentence
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from responder.core.words import END, spellings

GAP = 3
"""Words that `..` may skip."""
_TOKEN = re.compile(r"\.\.|[()\[\]|^$]|<[^>]+>|[^\s()\[\]|^$<>]+")
_CLOSING = {"(": ")", "[": "]"}
Lists = Mapping[str, Sequence[str]]


class GrammarError(ValueError):
    """A pattern that cannot be read; the text says where."""


@dataclass(frozen=True, slots=True)
class Word:
    """One of these words, or one that begins so."""

    words: frozenset[str]
    prefixes: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[str]:
        yield from self.words
        yield from self.prefixes


@dataclass(frozen=True, slots=True)
class Gap:
    """A few words of any kind."""


@dataclass(frozen=True, slots=True)
class Row:
    """One part after the other."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these parts, or nothing where that is allowed."""

    parts: tuple["Node", ...]
    optional: bool = False


Node = Word | Gap | Row | OneOf


class Reader:
    """Reads the patterns of one file, whose lists it keeps once they are read."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._read: dict[str, Node] = {}

    def read(self, text: str) -> Node:
        """The tree of a pattern. Raises GrammarError."""
        tokens = _TOKEN.findall(text)
        rows, rest = self._alternatives(tokens, 0)
        if rest != len(tokens):
            raise GrammarError(f"a bracket is closed that was not opened: {text}")
        return _one_of(rows, optional=False)

    def _alternatives(self, tokens: list[str], place: int) -> tuple[list[Node], int]:
        """Everything up to the closing bracket: rows, divided by bars."""
        rows = []
        while True:
            row, place = self._row(tokens, place)
            rows.append(row)
            if place == len(tokens) or tokens[place] != "|":
                return rows, place
            place += 1

    def _row(self, tokens: list[str], place: int) -> tuple[Node, int]:
        parts: list[Node] = []
        while place < len(tokens) and tokens[place] not in ("|", ")", "]"):
            token = tokens[place]
            if token in _CLOSING:
                rows, place = self._alternatives(tokens, place + 1)
                if place == len(tokens) or tokens[place] != _CLOSING[token]:
                    raise GrammarError(f"a bracket is not closed: {' '.join(tokens)}")
                parts.append(_one_of(rows, optional=token == "["))
            else:
                parts.append(self._list(token[1:-1]) if token.startswith("<") else _part(token))
            place += 1
        return (parts[0] if len(parts) == 1 else Row(tuple(parts))), place

    def _list(self, name: str) -> Node:
        """The entries of a list; one that names itself has no end and is an error."""
        if name not in self._lists:
            raise GrammarError(f"there is no list <{name}>")
        if name not in self._read:
            entries = {key: value for key, value in self._lists.items() if key != name}
            within = Reader(entries)
            rows = [within.read(entry) for entry in self._lists[name]]
            self._read[name] = _one_of(rows, optional=False)
        return self._read[name]


@functools.lru_cache(maxsize=20_000)
def _part(token: str) -> Node:
    """One word, a prefix, a gap, or the border of a sentence."""
    if token == "..":
        return Gap()
    if token in ("^", "$"):
        return Word(frozenset({END}))
    if token.endswith("*"):
        beginnings = frozenset("".join(words) for words in spellings(token[:-1]))
        return Word(frozenset(), beginnings)
    written = spellings(token)
    if not written:
        raise GrammarError(f"there is no word in {token!r}")
    rows: list[Node] = [_row_of(words) for words in written]
    return _one_of(rows, optional=False)


def _row_of(words: tuple[str, ...]) -> Node:
    """A hyphen or an apostrophe in a written word may make it several canonical ones."""
    parts = tuple(Word(frozenset({word})) for word in words)
    return parts[0] if len(parts) == 1 else Row(parts)


def _one_of(rows: list[Node], *, optional: bool) -> Node:
    """Alternatives, with the single words among them drawn together into one part."""
    plain: list[Node] = []
    for row in rows:
        plain.extend(row.parts if isinstance(row, OneOf) and not row.optional else (row,))
    words = [row for row in plain if isinstance(row, Word)]
    parts: list[Node] = [row for row in plain if not isinstance(row, Word)]
    if words:
        every = frozenset(word for one in words for word in one.words)
        begins = frozenset(prefix for one in words for prefix in one.prefixes)
        parts = [Word(every, begins), *parts]
    return parts[0] if len(parts) == 1 and not optional else OneOf(tuple(parts), optional)
