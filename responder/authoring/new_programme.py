"""A new programme: from a marketer's answers to a lawful, commented file."""

import contextlib
import functools
import json
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import phonenumbers

from responder.authoring import examine
from responder.authoring.files import programme_file
from responder.authoring.findings import Finding
from responder.authoring.poster import load_poster_texts
from responder.authoring.promises import promised
from responder.authoring.schema import HouseFile, NumberTable
from responder.core.words import fold_letters
from responder.errors import ConfigError
from responder.vocabulary import load_vocabulary
from responder.wordings import load_wordings

_LAST = "z" * 64
"""A draft is tried under the id that comes last, so that what it clashes with was there first."""
_NOT_IN_IDS = re.compile(r"[^a-z0-9_-]+")
_HEADING = """\
# A programme: what people join when they text a keyword. The file's name is its id, for good.
# `responder check` reads this file like code, and tells what is wrong before it is live.
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far. `numbers` as programmes name them; days as they were typed."""

    name: str
    numbers: tuple[str, ...]
    keywords: tuple[str, ...] = ("PROGRAMME",)
    messages: str = "news"
    frequency: str = "2 per month"
    opens: str = ""
    closes: str = ""
    opt_in: str = "single"
    offer: str = ""


def render(draft: Draft) -> str:
    """The draft as a file."""
    rows = [
        ("name", _text(draft.name), "What it is called in texts."),
        ("numbers", _texts(draft.numbers), "Where it can be joined: numbers of responder.toml."),
        ("keywords", _texts(draft.keywords), "What people text. The first is the one we print."),
        ("messages", _text(draft.messages), "What people will get."),
        ("frequency", _text(draft.frequency), "How often at most, as people read it."),
        ("cap", _cap(draft.frequency), "The same promise, kept for every person."),
        ("active", _active(draft), "When people may join. The last day counts to its midnight."),
        ("opt_in", _text(draft.opt_in), "single: the keyword joins. double: a second yes joins."),
        (
            "offer",
            _text(draft.offer) if draft.offer else "",
            "What the poster says. It becomes evidence, so keep it true.",
        ),
    ]
    lines = (f"\n# {comment}\n{key} = {value}\n" for key, value, comment in rows if value)
    return _HEADING + "".join(lines)


def propose_id(name: str) -> str:
    """The file's name that a programme's name suggests; "" where it has no letter for one.

    An id suggests itself, and nothing else does.
    """
    return _NOT_IN_IDS.sub("-", fold_letters(name)).lstrip("-_")[:64].rstrip("-_")


def propose_offer(draft: Draft, house: HouseFile) -> str:
    """All that a poster must say, in the language of the draft's first number."""
    number = next(n for n in house.numbers if n.address == draft.numbers[0])
    vocabulary = load_vocabulary()
    language = vocabulary.code_of(number.language) or "en"
    said = _offers()[language].format(
        keyword=draft.keywords[0],
        number=_as_printed(number),
        messages=draft.messages,
        frequency=draft.frequency,
        brand=house.brand.name,
        stop=vocabulary.languages[language].stop,
    )
    url = house.brand.terms_url
    terms = load_poster_texts()[language]["terms"].format(terms=url) if url else ""
    return f"{said} {load_wordings()[language]['cost']} {terms}".rstrip()


@contextmanager
def trial(config: Path) -> Iterator[Callable[[Draft], tuple[Finding, ...]]]:
    """Tells what the check finds in a draft, in a copy of the config folder.

    Raises ConfigError where a file cannot be copied.
    """
    with TemporaryDirectory() as folder:
        copy = Path(folder, "config")
        try:
            shutil.copytree(config, copy, ignore=shutil.ignore_patterns(".*"))
        except OSError as error:
            raise ConfigError(f"A file in {config} cannot be read: run responder check") from error
        name = programme_file(_LAST)
        (copy / name).parent.mkdir(exist_ok=True)

        def found(draft: Draft) -> tuple[Finding, ...]:
            (copy / name).write_text(render(draft), encoding="utf-8")
            return tuple(finding for finding in examine(copy).findings if finding.file == name)

        yield found


@functools.cache
def _offers() -> dict[str, str]:
    table = resources.files(__package__).joinpath("offers.toml").read_text(encoding="utf-8")
    return tomllib.loads(table)


def _as_printed(number: NumberTable) -> str:
    """The number as people of its country write it."""
    try:
        parsed = phonenumbers.parse(number.meant)
    except phonenumbers.NumberParseException:
        return number.number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _text(value: str) -> str:
    """A TOML string. What JSON escapes, TOML reads; half a character has no place in either."""
    return json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False)


def _texts(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _cap(frequency: str) -> str:
    """The promise as a cap, where it is that plain."""
    cap = promised(frequency)
    return _text(f"{cap.count} per {cap.period}") if cap else ""


def _active(draft: Draft) -> str:
    days = (("from", draft.opens), ("until", draft.closes))
    written = [f"{key} = {_day(value)}" for key, value in days if value]
    return f"{{ {', '.join(written)} }}" if written else ""


def _day(value: str) -> str:
    """A TOML date or time; anything else as a text, for the check to refuse."""
    for kind in (date, datetime):
        with contextlib.suppress(ValueError):
            return kind.fromisoformat(value).isoformat()
    return _text(value)
