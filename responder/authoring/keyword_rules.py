"""Keywords that join, and will be mistyped, misread or mistaken all the same."""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from responder.authoring.problems import Problem
from responder.authoring.rules import keywords_of
from responder.authoring.view import View
from responder.core.catalog import Programme
from responder.core.messages import Inbound
from responder.core.near import Neighbours
from responder.core.provider_words import provider_act
from responder.core.segments import count
from responder.core.vocabulary import Vocabulary
from responder.core.words import canonical, spellings

_SHORTEST = 3
"""Letters of a word that can have a slip and still be taken for it."""
_SHORTEST_OPT_OUT = 4
_LONGEST = 15
_LOOKALIKE = re.compile(r"[A-Z][01]|[01][A-Z]", re.IGNORECASE)
_DRAWN_OUT = re.compile(r"([^\W\d_])\1\1", re.IGNORECASE)
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_SECTIONS = {"opt_out": "an opt-out word", "help": "a help word"}
_Rule = Callable[[View, str, str], Iterator[Problem]]


def keyword_advice(seen: Sequence[View], refused: frozenset[tuple[str, str]]) -> Iterator[Problem]:
    """R309 to R314. `refused` are the places (file, key) of keywords that cannot join anyway."""
    free = [
        (view, key, keyword)
        for view in seen
        for key, keyword, _ in keywords_of(view.table)
        if (view.file, key) not in refused
    ]
    for view, key, keyword in free:
        for rule in _RULES:
            yield from rule(view, key, keyword)
    yield from _near_keywords(free)


def _means_else_where(view: View, key: str, keyword: str) -> Iterator[Problem]:
    """R309"""
    vocabulary = view.catalog.vocabulary
    for section, meaning in _SECTIONS.items():
        for words in sorted(spellings(keyword)):
            if entry := vocabulary.means(words, section):
                fault = f'"{keyword}" is {meaning} in "{entry.language}"'
                yield view.problem("R309", key, fault, "Choose a word that no language stops with")
                return


def _provider_answers(view: View, key: str, keyword: str) -> Iterator[Problem]:
    """R310"""
    texted = Inbound("twilio", "", "", "", keyword, _ANY_TIME)
    for number in (view.catalog.numbers[n.address] for n in view.numbers):
        if provider_act(texted, number) == "START":
            fault = f'Twilio takes "{keyword}" for a wish of its own and may answer it in English'
            yield view.problem("R310", key, fault, "Choose a word that Twilio leaves to you")
            return


def _near_opt_out(view: View, key: str, keyword: str) -> Iterator[Problem]:
    """R312"""
    word = _single(keyword)
    if word is None:
        return
    for language in dict.fromkeys((*view.languages, "en")):
        near = _opt_outs(view.catalog.vocabulary, language).of(word)
        if near:
            fault = f'"{keyword}" is one slip away from {min(near).upper()}, which ends messages'
            yield view.problem("R312", key, fault, "Choose a word that nobody texts to leave")
            return


def _hard_to_type(view: View, key: str, keyword: str) -> Iterator[Problem]:
    """R313"""
    words = canonical(keyword).words
    for hard, why in (
        (len(words) > 1, "has more than one word, and people leave one out"),
        (len(keyword) > _LONGEST, f"is longer than {_LONGEST} characters"),
        (_LOOKALIKE.search(keyword), "mixes letters with 0 or 1, which are read as O and I"),
        (_DRAWN_OUT.search(keyword), "repeats a letter three times"),
    ):
        if hard:
            fault = f'"{keyword}" {why}'
            yield view.problem("R313", key, fault, "Choose one short word that can be said aloud")
            return


def _outside_gsm(view: View, key: str, keyword: str) -> Iterator[Problem]:
    """R314"""
    if forced_by := count(keyword).forced_by:
        fault = f'"{keyword}" needs {", ".join(forced_by)}, which not every phone types'
        yield view.problem("R314", key, fault, "Choose a word of plain letters")


_RULES: tuple[_Rule, ...] = (
    _means_else_where,
    _provider_answers,
    _near_opt_out,
    _hard_to_type,
    _outside_gsm,
)


def _near_keywords(free: Sequence[tuple[View, str, str]]) -> Iterator[Problem]:
    """R311, told once for each pair, at the keyword that comes later."""
    places: dict[str, list[tuple[int, View]]] = {}
    for order, (view, _, keyword) in enumerate(free):
        if word := _single(keyword):
            places.setdefault(word, []).append((order, view))
    known = Neighbours(places)
    for order, (view, key, keyword) in enumerate(free):
        near = [
            free[other]
            for word in known.of(_single(keyword) or "")
            for other, its in places[word]
            if other < order and _meet(its.programme, view.programme)
        ]
        if near:
            owner, _, other_keyword = min(near, key=lambda found: found[0].file)
            fault = f'"{keyword}" is one slip away from "{other_keyword}" of {owner.file}'
            yield view.problem("R311", key, fault, "Choose a word that differs in more letters")


def _meet(one: Programme, other: Programme) -> bool:
    """Whether two programmes can be joined on one number at one time."""
    if one is other or set(one.numbers).isdisjoint(other.numbers):
        return False
    first, last = sorted((one, other), key=lambda p: (p.opens is not None, p.opens or _ANY_TIME))
    return first.closes is None or last.opens is None or last.opens < first.closes


def _single(keyword: str) -> str | None:
    words = canonical(keyword).words
    return words[0] if len(words) == 1 and len(words[0]) >= _SHORTEST else None


@functools.lru_cache(maxsize=32)
def _opt_outs(vocabulary: Vocabulary, language: str) -> Neighbours:
    """What a slip on a number of `language` may mean."""
    slips = vocabulary.languages[language].slips if language in vocabulary.languages else {}
    return Neighbours(
        word
        for word, entry in slips.items()
        if entry.section == "opt_out" and len(word) >= _SHORTEST_OPT_OUT
    )
