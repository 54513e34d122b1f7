"""The vocabulary's data files, one a language, and their loader."""

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

from responder.core.vocabulary import UNDETERMINED, Entry, Language, Vocabulary, index
from responder.core.words import PhoneHabits, spellings

SECTIONS = ("opt_out", "opt_in", "help", "erase", "access")
_PHONES = "phones.toml"
_ORDER = ("sv", "da", "nb", "fi", "de", "fr", "en")
"""Where a word belongs to several languages, none of them the number's, the first one here has
it: those in which the product is used most."""


@functools.cache
def load_vocabulary() -> Vocabulary:
    """Read every language file of this package; about 100 ms, once a process."""
    texts = dict(sorted(_data_files(), key=_rank))
    phones = tomllib.loads(texts.pop(_PHONES))
    files = [tomllib.loads(text) for text in texts.values()]
    return Vocabulary(
        languages={
            file["language"]: Language(file["language"], file["stop"], file["help_word"])
            for file in files
            if file["language"] != UNDETERMINED
        },
        aliases={alias: file["language"] for file in files for alias in file.get("aliases", ())},
        entries=index(entry for file in files for entry in _entries(file)),
        courtesy=frozenset(
            words for file in files for text in file["courtesy"] for words in spellings(text)
        ),
        habits=phone_habits(phones["reactions"], phones["signatures"]),
        version=hashlib.sha256("".join(texts.values()).encode()).hexdigest()[:16],
    )


def phone_habits(reactions: list[str], signatures: list[str]) -> PhoneHabits:
    """Patterns for what phones write by themselves, from the openings in `phones.toml`."""
    middle = r"\S{1,12}"
    openings = "|".join(re.escape(text).replace(r"\{\}", middle) for text in reactions)
    endings = "|".join(re.escape(text) for text in signatures)
    return PhoneHabits(
        re.compile(rf"(?:{openings})\s*[\"“”„«»‘'].*", re.IGNORECASE | re.DOTALL),
        re.compile(rf"(?:\A|\s)(?:{endings})\s[^\n]{{0,60}}\s*\Z", re.IGNORECASE),
    )


def _rank(named: tuple[str, str]) -> tuple[int, str]:
    code = named[0].removesuffix(".toml")
    return (_ORDER.index(code) if code in _ORDER else len(_ORDER)), code


def _data_files() -> Iterator[tuple[str, str]]:
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".toml"):
            yield file.name, file.read_text(encoding="utf-8")


def _entries(file: dict[str, Any]) -> Iterator[Entry]:
    for section in SECTIONS:
        for text in file.get(section, {}).get("words", ()):
            yield Entry(section, file["language"], text)
        for text in file.get(section, {}).get("local", ()):
            yield Entry(section, file["language"], text, local=True)
