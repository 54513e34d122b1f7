"""The words that mean something in any language, indexed for look-up by canonical words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from responder.core.words import PhoneHabits, spellings

Words = tuple[str, ...]
UNDETERMINED = "und"
"""ISO 639-2 code of what belongs to no language: symbols."""


class Intent(StrEnum):
    """What a person meant, as far as it concerns us."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    ERASURE = "erasure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """One word or short command of a language's data file.

    `section` is the table it stands in (`opt_out`, `opt_in`, `help`, `erase`, `access`). A
    `local` entry counts only on numbers of its language.
    """

    section: str
    language: str
    text: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """What our own texts print in a language: its way out and its help word."""

    code: str
    stop: str
    help: str


@dataclass(frozen=True)
class Vocabulary:
    """Every language's words. `version` is the hash of the data files, kept with evidence."""

    languages: Mapping[str, Language]
    aliases: Mapping[str, str]
    entries: Mapping[Words, tuple[Entry, ...]]
    courtesy: frozenset[Words]
    habits: PhoneHabits
    version: str

    def find(self, words: Words, section: str, language: str) -> Entry | None:
        """The entry these words are, in a section, on a number of `language`; its own first."""
        found = [
            entry
            for entry in self.entries.get(words, ())
            if entry.section == section and (not entry.local or entry.language == language)
        ]
        return min(found, key=lambda entry: entry.language != language, default=None)

    def means(self, words: Words, section: str) -> Entry | None:
        """The entry these words are, in a section, in whatever language and wherever it counts."""
        return next((e for e in self.entries.get(words, ()) if e.section == section), None)

    def code_of(self, language: str) -> str | None:
        """The code whose file serves `language` (`nn` is served by `nb`), or None."""
        return self.aliases.get(language, language if language in self.languages else None)


def index(entries: Iterable[Entry]) -> dict[Words, tuple[Entry, ...]]:
    """Entries by every spelling they are typed in."""
    indexed: dict[Words, tuple[Entry, ...]] = {}
    for entry in entries:
        for words in spellings(entry.text):
            indexed[words] = (*indexed.get(words, ()), entry)
    return indexed
