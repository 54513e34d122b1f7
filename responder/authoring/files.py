"""The marketers' files: read, parsed, and shaped, with every fault on the way."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from responder.authoring.problems import Problem, translate
from responder.authoring.schema import HouseFile, ProgrammeFile

HOUSE = "responder.toml"
PROGRAMMES = "programmes"
_PROGRAMME_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ConfigFiles:
    """A config folder as far as it could be read. `texts` maps relative paths to file texts."""

    texts: dict[str, str]
    house: HouseFile | None
    programmes: dict[str, ProgrammeFile]
    problems: list[Problem] = field(default_factory=list)

    @property
    def document(self) -> str:
        """The files as one text: what the catalog's hash is of, and what evidence refers to."""
        return json.dumps(self.texts, sort_keys=True, ensure_ascii=False)

    @property
    def hash(self) -> str:
        """SHA-256 of the document, in hexadecimal."""
        return hashlib.sha256(self.document.encode()).hexdigest()


def programme_file(programme_id: str) -> str:
    """The file of a programme, relative to the config folder."""
    return f"{PROGRAMMES}/{programme_id}.toml"


def read_files(directory: Path) -> ConfigFiles:
    """Read a config folder; whatever is wrong is listed in `problems`."""
    problems: list[Problem] = []
    texts = dict(_read(directory, problems))
    house = _shape(HOUSE, texts.get(HOUSE), HouseFile, problems)
    programmes: dict[str, ProgrammeFile] = {}
    for name in sorted(name for name in texts if name != HOUSE):
        programme = _shape(name, texts[name], ProgrammeFile, problems)
        if _has_good_name(name, problems) and programme:
            programmes[Path(name).stem] = programme
    return ConfigFiles(texts, house, programmes, problems)


def _read(directory: Path, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    if not (directory / HOUSE).is_file():
        fault = f"There is no such file in {directory}"
        problems.append(Problem(HOUSE, "", fault, "Create it, or point RESPONDER_CONFIG elsewhere"))
    for path in (directory / HOUSE, *sorted((directory / PROGRAMMES).glob("*.toml"))):
        name = path.relative_to(directory).as_posix()
        try:
            yield name, path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            fault = f"Byte {error.start} is not UTF-8"
            problems.append(Problem(name, "", fault, "Save the file with the encoding UTF-8"))
        except OSError as error:
            if path.exists():
                fault = f"The file cannot be read ({error.strerror})"
                problems.append(Problem(name, "", fault, "Correct its permissions"))


def _shape(
    name: str, text: str | None, model: type[_Model], problems: list[Problem]
) -> _Model | None:
    if text is None:
        return None
    try:
        table: dict[str, Any] = tomllib.loads(text)
        return model.model_validate(table)
    except tomllib.TOMLDecodeError as error:
        remedy = "Look at that line for a missing quotation mark, comma or bracket"
        problems.append(Problem(name, "", f"This is not TOML: {error}", remedy))
    except ValidationError as error:
        problems.extend(translate(name, error, model))
    return None


def _has_good_name(name: str, problems: list[Problem]) -> bool:
    if _PROGRAMME_ID.fullmatch(Path(name).stem):
        return True
    fault = "The file's name becomes the programme's id and has other characters than a-z 0-9 - _"
    problems.append(Problem(name, "", fault, "Rename the file, for example to klubben.toml"))
    return False
