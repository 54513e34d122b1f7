"""`responder understand` and `responder segments`: JSON lines in, JSON lines out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responder.core.segments import count
from responder.core.understand import understand
from responder.vocabulary import load_vocabulary
from tests.cli.conftest import Run

TEXTS = st.text(max_size=50)


def asked(run: Run, command: str, *lines: object, options: tuple[str, ...] = ()) -> list[Any]:
    result = run(command, *options, stdin="\n".join(json.dumps(line) for line in lines))
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_is_answered_with_a_line_in_order(run: Run) -> None:
    lines = [
        {"text": "Sluta!", "lang": "sv"},
        {"text": "JAZZ", "keywords": ["JAZZ"]},
        {"text": "hopp"},
    ]
    assert asked(run, "understand", *lines) == [
        {"intent": "opt_out", "rule": "word.sv.sluta", "matched": "SLUTA"},
        {"intent": "opt_in", "rule": "keyword.jazz", "matched": "jazz"},
        {"intent": "none", "rule": "none", "matched": ""},
    ]


@pytest.mark.parametrize(("line", "options"), [({"lang": "da"}, ()), ({}, ("--lang", "da"))])
def test_the_language_is_the_line_s_else_the_option_s(
    run: Run, line: dict[str, str], options: tuple[str, ...]
) -> None:
    (polish,) = asked(run, "understand", {"text": "TAK", "lang": "pl"}, options=("--lang", "da"))
    (danish,) = asked(run, "understand", {"text": "TAK"} | line, options=options)
    assert (polish["intent"], danish["intent"]) == ("opt_in", "none")


@pytest.mark.parametrize("field", [{"lang": None}, {"keywords": None}, {"lang": ""}, {"more": 1}])
def test_an_empty_or_unknown_field_is_of_no_account(run: Run, field: dict[str, Any]) -> None:
    (found,) = asked(run, "understand", {"text": "STOP"} | field)
    assert found["intent"] == "opt_out"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "line 2"),
        ("[]", 'it has no "text"'),
        ('"STOP"', 'it has no "text"'),
        ("{}", 'it has no "text"'),
        ('{"text": null}', 'it has no "text"'),
        ('{"text": 1}', 'it has no "text"'),
        ('{"text": "x", "lang": 1}', '"lang" is not a language code'),
        ('{"text": "x", "keywords": "JA"}', '"keywords" is not a list of texts'),
        ('{"text": "x", "keywords": [1]}', '"keywords" is not a list of texts'),
        ('{"text": "x", "keywords": {"JA": 1}}', '"keywords" is not a list of texts'),
        ("[" * 100_000, "line 2"),
    ],
    ids=range(11),
)
def test_a_line_that_makes_no_sense_is_named_and_what_came_before_is_answered(
    run: Run, line: str, fault: str
) -> None:
    result = run("understand", stdin='{"text": "STOP"}\n' + line)
    assert result.exit_code == 2
    assert "Error: line 2 of standard input: " in result.stderr
    assert fault in result.stderr
    assert json.loads(result.stdout)["intent"] == "opt_out"


def test_blank_lines_and_a_byte_order_mark_are_passed_over(run: Run) -> None:
    result = run("understand", stdin='\ufeff{"text": "STOP"}\n\n  \n{"text": "HELP"}\n')
    assert [json.loads(line)["intent"] for line in result.stdout.splitlines()] == [
        "opt_out",
        "help",
    ]


@pytest.mark.parametrize("command", ["understand", "segments"])
def test_bytes_that_are_no_text_are_read_as_well_as_they_can_be(run: Run, command: str) -> None:
    result = run(command, stdin=b'{"text": "\xff\xfe STOP"}\n')
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


@pytest.mark.parametrize("command", ["understand", "segments"])
def test_nothing_in_is_nothing_out(run: Run, command: str) -> None:
    assert (run(command).stdout, run(command).exit_code) == ("", 0)


def test_half_a_character_is_no_obstacle(run: Run) -> None:
    line = {"text": "\ud83d STOP \ud83d", "keywords": ["\ud83d"]}
    (found,) = asked(run, "understand", line)
    assert found["intent"] in {"opt_out", "none"}
    assert asked(run, "segments", {"text": "\ud83d"})[0]["encoding"] == "UCS-2"


def test_the_command_understands_as_the_core_does(run: Run) -> None:
    @settings(deadline=None)
    @given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from(["sv", "en", "no", "xx"]))
    def holds(texts: list[str], language: str) -> None:
        lines = [{"text": text, "lang": language} for text in texts]
        expected = [understand(text, language, {}, load_vocabulary()).rule for text in texts]
        assert [found["rule"] for found in asked(run, "understand", *lines)] == expected

    holds()


def test_the_command_counts_as_the_core_does(run: Run) -> None:
    @settings(deadline=None)
    @given(st.lists(TEXTS, min_size=1, max_size=5))
    def holds(texts: list[str]) -> None:
        expected = [(c.encoding, c.segments, c.units) for c in map(count, texts)]
        found = asked(run, "segments", *({"text": text} for text in texts))
        assert [(f["encoding"], f["segments"], f["units"]) for f in found] == expected

    holds()


def test_segments_tells_how_a_text_is_billed(run: Run) -> None:
    assert asked(run, "segments", {"text": "å" * 160}, {"text": "Hej {namn} …"}) == [
        {"encoding": "GSM-7", "segments": 1, "units": 160},
        {"encoding": "UCS-2", "segments": 1, "units": 12},
    ]


def test_a_person_gets_the_whole_trace(run: Run) -> None:
    result = run("understand", "--lang", "sv", "--explain", "Avsluta tack 🙏")
    rows = dict(line.split(maxsplit=1) for line in result.stdout.splitlines() if " off" not in line)
    assert rows["intent"] == "opt_out"
    assert rows["rule"] == "word.sv.avsluta"
    assert rows["words"] == "avsluta tack"
    assert rows["text"] == "'Avsluta tack 🙏'"
