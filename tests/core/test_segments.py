"""What a text costs in segments; smsutil is the independent oracle."""

import pytest
import smsutil  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from responder.core.segments import Segments, count

ESCAPE = "\x1b"
GSM = sorted(set(smsutil.GSM_EXT_CHARSET) | set(smsutil.codecs.GSM_BASIC_CHARSET) - {ESCAPE})
BMP = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters=ESCAPE)
ASTRAL = st.characters(min_codepoint=0x10000)
EXTENSION = st.sampled_from(smsutil.GSM_EXT_CHARSET)


def texts(*alphabets: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Short pieces repeated many times, so that borders are often reached."""
    piece = st.text(st.one_of(alphabets), min_size=1, max_size=8)
    run = st.builds(lambda text, times: text * times, piece, st.integers(1, 90))
    return st.lists(run, min_size=1, max_size=5).map("".join)


def assert_agrees_with_smsutil(text: str) -> None:
    oracle, ours = smsutil.split(text), count(text)
    octets = {"gsm0338": ("GSM-7", 1), "utf_16_be": ("UCS-2", 2)}
    encoding, per_unit = octets[oracle.encoding]
    expected = (encoding, len(oracle.parts), oracle.total_bytes // per_unit)
    assert (ours.encoding, ours.segments, ours.units) == expected


@given(texts(st.sampled_from(GSM), EXTENSION))
def test_gsm_texts_cost_what_smsutil_says(text: str) -> None:
    assert_agrees_with_smsutil(text)


@given(texts(st.sampled_from(GSM), EXTENSION, BMP, ASTRAL))
def test_mixed_texts_cost_what_smsutil_says(text: str) -> None:
    assert_agrees_with_smsutil(text)


def test_the_gsm_alphabet_is_the_one_of_smsutil_without_the_escape() -> None:
    found = [char for char in map(chr, range(0x10000)) if count(char).encoding == "GSM-7"]
    assert found == GSM


@pytest.mark.parametrize(
    ("text", "encoding", "segments", "units"),
    [
        ("", "GSM-7", 1, 0),
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("€" * 80, "GSM-7", 1, 160),
        ("\r\n" * 80, "GSM-7", 1, 160),
        ("ł" * 70, "UCS-2", 1, 70),
        ("ł" * 71, "UCS-2", 2, 71),
        ("ł" * 134, "UCS-2", 2, 134),
        ("ł" * 135, "UCS-2", 3, 135),
        ("😀" * 35, "UCS-2", 1, 70),
        ("ł" + "€" * 69, "UCS-2", 1, 70),
    ],
)
def test_each_limit_is_reached_exactly(text: str, encoding: str, segments: int, units: int) -> None:
    ours = count(text)
    assert (ours.encoding, ours.segments, ours.units) == (encoding, segments, units)


def test_an_extension_character_is_never_split_over_two_segments() -> None:
    assert count("a" * 151 + "€" + "a" * 153).segments == 2
    assert count("a" * 152 + "€" + "a" * 151).segments == 2
    assert count("a" * 152 + "€" + "a" * 152) == Segments("GSM-7", 3, 306, ())


def test_a_surrogate_pair_is_never_split_over_two_segments() -> None:
    assert count("ł" * 65 + "😀" + "ł" * 67).segments == 2
    assert count("ł" * 66 + "😀" + "ł" * 66) == Segments("UCS-2", 3, 134, ("ł", "😀"))


def test_two_surrogate_halves_side_by_side_count_as_their_character() -> None:
    assert count("ł" * 66 + "\ud83d\ude00" + "ł" * 66) == count("ł" * 66 + "😀" + "ł" * 66)


@pytest.mark.parametrize("lone", ["\ud83d", "\ude00\ud83d"])
def test_a_lone_surrogate_is_one_unit(lone: str) -> None:
    assert count(lone) == Segments("UCS-2", 1, len(lone), tuple(lone))


@pytest.mark.parametrize(
    ("text", "forced_by"),
    [
        ("Ça coûte 5 €", ("û",)),
        ("’quoted’ – ça", ("’", "–", "ç")),
        ("tab\there", ("\t",)),
        ("a\x1bb", ("\x1b",)),
        ("Hallå där, ÅÄÖ ñ", ()),
    ],
)
def test_the_characters_that_force_ucs2_are_named_once_in_order(
    text: str, forced_by: tuple[str, ...]
) -> None:
    assert count(text).forced_by == forced_by


@given(st.text(st.characters()))
def test_any_text_has_at_least_one_segment_and_a_reason_for_ucs2(text: str) -> None:
    ours = count(text)
    assert ours.segments >= 1
    assert bool(ours.forced_by) == (ours.encoding == "UCS-2")
