"""What a file allows with a reason."""

from pathlib import Path

import pytest

from tests.authoring.house import PROGRAMME, findings
from tests.factories import HOUSE

SHOP = PROGRAMME.replace("JAZZ", "SHOP")
REASON = "# allow R312: we are a shop, and say so on every poster"
KEYWORDS = 'keywords = ["SHOP"]'


def codes(folder: Path, programme: str, house: str = HOUSE) -> list[str]:
    """What is found in the programme alone."""
    found = findings(folder, house, jazz=programme)
    return [one.code for one in found if one.file == "programmes/jazz.toml"]


@pytest.mark.parametrize(
    "line",
    [
        f"{REASON}\n{KEYWORDS}",
        f"{KEYWORDS}  {REASON}",
        f"{REASON}\n# a note\n{KEYWORDS}",
        f"# a note\n{REASON}\n{KEYWORDS}",
        KEYWORDS.replace("]", f", {REASON}\n]"),
        f"{REASON.lower()}\n{KEYWORDS}",
    ],
)
def test_a_waiver_with_a_reason_on_the_line_or_above_takes_the_finding_away(
    tmp_path: Path, line: str
) -> None:
    assert codes(tmp_path, SHOP.replace(KEYWORDS, line)) == []


def test_one_waiver_may_name_several_codes(tmp_path: Path) -> None:
    both = SHOP.replace("SHOP", "SHÔP")
    assert codes(tmp_path / "a", both) == ["R312", "R314"]
    allowed = both.replace("keywords", "# allow R312, R314: it is our name\nkeywords")
    assert codes(tmp_path / "b", allowed) == []


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# allow R312", "R901"),
        ("# allow R312:", "R901"),
        ("# allow R301: please", "R903"),
        ("# allow R999: please", "R904"),
    ],
)
def test_a_waiver_that_is_none_is_a_finding_and_allows_nothing(
    tmp_path: Path, comment: str, code: str
) -> None:
    found = codes(tmp_path, SHOP.replace(KEYWORDS, f"{KEYWORDS} {comment}"))
    assert sorted(found) == ["R312", code]


def test_a_waiver_elsewhere_allows_nothing(tmp_path: Path) -> None:
    assert codes(tmp_path, f"{SHOP}\n{REASON}\npurpose = 'marketing'") == ["R312", "R902"]


def test_what_looks_like_a_waiver_in_a_text_is_a_text(tmp_path: Path) -> None:
    assert codes(tmp_path, f"{SHOP}offer = 'Sms:a SHOP {REASON}'") == ["R312"]


def test_a_finding_about_the_whole_file_is_allowed_anywhere_in_it(tmp_path: Path) -> None:
    danish = HOUSE.replace('"SE"', '"DK"').replace('"sv"', '"da"')
    programme = PROGRAMME.replace("+46701740699", "71700").replace(
        "1 sms i veckan", "1 sms om ugen"
    )
    assert codes(tmp_path / "a", programme, danish) == ["R501"]
    allowed = f"{programme}# allow R501: it is printed by the shops, word for word"
    assert codes(tmp_path / "b", allowed, danish) == []


def test_an_idle_waiver_is_not_told_while_there_are_errors(tmp_path: Path) -> None:
    broken = f"{PROGRAMME}{REASON}\nactive = {{ from = 2027-02-02, until = 2027-02-01 }}"
    assert codes(tmp_path, broken) == ["R601"]
