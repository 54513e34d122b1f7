"""What a replay found, for people and for machines. Addresses are masked in both."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from textwrap import shorten
from typing import Any

from responder.authoring.replay import Effect, Pair, Replayed, Side
from responder.authoring.replay_tally import Both, Difference, Group, Members, segments_of
from responder.core.addresses import mask

_GROUPS = 20
"""So many groups of texts are shown, unless all are asked for."""
_WIDTH = 70
"""Characters that are shown of a text."""


def as_text(found: Difference, since: datetime, folder: Path, every: bool) -> str:
    """The sum, then the groups of texts, then who would be in or out."""
    where = _moved("with the new config only", found.joins)
    parts = (
        [
            f"{_so_many(found.messages, 'text')} of {_so_many(found.people, 'person', 'people')}"
            f" since {since:%Y-%m-%d %H:%M} UTC, decided again with the present config"
            f" and with {folder}."
        ],
        list(_sum(found)),
        list(_notes(found, folder)),
        *_groups(found, every),
        [*where, *_moved("with the present config only", found.leaves)],
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def _sum(found: Difference) -> Iterator[str]:
    if found.is_empty:
        yield "Nothing would be different."
    yield f"{'':<32}{'present':>10}{'new':>10}{'change':>10}"
    for name, present, new in _amounts(found):
        change = f"{new - present:+,}" if new != present else "0"
        yield f"{name:<32}{present:>10,}{new:>10,}{change:>10}"
    yield f"{'understood differently':<32}{found.understood:>30,}"
    yield f"{'decided or answered differently':<32}{found.different:>30,}"
    if found.reminded:
        yield f"{'people reminded differently':<32}{found.reminded:>30,}"


def _amounts(found: Difference) -> Iterator[tuple[str, int, int]]:
    """Replies, segments (also by country where there are several), and who would be in."""
    cost = found.cost
    yield "replies and reminders", cost.present.replies, cost.new.replies
    yield "segments", cost.present.segments, cost.new.segments
    for country, both in sorted(found.countries.items()) if len(found.countries) > 1 else ():
        yield f"  to {country}", both.present.segments, both.new.segments
    yield "in with this config only", _people(found.leaves), _people(found.joins)


def _people(moved: Mapping[str, Members]) -> int:
    return sum(members.count for members in moved.values())


def _notes(found: Difference, folder: Path) -> Iterator[str]:
    if found.unreadable:
        yield f"Not decided again: {found.unreadable:,}, whose words were erased or are too old."
    for number, count in sorted(found.unknown_numbers.items()):
        yield f"{number} is not in {folder}: {count:,} of these texts came to it."


def _groups(found: Difference, every: bool) -> Iterator[list[str]]:
    groups = found.groups
    shown = groups if every else groups[:_GROUPS]
    yield from map(_group, shown)
    if left := len(groups) - len(shown):
        yield [f"and {left:,} more kinds of difference: --all shows them"]


def _group(group: Group) -> list[str]:
    example = shorten(group.example, _WIDTH, placeholder="…")
    means_the_same = "" if group.words else " and texts that mean the same"
    present, new = group.cost.present.segments, group.cost.new.segments
    return [
        f"{group.count:,} x {example!r}{means_the_same}",
        f"  present: {_effect(group.present)}, {_so_many(present, 'segment')}",
        f"  new:     {_effect(group.new)}, {_so_many(new, 'segment')}",
    ]


def _effect(effect: Effect) -> str:
    meaning = effect.meaning
    about = f" of {meaning.programme}" if meaning.programme else ""
    understood = (
        "not understood" if meaning.rule == "none" else f"{meaning.intent} by {meaning.rule}"
    )
    return f"{understood}{about}, {effect.outcome}"


def _so_many(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _moved(where: str, moved: Mapping[str, Members]) -> Iterator[str]:
    for programme, members in sorted(moved.items()):
        more = ", …" if members.count > len(members.shown) else ""
        yield f"{programme}: {members.count:,} in {where}: {', '.join(members.shown)}{more}"


def lines(one: Replayed) -> Iterator[dict[str, Any]]:
    """One object for each text that goes apart, and each programme somebody is in on one side."""
    person = {"contact_id": one.history.contact_id, "person": mask(one.history.address)}
    for pair in one.pairs:
        if pair.differs:
            yield {"difference": "text", **person, **_pair(pair)}
    for programme in sorted(one.present.active ^ one.new.active):
        side = "new" if programme in one.new.active else "present"
        yield {"difference": "member", **person, "programme": programme, "in": side}


def _pair(pair: Pair) -> dict[str, Any]:
    message = pair.message
    return {
        "received_at": message.received_at.isoformat(timespec="seconds"),
        "number": message.recipient,
        "text": message.text,
        "understood_differently": pair.is_understood_differently,
        "present": _side(pair.present),
        "new": _side(pair.new),
    }


def _side(side: Side) -> dict[str, Any]:
    effect = side.effect
    return {
        **asdict(effect.meaning),
        "outcome": effect.outcome,
        "reason": effect.reason,
        "replies": side.replies,
        "segments": sum(map(segments_of, side.replies)),
    }


def as_json(found: Difference) -> dict[str, Any]:
    """The sum for a machine: the last line."""
    return {
        "difference": "summary",
        "people": found.people,
        "texts": found.messages,
        "unreadable": found.unreadable,
        "understood_differently": found.understood,
        "different": found.different,
        "reminded_differently": found.reminded,
        "cost": _cost(found.cost),
        "cost_by_country": {name: _cost(both) for name, both in found.countries.items()},
        "in_with_new_only": {name: one.count for name, one in found.joins.items()},
        "in_with_present_only": {name: one.count for name, one in found.leaves.items()},
        "unknown_numbers": found.unknown_numbers,
    }


def _cost(both: Both) -> dict[str, Any]:
    return asdict(both)
