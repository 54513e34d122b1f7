"""Keys and values: what is refused, and in whose words."""

from pathlib import Path

import pytest

from tests.authoring.house import PROGRAMME, faults, house_faults, problems
from tests.factories import HOUSE, KLUBBEN, NUMBER

JARGON = ("Input should", "_type", "validation", "constrained", "NoneType", "datetime", "dict")
ASK = '[[ask]]\nname = "shoe"\nkind = "choice"\n'


def test_five_lines_make_a_lawful_programme(tmp_path: Path) -> None:
    assert faults(tmp_path, "") == []


@pytest.mark.parametrize("key", ["name", "numbers", "keywords", "messages", "frequency"])
def test_each_of_the_five_lines_is_asked_for(tmp_path: Path, key: str) -> None:
    lines = [line for line in PROGRAMME.splitlines() if not line.startswith(key)]
    (found,) = problems(tmp_path, jazz="\n".join(lines))
    assert (found.key, found.fault) == (key, "This key is missing")
    assert found.remedy.startswith(f"Add {key} = ")


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('frequenzy = "x"', "Did you mean frequency? Rename it"),
        ('Purpose = "service"', "Did you mean purpose? Rename it"),
        ("active = { form = 2026-06-01 }", "Did you mean from? Rename it"),
        ("active = { untill = 2026-06-01 }", "Did you mean until? Rename it"),
        ('colour = "red"', "Take it out, or use one of: active, ask, cap, confirm_within"),
        ('[wording.sv]\noptin = "x"', "Did you mean opt_in?"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_likely_one(
    tmp_path: Path, line: str, hint: str
) -> None:
    (found,) = faults(tmp_path, line)
    assert hint in found


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("support", "suport"), ("terms_url", "terms-url"), ("provider_opt_out", "provider_optout")],
)
def test_a_misspelt_key_of_the_house_is_refused_too(tmp_path: Path, right: str, wrong: str) -> None:
    assert any(f"Did you mean {right}?" in f for f in house_faults(tmp_path, wrong, right))


