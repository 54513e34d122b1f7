"""The words and phrases that mean something in any language, indexed for look-up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from responder.core.machines import Machines
from responder.core.near import Neighbours
from responder.core.patterns import Patterns
from responder.core.words import PhoneHabits, spellings

Words = tuple[str, ...]
UNDETERMINED = "und"
"""ISO 639-2 code of what belongs to no language: symbols."""

_LONGEST_ENTRY = 10
"""Words of the longest entry: what is longer need not be looked up."""


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
class Phrase:
    """One pattern of a language's data file, with the example that stands beside it.

    `name` is what rules call it: the beginning of the example.
    """

    section: str
    language: str
    pattern: str
    example: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language: what our own texts print, and what its speakers' slips are held against.

    `slips` maps the words that a single slipped word may mean to their entries. `ordinary` are
    words that look like those and are none. `known` are the words of its phrases.
    """

    code: str
    stop: str
    help: str
    yes: str
    negators: frozenset[str]
    slips: Mapping[str, Entry]
    ordinary: frozenset[str]
    known: Neighbours


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Every language's words. `version` is the hash of the data files, kept with evidence.

    `phrases` are numbered as `patterns` numbers them. `refusals` decline what was asked.
    """

    languages: Mapping[str, Language]
    aliases: Mapping[str, str]
    entries: Mapping[Words, tuple[Entry, ...]]
    courtesy: frozenset[Words]
    refusals: frozenset[Words]
    phrases: tuple[Phrase, ...]
    patterns: Patterns
    habits: PhoneHabits
    machines: Machines
    version: str

    def find(self, words: Words, section: str, language: str) -> Entry | None:
        """The entry these words are, in a section, on a number of `language`; its own first."""
        if len(words) > _LONGEST_ENTRY:
            return None
        first = None
        for entry in self.entries.get(words, ()):
            if entry.section == section:
                if entry.language == language:
                    return entry
                if first is None and not entry.local:
                    first = entry
        return first

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
