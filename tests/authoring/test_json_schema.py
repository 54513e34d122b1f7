"""Editors are told what the check knows: every key has a text, and a misspelt one is refused."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import jsonschema_rs
import pytest

from responder.authoring.files import HOUSE
from responder.authoring.json_schema import FILES, json_schema
from responder.authoring.schema import ProgrammeFile
from tests.docs import pages
from tests.docs.pages import ROOT, Block
from tests.factories import HOUSE as HOUSE_FILE
from tests.factories import KLUBBEN

SCHEMAS = {name: json_schema(model) for name, model in FILES.items()}
OF_MARKETERS = ("write-a-programme.md", "connect-twilio.md", "first-keyword.md")


def properties(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, schema) of every key, however deep it lies."""
    if isinstance(schema, list):
        for part in schema:
            yield from properties(part, path)
    elif isinstance(schema, dict):
        for name, part in schema.get("properties", {}).items():
            yield f"{path}.{name}", part
            yield from properties(part, f"{path}.{name}")
        for key in ("items", "additionalProperties", "anyOf"):
            yield from properties(schema.get(key), path)


KEYS = [(file, *found) for file, schema in SCHEMAS.items() for found in properties(schema)]
PROGRAMME_KEYS = {path for file, path, _ in KEYS if file == "programme"}


def as_json(value: Any) -> Any:
    """A TOML document as editors show it to a schema: days and times are texts."""
    if isinstance(value, dict):
        return {key: as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_json(part) for part in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def accepts(schema: dict[str, Any], text: str) -> bool:
    return bool(jsonschema_rs.Draft202012Validator(schema).is_valid(as_json(tomllib.loads(text))))


def partial(schema: Any) -> Any:
    """The schema of a part of a file: nothing is required."""
    if isinstance(schema, list):
        return [partial(part) for part in schema]
    if isinstance(schema, dict):
        return {key: partial(part) for key, part in schema.items() if key != "required"}
    return schema


def test_the_keys_of_all_tables_were_found() -> None:
    assert {".cap", ".active.from", ".ask.within", ".incentive.codes"} <= PROGRAMME_KEYS
    assert {".wording.opt_in", ".wording.frequency"} <= PROGRAMME_KEYS
    assert {f".{key}" for key in ProgrammeFile.model_fields} <= PROGRAMME_KEYS


@pytest.mark.parametrize(("file", "path", "key"), KEYS, ids=lambda part: str(part)[:40])
def test_every_key_has_a_title_a_description_and_an_example(
    file: str, path: str, key: dict[str, Any]
) -> None:
    assert key["title"]
    assert key["description"].endswith(".")
    assert key["examples"]


@pytest.mark.parametrize(("file", "path", "key"), KEYS, ids=lambda part: str(part)[:40])
def test_every_example_and_default_is_allowed(file: str, path: str, key: dict[str, Any]) -> None:
    validator = jsonschema_rs.Draft202012Validator(key)
    defaults = [key["default"]] if "default" in key else []
    for value in (*key["examples"], *defaults):
        validator.validate(value)


@pytest.mark.parametrize("name", FILES)
def test_it_is_a_schema_of_2020_12_without_references(name: str) -> None:
    jsonschema_rs.meta.validate(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$ref" not in str(SCHEMAS[name])


def test_the_example_config_is_accepted() -> None:
    assert accepts(SCHEMAS["house"], (ROOT / "config" / HOUSE).read_text(encoding="utf-8"))
    files = list((ROOT / "config" / "programmes").glob("*.toml"))
    assert files
    for file in files:
        assert accepts(SCHEMAS["programme"], file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "block", [b for b in pages.blocks("toml") if b.page.name in OF_MARKETERS], ids=str
)
def test_every_config_of_the_docs_is_accepted(block: Block) -> None:
    if named := re.match(r"# config/(\S+)\n", block.text):
        assert accepts(SCHEMAS["house" if named[1] == HOUSE else "programme"], block.text)
    else:
        assert any(accepts(partial(schema), block.text) for schema in SCHEMAS.values())


@pytest.mark.parametrize(
    "wrong",
    [
        'frequenzy = "x"',
        'cap = "2 a month"',
        'cap = "0 per month"',
        'confirm_within = "soon"',
        'remind_after = "24"',
        'purpose = "reklam"',
        "active = { from = 1999-06-01 }",
        "active = { form = 2027-06-01 }",
        'ask = [{ name = "E-post", kind = "email", question = "?" }]',
        'ask = [{ name = "email", kind = "mail", question = "?" }]',
        '[wording.sv]\nopt_inn = "x"',
        '[wording.klingon]\nopt_in = "x"',
        '[incentive]\ncode = "x"',
    ],
)
def test_what_a_programme_cannot_say_is_refused(wrong: str) -> None:
    five_lines = KLUBBEN.split("cap")[0]
    assert accepts(SCHEMAS["programme"], five_lines)
    assert not accepts(SCHEMAS["programme"], f"{five_lines}\n{wrong}")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('number = "+46701740699"', 'number = "070-174 06 99"'),
        ('country = "SE"', 'country = "Sweden"'),
        ('language = "sv"', 'language = "svenska"'),
        ('name = "Nordbageriet"', 'nam = "Nordbageriet"'),
        ('terms_url = "https', 'terms_url = "ftp'),
        ('unknown = "silence"', 'messaging_service = "MG1"'),
        ('unknown = "silence"', 'reply_countries = ["Sverige"]'),
        ('unknown = "silence"', "segments_per_second = 0"),
        ("[brand]", '[sending]\nhours = "9 till 5"\n\n[brand]'),
        ("[brand]", '[sending]\nhours = "09:00-24:00"\n\n[brand]'),
        ("[brand]", '[sending]\nslots = "all"\n\n[brand]'),
        ("[brand]", '[sending]\ncap = "4 a month"\n\n[brand]'),
    ],
)
def test_what_a_house_cannot_say_is_refused(right: str, wrong: str) -> None:
    assert accepts(SCHEMAS["house"], HOUSE_FILE)
    assert right in HOUSE_FILE
    assert not accepts(SCHEMAS["house"], HOUSE_FILE.replace(right, wrong, 1))


@pytest.mark.parametrize(
    "also",
    [
        'remind_after = "30 Minutes"',
        'cap = "12 per Week"',
        "active = { until = 2027-08-31T22:00:00+02:00 }",
        'sources = { "STAND-A" = ["A1", "B2"], "STAND-B" = "C3" }',
        '[wording.no]\nmessages = "tilbud"',
    ],
)
def test_whatever_the_check_allows_is_allowed(also: str) -> None:
    text = f"{KLUBBEN.split('cap')[0]}\n{also}"
    assert ProgrammeFile.model_validate(tomllib.loads(text))
    assert accepts(SCHEMAS["programme"], text)
