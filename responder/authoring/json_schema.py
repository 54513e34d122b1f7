"""JSON Schemas of the marketers' files, for editors: 2020-12, with a text at every key.

They are made of the models in `schema` and of the texts in `json_schema.toml`. Nothing in them is
referred to (`$ref`): editors that know only older drafts ignore what stands beside a reference.
What lies between keys and files stays with `responder check`.
"""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from pydantic import BaseModel

from responder.authoring.schema import HouseFile, ProgrammeFile
from responder.core.compose import WORDINGS
from responder.vocabulary import load_vocabulary
from responder.wordings import load_wordings

Schema = dict[str, Any]
FILES: Mapping[str, type[BaseModel]] = {"house": HouseFile, "programme": ProgrammeFile}
"""The models of the files, by the name of their schema."""

_TITLES = {"HouseFile": "responder.toml", "ProgrammeFile": "A programme: programmes/*.toml"}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NOT_SENT = {"messages": "konserttips", "frequency": "högst 1 sms i veckan"}
"""What stands in a wording table and is no text of its own: an example of each."""


def json_schema(model: type[BaseModel]) -> Schema:
    """The schema of one of the marketers' files."""
    raw = model.model_json_schema(by_alias=True)
    schema: Schema = _finished(raw, raw.pop("$defs"))
    return {"$schema": _DRAFT, **schema, "title": _TITLES[model.__name__]}


@functools.cache
def _texts() -> dict[str, dict[str, Any]]:
    table = resources.files(__package__).joinpath("json_schema.toml").read_text(encoding="utf-8")
    return tomllib.loads(table)


def _finished(node: Any, tables: Mapping[str, Schema]) -> Any:
    """A part of pydantic's schema: tables in their places, no null, a text at every key."""
    if isinstance(node, list):
        return [_finished(part, tables) for part in node]
    if not isinstance(node, dict):
        return node
    plain = _without_null(node)
    plain = tables[plain["$ref"].rpartition("/")[2]] if "$ref" in plain else plain
    done = {key: _finished(part, tables) for key, part in plain.items()}
    if "properties" in done:
        keys, texts = done["properties"], _texts()[done["title"]]
        done["properties"] = {key: _explained(key, keys[key], texts[key]) for key in keys}
    return done


def _without_null(node: Schema) -> Schema:
    """TOML has no null: a key without a value is left out."""
    choices = [choice for choice in node.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return node
    kept = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
    return {**kept, **choices[0]}


def _explained(key: str, part: Schema, text: Mapping[str, Any]) -> Schema:
    """One key with its texts and its rules. Only a default that says something is told."""
    if not isinstance(part.get("default"), (bool, int)) and not part.get("enum"):
        part = {name: value for name, value in part.items() if name != "default"}
    part = _merged(part, _open_rules(key, part))
    part = _merged(part, text.get("rules", {}))
    return part | {name: text[name] for name in ("title", "description", "examples")}


def _open_rules(key: str, part: Schema) -> Schema:
    """Rules on what the vocabulary and the wordings list, and on keys that marketers name."""
    match key:
        case "language":
            return {"enum": _languages()}
        case "wording":
            return {"propertyNames": {"enum": _languages()}, "additionalProperties": _wordings()}
        case "sources":
            listed = part["additionalProperties"]
            return {"additionalProperties": {"anyOf": [listed["items"], listed]}}
    return {}


def _merged(schema: Schema, rules: Mapping[str, Any]) -> Schema:
    """The rules beside what the models say, also for the entries of a list."""
    merged = dict(schema)
    for key, rule in rules.items():
        merged[key] = _merged(merged[key], rule) if key == "items" else rule
    return merged


def _languages() -> list[str]:
    vocabulary = load_vocabulary()
    return sorted({*vocabulary.languages, *vocabulary.aliases})


def _wordings() -> Schema:
    """A table of texts, as `[wording.sv]` is."""
    about, built_in = _texts()["wordings"], {**load_wordings()["sv"], **_NOT_SENT}
    texts = {
        name: {
            "type": "string",
            "minLength": 1,
            "maxLength": 1000,
            "title": name,
            "description": about[name],
            "examples": [built_in[name]],
        }
        for name in (*WORDINGS, *_NOT_SENT)
    }
    return {"type": "object", "properties": texts, "additionalProperties": False}
