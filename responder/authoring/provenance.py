"""The file that states where an import's people come from; every problem with it at once."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
)

from responder.authoring.problems import Problem, shown, translate
from responder.authoring.syntax import not_toml, not_utf8
from responder.authoring.values import Text
from responder.core.import_rows import read_day
from responder.core.provenance import Provenance
from responder.errors import ConfigError

_NO_SILENCE = "silence is no consent (GDPR art. 4(11); recital 32 names boxes ticked beforehand)"
_REFUSED = (
    f"People of an opt-out base cannot be imported, whether it is active or passive: {_NO_SILENCE}"
)
_REMEDY = "Leave them out; without a provenance their numbers can be suppressed"
_SILENCE = re.compile(
    r"\b(?:active|passive|aktiv\w*|passiv\w*)[\s-]+opt[\s-]?out"
    r"|\bopt[\s-]?out[\s-]*(?:base|list|box|bas\b|lista|ruta|liste|basis)"
    r"|\bpre-?\s?(?:ticked|checked|selected)\b|\b(?:already|automatically) ticked\b"
    r"|\b(?:did|do|does|has|have) ?n[o']t (?:opt(?:ed)? out|object(?:ed)?|unsubscribed?)"
    r"|\bunless (?:you|they) (?:object|opt|tell)"
    r"|\bför(?:ikryssa|bocka|kryssa)|\bi förväg (?:i?kryssa|markera|bocka)"
    r"|\b(?:inte|ej) (?:har )?(?:tackat nej|avböjt)"
    r"|\bvor(?:ausgewählt|angekreuzt|angehakt)|\bnicht widersprochen"
    r"|\b(?:pré-?coché|précoché|sauf opposition)|\bfor(?:hånds|hands)a(?:f|v)kryds|forhåndsavkrys"
    r"|\bvooraf aangevinkt|\bpre(?:seleccionad|marcad|selezionat)",
    re.IGNORECASE,
)
_OPT_OUT = re.compile(r"\bopt[\s_-]?out\b", re.IGNORECASE)
_WAY_OUT = re.compile(
    r"(?:\b(?:to|can|may|could|reply|text|svara|skicka|sms:?a|antworten sie|svar|skriv|or|eller)"
    r"\s+[\"'“”]?opt[\s-]?out\b)"
    r"|(?:\bopt[\s-]?out\b[\"'“”]?\s+(?:at any|any ?time|at any time|to|för|när|for å|for at|um))",
    re.IGNORECASE,
)
"""A consent text may well say how to end."""
_REMEDIES = {
    "source": 'Add source = "…": who collected the consent, and where',
    "date": "Add date = 2026-10-03: the day of the consent, or of the sale",
    "basis": 'Add basis = "consent" or basis = "soft_opt_in"',
    "licence": 'Add licence = "owned", "bought" or "rented"',
    "evidence": 'Add evidence = "…": where the forms, recordings or logs are kept',
}


def _basis(value: object) -> object:
    if isinstance(value, str) and _OPT_OUT.search(value.replace("_", "-")):
        raise ValueError(f"{_REFUSED}. {_REMEDY}")
    return value


def _day(value: object) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    at = read_day(value) if isinstance(value, str) else None
    if at is None:
        raise ValueError(f"This must be a date, but it is {shown(value)}. Write it as 2026-10-03")
    return at


class ProvenanceFile(BaseModel):
    """A provenance file's keys. Unknown ones are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    source: Annotated[Text, Field(max_length=200)]
    date: Annotated[datetime, PlainValidator(_day)]
    basis: Annotated[Literal["consent", "soft_opt_in"], BeforeValidator(_basis)]
    licence: Literal["owned", "bought", "rented"]
    evidence: Text
    consent_text: Text | None = None
    programme: Text | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What a provenance file says: the provenance, and the programme of rows that name none."""

    provenance: Provenance
    programme: str | None
    text: str


def load_provenance(path: Path, brand: str, now: datetime) -> Stated:
    """Read a provenance file. `brand` is the house's name. Raises ConfigError with every problem.

    Example of a file: `source`, `date`, `basis`, `consent_text`, `licence`, `evidence`.
    """
    problems: list[Problem] = []
    text, read = _read(path, problems)
    if read:
        problems += _problems(path.name, read, brand, now)
    if problems or read is None:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise ConfigError(f"This provenance cannot be accepted, so nobody is imported:\n{listed}")
    stated = Provenance(
        source=read.source,
        at=read.date,
        basis=read.basis,
        consent_text=read.consent_text or "",
        licence=read.licence,
        evidence=read.evidence,
    )
    return Stated(stated, read.programme, text)


def _read(path: Path, problems: list[Problem]) -> tuple[str, ProvenanceFile | None]:
    content, text = b"", ""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
        return text, ProvenanceFile.model_validate(tomllib.loads(text))
    except OSError as error:
        fault = f"The file cannot be read ({error.strerror})"
        problems.append(Problem(path.name, "", fault, "Correct its name or its permissions"))
    except UnicodeDecodeError as error:
        problems.append(not_utf8(path.name, content, error))
    except tomllib.TOMLDecodeError as error:
        problems.append(not_toml(path.name, text, error))
    except ValidationError as error:
        problems += map(_in_own_words, translate(path.name, error, ProvenanceFile))
    return text, None


def _in_own_words(problem: Problem) -> Problem:
    missing = problem.fault == "This key is missing"
    return replace(problem, remedy=_REMEDIES[problem.key]) if missing else problem


def _problems(name: str, read: ProvenanceFile, brand: str, now: datetime) -> Iterator[Problem]:
    """What the keys say together."""
    for key in ("source", "evidence", "consent_text"):
        if _reveals_silence(key, getattr(read, key) or ""):
            yield Problem(name, key, _REFUSED, _REMEDY)
    if read.basis == "consent" and read.consent_text is None:
        remedy = "Add the original words that the people said yes to"
        yield Problem(name, "consent_text", "This key is missing", remedy)
    elif read.basis == "consent" and brand.casefold() not in (read.consent_text or "").casefold():
        fault = (
            f'The consent does not name "{brand}": who did not read our name did not say yes to us'
        )
        yield Problem(name, "consent_text", fault, "Import only people who consented to this brand")
    if read.basis == "soft_opt_in" and read.licence != "owned":
        fault = f"A soft opt-in is for one's own customers; a {read.licence} base has none"
        yield Problem(name, "licence", fault, 'Only basis = "consent" can be bought or rented')
    if read.date > now:
        yield Problem(name, "date", "This date is in the future", "Write the day of the consent")


def _reveals_silence(key: str, text: str) -> bool:
    if _SILENCE.search(text):
        return True
    spoken_of = _WAY_OUT.sub("", text) if key == "consent_text" else text
    return bool(_OPT_OUT.search(spoken_of))
