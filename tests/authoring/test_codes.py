"""Files of incentive codes: there, readable, each code once, and never shown."""

from pathlib import Path

import pytest

from responder.authoring import Examined, examine, load_catalog, read_codes
from responder.core.catalog import Incentive
from responder.errors import ConfigError
from tests.authoring.house import PROGRAMME
from tests.factories import write_config

CODES = "codes/jazz.txt"


def config_with(folder: Path, content: bytes, name: str = CODES) -> Path:
    more = f'[incentive]\ncodes = "{name}"'
    config = write_config(folder / "config", jazz=PROGRAMME + more)
    (config / "codes").mkdir()
    (config / CODES).write_bytes(content)
    return config


def examined(folder: Path, content: bytes, name: str = CODES) -> Examined:
    return examine(config_with(folder, content, name))


def test_codes_are_read_in_the_order_of_their_file(tmp_path: Path) -> None:
    config = config_with(tmp_path, b"\xef\xbb\xbfB-2\r\n\r\n  A-1 \rC\xc3\x85-3\n")
    assert read_codes(config, Incentive(CODES, 50)) == ["B-2", "A-1", "CÅ-3"]


def test_the_catalog_names_the_file_and_holds_no_code(tmp_path: Path) -> None:
    config = config_with(tmp_path, b"SECRET-1")
    catalog, document = load_catalog(config)
    (config / CODES).write_bytes(b"SECRET-2")
    assert catalog.programmes["jazz"].incentive == Incentive(CODES, 50)
    assert "SECRET" not in document
    assert load_catalog(config)[0].hash == catalog.hash


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("codes/jaz.txt", 'There is no file "codes/jaz.txt" in the config folder'),
        ("codes", 'There is no file "codes" in the config folder'),
        ("../config/codes/jazz.txt", "does not stay inside the config folder"),
        ("/dev/null", "does not stay inside the config folder"),
        ("x" * 200, "There is no file"),
        ("å" * 200, "cannot be read"),
    ],
)
def test_a_file_that_is_not_below_the_config_folder_is_refused(
    tmp_path: Path, name: str, fault: str
) -> None:
    (found,) = examined(tmp_path, b"A-1", name).problems
    assert (found.file, found.key) == ("programmes/jazz.toml", "incentive.codes")
    assert fault in found.fault


def test_a_link_out_of_the_config_folder_is_refused(tmp_path: Path) -> None:
    config = config_with(tmp_path, b"A-1", "codes/link.txt")
    (tmp_path / "elsewhere.txt").write_bytes(b"B-2")
    (config / "codes" / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    (found,) = examine(config).problems
    assert found.fault == '"codes/link.txt" leads out of the config folder'


@pytest.mark.parametrize("content", [b"", b"\n \n\t\r\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_code_is_refused(tmp_path: Path, content: bytes) -> None:
    (found,) = examined(tmp_path, content).problems
    assert found.fault == f'The file "{CODES}" holds no code'


@pytest.mark.parametrize(
    ("content", "key", "fault"),
    [
        (b"A-1\n\nB-2\nA-1", "line 4", "The code stands in the file already"),
        (b"A-1\n" + b"B" * 41, "line 2", "The code is longer than 40 characters"),
        (b"A-1\nB 2", "line 2", "A space or an invisible character stands in the code"),
        (b"A-1\nB\t2", "line 2", "A space or an invisible character stands in the code"),
        (b"A\x00-1\nB-2", "line 1", "A space or an invisible character stands in the code"),
        (b"A-1\nB\xe2\x80\x8b-2", "line 2", "A space or an invisible character stands in the code"),
        (b"A\n" * 8, "line 2, 3, 4, 5, 6 and 2 more", "The code stands in the file already"),
    ],
)
def test_a_code_that_cannot_be_given_is_named_by_its_line(
    tmp_path: Path, content: bytes, key: str, fault: str
) -> None:
    (found,) = examined(tmp_path, content).problems
    assert (found.file, found.key, found.fault) == (CODES, key, fault)


def test_the_longest_code_is_welcome(tmp_path: Path) -> None:
    assert examined(tmp_path, b"B" * 40).problems == ()


def test_codes_in_another_encoding_are_named_by_their_line(tmp_path: Path) -> None:
    (found,) = examined(tmp_path, b"A-1\nB\xc5-2").problems
    assert (found.file, found.line) == (CODES, 2)
    assert found.fault == "A letter here is not in the encoding UTF-8"


@pytest.mark.parametrize("content", [b"SECRET\nSECRET", b"SECRET SECRET", b"SECRET" * 9])
def test_no_message_shows_a_code(tmp_path: Path, content: bytes) -> None:
    (found,) = examined(tmp_path, content).problems
    assert "SECRET" not in str(found)


@pytest.mark.parametrize("content", [b"", b"A-1\nA-1", b"\xff"])
def test_codes_that_went_bad_after_the_check_are_not_read(tmp_path: Path, content: bytes) -> None:
    config = config_with(tmp_path, b"A-1")
    (config / CODES).write_bytes(content)
    with pytest.raises(ConfigError, match=r"codes/jazz\.txt: "):
        read_codes(config, Incentive(CODES, 50))
