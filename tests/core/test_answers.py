"""What fits a question, in the one spelling that is kept, and what does not."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from responder.core.answers import read_answer
from responder.core.catalog import Ask

KINDS = ("name", "email", "postcode", "date", "text")
DAY = timedelta(days=1)


def read(kind: str, text: str, country: str = "SE") -> str | None:
    return read_answer(Ask("it", kind, "?", "?", DAY), text, country)


def choose(text: str, *choices: str) -> str | None:
    return read_answer(Ask("it", "choice", "?", "?", DAY, choices), text, "SE")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        *(
            (name, name)
            for name in ("Li", "Å", "anna", "Anna-Lisa Öberg", "O'Brien", "李", "Şükrü")
        ),
        *((f" Anna \n  Ek{mark}", "Anna Ek") for mark in ("", "!", ".", " !!")),
        *((no, None) for no in ("", "…", "123", "Anna 7", "a@b.se", "Vem?", "http://x.se")),
        *((no, None) for no in ("jag vill inte säga det här och nu", "x" * 61)),
    ],
)
def test_a_name_is_letters_and_a_few_words(text: str, kept: str | None) -> None:
    assert read("name", text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("anna@exempel.se", "anna@exempel.se"),
        (" Anna.Ek@Exempel.SE. ", "anna.ek@exempel.se"),
        ("a.b+c@ex-ample.co.uk", "a.b+c@ex-ample.co.uk"),
        ("åsa@räksmörgås.se", "åsa@räksmörgås.se"),
        *((no, None) for no in ("anna", "anna@exempel", "anna @exempel.se", "a@b.se c@d.se")),
        *((no, None) for no in ("@exempel.se", "anna@exempel..se", "a@@b.se", "anna@exempel.s")),
        *((no, None) for no in ("mailto:anna@exempel.se", "<anna@exempel.se>", '"a"@exempel.se')),
    ],
)
def test_an_email_address_has_a_name_and_a_domain(text: str, kept: str | None) -> None:
    assert read("email", text) == kept


@pytest.mark.parametrize(
    ("country", "text", "kept"),
    [
        *(
            ("SE", text, "114 55")
            for text in ("11455", "114 55", "114 55 Stockholm", "11455, Sthlm")
        ),
        *(("SE", no, None) for no in ("1145", "114555", "ABC", "Stockholm 11455", "٣١٤٥٥")),
        ("DK", "1050 København", "1050"),
        ("NO", "0150", "0150"),
        ("FI", "00100 Helsinki", "00100"),
        ("DE", "10115", "10115"),
        ("NL", "1012ab", "1012 AB"),
        ("PL", "00950", "00-950"),
        ("PT", "1000205", "1000-205"),
        *(("LT", text, "LT-01100") for text in ("01100", "lt-01100")),
        ("LV", "1010", "LV-1010"),
        ("IS", "101 Reykjavík", "101"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "M1 1AE", "M1 1AE"),
        ("IE", "d02af30", "D02 AF30"),
        ("US", "94105-1234", "94105-1234"),
        ("CA", "k1a0b1", "K1A 0B1"),
        ("AU", "3000", "3000"),
    ],
)
def test_a_postcode_has_its_countrys_shape_and_spelling(
    country: str, text: str, kept: str | None
) -> None:
    assert read("postcode", text, country) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        *((text, "1985-05-03") for text in ("1985-05-03", "1985-5-3", "19850503", "1985 05 03")),
        *((text, "1985-05-03") for text in ("3.5.1985", "03/05/1985", "3. 5. 1985", "3 5 1985")),
        ("29/2/2024", "2024-02-29"),
        *(
            (no, None)
            for no in ("29/2/2023", "1985-13-01", "31/4/2026", "0000-01-01", "00/00/2026")
        ),
        *((no, None) for no in ("850503", "3/5", "i maj", "1985", "1985053", "2026111", "3.5.85")),
    ],
)
def test_a_date_is_a_day_that_exists_and_can_be_read_in_one_way(
    text: str, kept: str | None
) -> None:
    assert read("date", text) == kept


def test_americans_write_the_month_first() -> None:
    assert read("date", "5/3/1985", "US") == "1985-05-03"
    assert read("date", "31/5/1985", "US") is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        *((text, "Röd") for text in ("röd", "RÖD!", "rod", "roed", "Röd 👍", "1", "1.", " r ö d ")),
        *((text, "Mörk blå") for text in ("mörk blå", "mork bla", "2", "2)")),
        *((no, None) for no in ("", "grön", "0", "3", "röd blå", "rödd", "12", "👍")),
    ],
)
def test_a_choice_is_named_by_its_words_or_its_number(text: str, kept: str | None) -> None:
    assert choose(text, "Röd", "Mörk blå") == kept


@pytest.mark.parametrize(
    ("choices", "text", "kept"),
    [
        (("2", "4", "6"), "2", "2"),
        (("2", "4", "6"), "1", None),
        (("2", "4", "6"), "3", None),
        (("2 personer", "4 personer"), "2", None),
        (("2 personer", "4 personer"), "2 personer", "2 personer"),
    ],
)
def test_a_number_in_a_list_of_numbers_means_itself(
    choices: tuple[str, ...], text: str, kept: str | None
) -> None:
    assert choose(text, *choices) == kept


def test_a_free_text_is_anything_but_nothing_and_no_novel() -> None:
    assert read("text", " en  bulle,\ntack ") == "en bulle, tack"
    assert read("text", "x" * 500) == "x" * 500
    assert read("text", "x" * 501) is None
    assert read("text", " \n ") is None


@given(st.text(max_size=60), st.sampled_from(KINDS), st.sampled_from(["SE", "GB", "US", "XX", ""]))
@example("ß12", "postcode", "GB")
@example("٠٠٠٠-٠١-٠١", "date", "SE")
def test_what_is_kept_fits_again_and_stays_as_it_is(text: str, kind: str, country: str) -> None:
    kept = read(kind, text, country)
    assert kept is None or read(kind, kept, country) == kept


@given(st.lists(st.text(max_size=12), max_size=6, unique=True), st.text(max_size=12))
def test_an_answer_to_a_choice_is_always_one_of_the_choices(choices: list[str], text: str) -> None:
    assert choose(text, *choices) in (*choices, None)
