"""The vocabulary's data files, one a language, and their loader."""

import functools
import gc
import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from responder.core.grammar import Reader
from responder.core.machines import Machines
from responder.core.near import Neighbours
from responder.core.patterns import Patterns
from responder.core.vocabulary import (
    UNDETERMINED,
    Entry,
    Language,
    Phrase,
    Vocabulary,
    Words,
    index,
)
from responder.core.words import PhoneHabits, canonical, spellings
from responder.vocabulary.compiled import compiled

SECTIONS = ("opt_out", "opt_in", "help", "erase", "access")
_HERE = Path(__file__).parent
_CORE = _HERE.parent / "core"
_PHONES = "phones.toml"
_MACHINES = "machines.toml"
_ORDER = ("sv", "da", "nb", "fi", "de", "fr", "en")
"""Where a word belongs to several languages, none of them the number's, the first one here has
it: those in which the product is used most."""
_SLIP_SECTIONS = ("opt_out", "help", "opt_in")
_File = dict[str, Any]


@functools.cache
def load_vocabulary() -> Vocabulary:
    """Read every language file of this package, once a process.

    It stays for ever, so looking through it for garbage again and again is time lost.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return compiled([*_HERE.glob("*.toml"), *_HERE.glob("*.py"), *_CORE.glob("*.py")], _load)
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def _load() -> Vocabulary:
    texts = dict(sorted(_data_files(), key=_rank))
    phones = tomllib.loads(texts.pop(_PHONES))
    machines = [text for said in tomllib.loads(texts.pop(_MACHINES)).values() for text in said]
    files = [tomllib.loads(text) for text in texts.values()]
    entries = [entry for file in files for entry in _entries(file)]
    phrases, patterns = _phrases(files)
    spoken = [file for file in files if file["language"] != UNDETERMINED]
    return Vocabulary(
        languages={file["language"]: _language(file, entries) for file in spoken},
        aliases={alias: file["language"] for file in files for alias in file.get("aliases", ())},
        entries=index(entries),
        courtesy=_spelt(files, "courtesy"),
        refusals=_spelt(files, "no"),
        phrases=tuple(phrases),
        patterns=patterns,
        habits=phone_habits(phones["reactions"], phones["signatures"]),
        machines=Machines(machines),
        version=hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:16],
    )


def _spelt(files: Iterable[_File], key: str) -> frozenset[Words]:
    texts = (text for file in files for text in file.get(key, ()))
    return frozenset(words for text in texts for words in spellings(text))


def phone_habits(reactions: list[str], signatures: list[str]) -> PhoneHabits:
    """Patterns for what phones write by themselves, from the openings in `phones.toml`."""
    middle = r"\S{1,12}"
    openings = "|".join(re.escape(text).replace(r"\{\}", middle) for text in reactions)
    endings = "|".join(re.escape(text) for text in signatures)
    return PhoneHabits(
        re.compile(rf"(?:{openings})\s*[\"“”„«»‘'].*", re.IGNORECASE | re.DOTALL),
        re.compile(rf"(?:\A|\s)(?:{endings})(?:\s[^\n]{{0,60}})?\s*\Z", re.IGNORECASE),
    )


def _data_files() -> Iterator[tuple[str, str]]:
    for file in _HERE.glob("*.toml"):
        yield file.name, file.read_text(encoding="utf-8")


def _rank(named: tuple[str, str]) -> tuple[int, str]:
    code = named[0].removesuffix(".toml")
    return (_ORDER.index(code) if code in _ORDER else len(_ORDER)), code


def _entries(file: _File) -> Iterator[Entry]:
    for section in SECTIONS:
        for text in file.get(section, {}).get("words", ()):
            yield Entry(section, file["language"], text)
        for text in file.get(section, {}).get("local", ()):
            yield Entry(section, file["language"], text, local=True)


def _phrases(files: Iterable[_File]) -> tuple[list[Phrase], Patterns]:
    """Every language's phrases and their patterns, numbered alike."""
    phrases: list[Phrase] = []
    trees = []
    for file in files:
        reader = Reader(file.get("lists", {}))
        negators = frozenset(_folded(file.get("negators", ())))
        for section in (*SECTIONS, "ordinary"):
            for pattern, example in file.get(section, {}).get("phrases", {}).items():
                trees.append((reader.read(pattern), negators))
                name = "-".join(canonical(example).words[:5])
                phrases.append(Phrase(section, file["language"], pattern, example, name))
    return phrases, Patterns(trees)


def _language(file: _File, entries: Iterable[Entry]) -> Language:
    code = file["language"]
    ordinary = file.get("ordinary", {})
    return Language(
        code=code,
        stop=file["stop"],
        help=file["help_word"],
        yes=file["yes"],
        negators=frozenset(_folded(file.get("negators", ()))),
        slips={
            words[0]: entry
            for entry in entries
            if entry.language == code and entry.section in _SLIP_SECTIONS
            for words in spellings(entry.text)
            if len(words) == 1
        },
        ordinary=frozenset(_folded(ordinary.get("words", ()))),
        known=Neighbours(_phrase_words(file)),
    )


def _phrase_words(file: _File) -> Iterator[str]:
    """The words that the phrases and the longer commands of a language are made of."""
    sections = (*SECTIONS, "ordinary")
    patterns = [p for s in sections for p in file.get(s, {}).get("phrases", {})]
    commands = [text for s in SECTIONS for text in file.get(s, {}).get("words", ()) if " " in text]
    lists = [entry for entries in file.get("lists", {}).values() for entry in entries]
    for text in (*patterns, *commands, *lists):
        yield from (word for word in canonical(text).words if len(word) > 3)


def _folded(texts: Iterable[str]) -> Iterator[str]:
    return (word for text in texts for words in spellings(text) for word in words)
