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
from responder.authoring.syntax import not_toml, not_utf8, too_deep

HOUSE = "responder.toml"
PROGRAMMES = "programmes"
_LOOKS_LIKE_TOML = re.compile(r"\.toml(\.txt)?$", re.IGNORECASE)
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
        problems.append(
            Problem(HOUSE, "", fault, "Create it, or point RESPONDER_CONFIG elsewhere", "R001")
        )
    for path in (directory / HOUSE, *_programme_paths(directory, problems)):
        name = _relative(path, directory)
        try:
            content = path.read_bytes()
            yield name, content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError as error:
            problems.append(not_utf8(name, content, error))
        except OSError as error:
            if name != HOUSE or path.is_file():
                fault = f"The file cannot be read ({error.strerror})"
                problems.append(
                    Problem(name, "", fault, "Correct its permissions, or remove it", "R002")
                )


def _programme_paths(directory: Path, problems: list[Problem]) -> Iterator[Path]:
    """The programmes' files. What only looks like one is a problem; hidden files are not ours."""
    folder = directory / PROGRAMMES
    if folder.exists() and not folder.is_dir():
        fault = "This is a file and must be a folder"
        problems.append(
            Problem(PROGRAMMES, "", fault, "Make it a folder of programme files", "R010")
        )
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts):
            continue
        if len(inside.parts) == 1 and path.suffix == ".toml":
            yield path
        elif path.is_file() and _LOOKS_LIKE_TOML.search(path.name):
            fault = f"This file is not read: only {PROGRAMMES}/*.toml are programmes"
            remedy = f"Move or rename it, for example to {PROGRAMMES}/klubben.toml"
            problems.append(Problem(_relative(path, directory), "", fault, remedy, "R011"))


def _relative(path: Path, directory: Path) -> str:
    """The path as text that can be printed, whatever bytes are in a file's name."""
    return path.relative_to(directory).as_posix().encode("utf-8", "replace").decode()


def _shape(
    name: str, text: str | None, model: type[_Model], problems: list[Problem]
) -> _Model | None:
    if text is None:
        return None
    try:
        table: dict[str, Any] = tomllib.loads(text)
        return model.model_validate(table)
    except tomllib.TOMLDecodeError as error:
        problems.append(not_toml(name, text, error))
    except ValidationError as error:
        problems.extend(translate(name, error, model))
    except (RecursionError, ValueError):
        problems.append(too_deep(name))
    return None


def _has_good_name(name: str, problems: list[Problem]) -> bool:
    if _PROGRAMME_ID.fullmatch(Path(name).stem):
        return True
    fault = "The file's name becomes the programme's id and has other characters than a-z 0-9 - _"
    problems.append(
        Problem(name, "", fault, "Rename the file, for example to klubben.toml", "R012")
    )
    return False
