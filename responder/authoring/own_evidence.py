"""The file with the evidence of an opt-in that was not texted; every problem with it at once.

Each kind has the fields by which a stranger can check it: the recording of what was said, the
signed paper, the form as it was shown and sent (Telemarketing Sales Rule, 16 CFR 310.5(a)(8); ICO,
"How should we record consent?").
"""

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from responder.authoring.problems import Problem, shown, translate
from responder.authoring.syntax import not_toml, not_utf8, too_deep
from responder.authoring.values import Text
from responder.core.acts import OwnEvidence
from responder.errors import ConfigError


def _time(value: object) -> datetime:
    """A day is its first moment; a time without offset is UTC."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    fault = f"This must be a date or a time without quotation marks, but it is {shown(value)}"
    raise ValueError(f"{fault}. Write it as 2026-11-20 or 2026-11-20T14:05:00+01:00")


_Time = Annotated[datetime, PlainValidator(_time)]
_Reference = Annotated[Text, Field(max_length=200)]


class _Evidence(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    at: _Time
    text: Text


class Spoken(_Evidence):
    """`spoken`: `text` is the script that was read to the person."""

    recording: _Reference
    agent: _Reference


class Paper(_Evidence):
    """`paper`: `text` is what stands above the signature, `at` the date beside it."""

    form: _Reference
    scan: _Reference


class Form(_Evidence):
    """`form`: `text` is what stood beside the button or the box that was not ticked beforehand."""

    url: _Reference
    version: _Reference
    ip: _Reference
    user_agent: Text
    token: _Reference


KINDS: dict[str, type[_Evidence]] = {"spoken": Spoken, "paper": Paper, "form": Form}


def load_evidence(path: Path, kind: str, brand: str, now: datetime) -> OwnEvidence:
    """Read an evidence file of a kind. `brand` is the house's name.

    Raises ConfigError with every problem.
    """
    problems: list[Problem] = []
    read = _read(path, KINDS[kind], problems)
    if read:
        problems += _problems(path.name, read, brand, now)
    if problems or read is None:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ConfigError(f"This evidence cannot be accepted, so nobody joins:\n{listed}")
    fields: dict[str, Any] = read.model_dump(exclude={"at", "text"})
    return OwnEvidence(kind, read.at, read.text, fields)


def _read(path: Path, model: type[_Evidence], problems: list[Problem]) -> _Evidence | None:
    name = path.name
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        return model.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as error:
        problems.append(not_utf8(name, content, error))
    except OSError as error:
        fault = f"The file cannot be read ({error.strerror})"
        problems.append(Problem(name, "", fault, "Correct its name or its permissions"))
    except tomllib.TOMLDecodeError as error:
        problems.append(not_toml(name, text, error))
    except ValidationError as error:
        problems.extend(translate(name, error, model))
    except (RecursionError, ValueError):
        problems.append(too_deep(name))
    return None


def _problems(name: str, read: _Evidence, brand: str, now: datetime) -> Iterator[Problem]:
    if brand.casefold() not in read.text.casefold():
        fault = f"The text does not name {brand}, so nobody can have agreed to texts from {brand}"
        yield Problem(name, "text", fault, "Give the whole text, word for word")
    if read.at > now:
        yield Problem(name, "at", "This lies in the future", "Write when the person agreed")
