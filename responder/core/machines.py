"""Texts that a machine wrote: automatic replies, bounces, other senders' own systems."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from responder.core.words import spellings


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One spelling of a phrase; `opens` and `closes` tell where in a text it must stand."""

    words: tuple[str, ...]
    text: str
    opens: bool
    closes: bool

    def stands(self, said: tuple[str, ...], begin: int) -> bool:
        """Whether it is said from there on; a closing one only with something before it."""
        end = begin + len(self.words)
        if begin < 0 or said[begin:end] != self.words or (self.opens and begin > 0):
            return False
        return not self.closes or (begin > 0 and end == len(said))


class Machines:
    """Knows what phones, mail servers, carriers and other senders' systems write by themselves.

    One phrase tells that no person is behind the whole text, so it needs no answer. Whether it
    also ends something is not asked here. Safe to share by threads.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        """Take phrases as they are printed: "Autosvar:" opens a text, "Reply STOP." closes one."""
        spelled = [(words, text) for text in phrases for words in spellings(text)]
        common = Counter(word for words, _ in spelled for word in words)
        self._by_rarest: dict[str, list[tuple[int, _Phrase]]] = {}
        for words, text in spelled:
            rarest = min(words, key=common.__getitem__)
            phrase = _Phrase(words, text, text.endswith(":"), text.endswith("."))
            self._by_rarest.setdefault(rarest, []).append((words.index(rarest), phrase))

    def wrote(self, words: tuple[str, ...]) -> str | None:
        """A phrase that stands in a text's canonical words, as the data prints it, or None."""
        for place, word in enumerate(words):
            for offset, phrase in self._by_rarest.get(word, ()):
                if phrase.stands(words, place - offset):
                    return phrase.text
        return None