def test_what_is_not_supported_yet_is_an_error_that_says_so(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, 'segments = "at most 2"')
    assert found.startswith("programmes/jazz.toml: segments: There is no such key. Take it out")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('["JAZZ"]', '"JAZZ"', 'keywords: This must be a list in square brackets, but it is "JAZZ"'),
        ('["JAZZ"]', "[1]", "keywords[0]: This must be text in quotation marks, but it is 1"),
        ('["JAZZ"]', "[]", "keywords: This list is empty"),
        ('["JAZZ"]', '[" "]', "keywords[0]: This text is empty"),
        ('["JAZZ"]', '{ a = "b" }', "in square brackets, but it is a table"),
        ('"konserttips"', "true", "messages: This must be text in quotation marks, but it is true"),
        ('"konserttips"', '["a"]', "messages: This must be text in quotation marks, but it is a list"),
        ('"konserttips"', f'"{"x" * 101}"', "messages: This is longer than 100 characters"),
        ('"konserttips"', r'"a\u0000"', "messages: This holds an invisible control character"),
        ('"konserttips"', '"{brand}"', "messages: Braces work in [wording] only"),
        ('["JAZZ"]', f'["{"J" * 65}"]', "keywords[0]: This is longer than 64 characters"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_told_in_plain_words_once(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    programme = PROGRAMME.replace(old, new, 1)
    (found,) = map(str, problems(tmp_path, jazz=programme))
    assert fault in found
    assert not any(word in found for word in JARGON)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('purpose = "ads"', 'purpose: This must be "marketing" or "service", but it is "ads"'),
        ('opt_in = "triple"', 'opt_in: This must be "single" or "double", but it is "triple"'),
        ('ask = "email"', 'ask: This must be a list in square brackets, but it is "email"'),
        ('[ask]\nname = "email"', "ask: This must be a list in square brackets, but it is a table"),
        (f'{ASK}question = "{"x" * 301}"', "ask[0].question: This is longer than 300 characters"),
        (f'{ASK}question = "{{brand}}?"', "ask[0].question: Braces work in [wording] only"),
        (f'{ASK}question = "?"\nagain = ""', "ask[0].again: This text is empty"),
        (f'{ASK}question = "?"\nchoices = ["S"]', "ask[0].choices: This list has fewer than 2 entries"),
        (f'{ASK}question = "?"\nchoices = {["x"] * 21}', "ask[0].choices: This list has more than 20 entries"),
        ('incentive = "codes.txt"', "incentive: This must be a table of keys"),
        ("[incentive]\ncodes = 3", "incentive.codes: This must be text in quotation marks, but it is 3"),
        ('[incentive]\ncodes = "c"\nwarn_below = -1', "incentive.warn_below: This must be at least 0"),
        ("active = 2026", "active: This must be a table of keys, but it is 2026"),
        ('sources = ["A"]', "sources: This must be a table of keys and texts"),
        ("sources = { A = 3 }", "sources.A: This must be a list in square brackets"),
        ('sources = { A = ["X", 3] }', "sources.A[1]: This must be text"),
        ("sources = { A = [] }", "sources.A: This list is empty"),
        ('sources = { "" = "X" }', "sources: The name of a source has 1 to 64 characters"),
        ('wording = "x"', "wording: This must be a table of keys and texts"),
        ('wording = { help = "x" }', "wording.help: This must be a table of keys and texts"),
        ("wording = { sv = { help = 3 } }", "wording.sv.help: This must be text"),
    ],
)  # fmt: skip
def test_a_wrong_value_of_a_further_key_is_told_in_plain_words_once(
    tmp_path: Path, line: str, fault: str
) -> None:
    (found,) = faults(tmp_path, line)
    assert fault in found
    assert not any(word in found for word in JARGON)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (f'"{NUMBER}"', "46701740699", "numbers[0].number: This must be text in quotation marks"),
        ('"twilio"', '"infobip"', 'numbers[0].provider: This must be "twilio", but it is "infobip"'),
        ('"SE"', '"XX"', 'numbers[0].country: "XX" is no country code'),
        ('"SE"', '"SWE"', 'numbers[0].country: "SWE" is no country code'),
        ('"default"', '"on"', 'provider_opt_out: This must be "default", "advanced" or "off"'),
        ('"short"', '"shrt"', 'numbers[3].kind: This must be "long", "short", "toll_free"'),
        ('"Nordbageriet"', '""', "brand.name: This text is empty"),
        ("/sms", r"/\u0007", "brand.terms_url: This holds an invisible control character"),
        ("unknown =", "reply_countries = []\nunknown =", "numbers[1].reply_countries: This list is empty"),
        ("unknown =", 'messaging_service = "MG12"\nunknown =', '"MG12" is no messaging service'),
        ("[brand]", '[opt_out]\nscope = "all"\n[brand]', 'opt_out.scope: This must be "brand" or "number"'),
    ],
)  # fmt: skip
def test_a_wrong_value_of_the_house_is_told_in_plain_words(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    found = house_faults(tmp_path, new, old)
    assert len(found) == 1
    assert fault in found[0]
    assert not any(word in found[0] for word in JARGON)


def test_an_empty_house_file_is_told_what_belongs_in_it(tmp_path: Path) -> None:
    brand, numbers = problems(tmp_path, house="", jazz=PROGRAMME)
    assert brand.remedy == 'Add [brand] with name = "…" and support = "…"'
    assert numbers.remedy == "Add [[numbers]] with number, provider, country and language"


def test_single_brackets_for_the_numbers_are_told_the_double_ones(tmp_path: Path) -> None:
    house = HOUSE[: HOUSE.index("[[numbers]]")] + f'[numbers]\nnumber = "{NUMBER}"\n'
    (found,) = problems(tmp_path, house, jazz=PROGRAMME)
    assert "[[numbers]]" in found.remedy


@pytest.mark.parametrize(
    ("key", "example"),
    [
        ("name", 'Add name = "email"'),
        ("kind", 'Add kind = "email"'),
        ("question", 'Add question = "Vad har du för e-postadress?"'),
    ],
)
def test_each_line_of_a_question_is_asked_for(tmp_path: Path, key: str, example: str) -> None:
    lines = ("[[ask]]", 'name = "email"', 'kind = "email"', 'question = "E-post?"')
    (found,) = faults(tmp_path, "\n".join(line for line in lines if not line.startswith(key)))
    assert f"ask[0].{key}: This key is missing. {example}" in found


@pytest.mark.parametrize("table", ["active", "incentive"])
def test_a_key_that_slid_below_a_table_is_told_where_it_belongs(tmp_path: Path, table: str) -> None:
    found = faults(tmp_path, f'[{table}]\npurpose = "service"')
    assert any("It belongs to the whole file. Move it above the first [table]" in f for f in found)


@pytest.mark.parametrize("key", ["purpose", "offer", "frequency"])
def test_a_key_that_slid_below_the_sources_is_not_taken_for_a_poster(
    tmp_path: Path, key: str
) -> None:
    (found,) = faults(tmp_path, f'[sources]\n{key} = "service"')
    assert "Move the line above [sources]" in found


def test_every_wrong_key_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    more = 'cap = "x"\nopt_in = "triple"\ncolour = 1\n[[ask]]\n[wording.sv]\na = "1"\nb = "2"'
    found = faults(tmp_path, more)
    assert len(found) == 7
    assert any('"a", "b"' in fault for fault in found)


def test_spaces_and_line_breaks_in_a_term_do_not_cost_a_wording_its_mandated_part(
    tmp_path: Path,
) -> None:
    programme = PROGRAMME.replace("konserttips", "konserttips  och\u00a0mer")
    wording = '[wording.sv]\nopt_in = "{brand} {messages} {frequency} {stop}"'
    assert problems(tmp_path, jazz=programme + wording) == ()


def test_a_country_may_be_written_in_small_letters(tmp_path: Path) -> None:
    assert house_faults(tmp_path, '"se"', '"SE"') == []


def test_a_source_may_have_one_keyword_or_several(tmp_path: Path) -> None:
    more = '[sources]\n"STAND-A" = "BULLE"\n"STAND-B" = ["KAKA", "TÅRTA"]'
    assert problems(tmp_path, klubben=KLUBBEN.split("[sources]")[0] + more) == ()
