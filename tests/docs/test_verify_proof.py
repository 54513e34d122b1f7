"""The stranger's script: it accepts a whole proof, and nothing in which a byte was changed."""

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from responder.core.proofs import check_proof
from tests.core.test_proofs import PROOF, proof, with_value
from tests.docs.pages import ROOT

SCRIPT = ROOT / "docs" / "verify_proof.py"
WHOLE = json.dumps(PROOF, ensure_ascii=False, separators=(",", ":")).encode()
LINES = [
    '2026-11-21T12:00:00.000000+00:00: opted in (klubben) JA, bästa "vänner"?👍',
    "2026-11-21T12:00:00.000000+00:00: opted out (everything) STOPP",
    "The proof holds.",
]


def load_main() -> Callable[[list[str]], None]:
    """The script's `main`, as a stranger's Python would load it."""
    spec = importlib.util.spec_from_file_location("verify_proof", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    main: Callable[[list[str]], None] = module.main
    return main


MAIN = load_main()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proofs")


def refusal(folder: Path, content: bytes, *options: str) -> Any:
    """What the script exits with: None where the proof holds."""
    file = folder / "proof.json"
    file.write_bytes(content)
    try:
        MAIN([str(file), *options])
    except SystemExit as refused:
        return refused.code
    return None


def published(folder: Path, head: dict[str, Any]) -> tuple[str, str]:
    """The options that name a published head."""
    file = folder / "head.json"
    file.write_text(json.dumps(head))
    return "--head", str(file)


def run(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", str(SCRIPT), str(file)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_whole_proof_is_told_in_plain_words(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(PROOF, indent=2), encoding="utf-8")
    said = run(file)
    assert (said.returncode, said.stdout.splitlines()) == (0, LINES)


def test_a_proof_that_does_not_fit_ends_with_1_and_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(with_value(("events", 0, "salt"), "00")), encoding="utf-8")
    said = run(file)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "It does not hold. Event 1 was committed to other evidence.\n"


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
@example(WHOLE.index(b"made_at") + 10, 1)
@example(WHOLE.index(b"signature") + 12, 0x20)
def test_one_changed_byte_is_refused(folder: Path, position: int, change: int) -> None:
    changed = bytearray(WHOLE)
    changed[position] ^= change
    try:
        document = json.loads(changed)
    except ValueError:
        document = {}
    assume(document != PROOF)
    assert refusal(folder, bytes(changed))
    assert check_proof(document)


@pytest.mark.parametrize("size", [4, 8, 9, 100])
def test_a_proof_holds_in_ledgers_of_every_size(folder: Path, size: int) -> None:
    assert refusal(folder, json.dumps(proof(size=size)).encode()) is None


def test_a_person_who_texted_over_rcs_has_one_address(folder: Path) -> None:
    content = json.dumps(proof(address="rcs:+46701740605")).encode()
    assert refusal(folder, content) is None


def test_only_the_expected_key_is_believed(folder: Path) -> None:
    assert refusal(folder, WHOLE, "--key", PROOF["public_key"]) is None
    assert "not the expected one" in refusal(folder, WHOLE, "--key", "00" * 32)


@pytest.mark.parametrize("head", [PROOF["head"], PROOF], ids=["a head", "another proof"])
def test_a_proof_by_the_published_head_holds(folder: Path, head: dict[str, Any]) -> None:
    assert refusal(folder, WHOLE, *published(folder, head)) is None


def test_a_second_ledger_of_the_same_size_is_exposed(folder: Path) -> None:
    other = PROOF["head"] | {"root_hex": "00" * 32}
    assert "another root" in refusal(folder, WHOLE, *published(folder, other))


def test_a_head_of_another_size_cannot_vouch_for_the_proof(folder: Path) -> None:
    other = PROOF["head"] | {"size": 12}
    assert "of another size" in refusal(folder, WHOLE, *published(folder, other))


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (("events",), [], "There are no events."),
        (("events",), PROOF["events"][1:], "Event 1 is not the next of this person."),
        (("events", 0, "path"), PROOF["events"][0]["path"] * 2, "A path is too long."),
        (("events", 0, "index"), 11, "An event has no place in the tree."),
        (("events", 0, "path"), [], "Event 1 is not in the ledger of this head."),
    ],
)
def test_the_first_misfit_is_named(
    folder: Path, place: tuple[str | int, ...], value: Any, reason: str
) -> None:
    assert reason in refusal(folder, json.dumps(with_value(place, value)).encode())


def test_events_of_two_people_are_no_proof(folder: Path) -> None:
    content = json.dumps(proof(contact_id="d" * 32)).encode()
    assert "Event 2 is of another person." in refusal(folder, content)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_proof_is_refused_without_a_traceback(folder: Path, content: bytes) -> None:
    assert "not a whole proof file" in refusal(folder, content)


def test_the_script_needs_only_the_standard_library_and_cryptography() -> None:
    nodes = list(ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} - sys.stdlib_module_names == {"cryptography"}


def test_the_script_can_be_read_in_one_sitting() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 100
