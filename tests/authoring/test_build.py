"""Files without a fault become the catalog that decisions read."""

import tomllib
from datetime import time, timedelta
from pathlib import Path

import pytest

from responder.authoring import load_catalog
from responder.core.catalog import Ask, Catalog, DoubleOptIn, Number, Programme
from responder.core.gate_cap import Cap, Period
from responder.core.gate_hours import Hours
from responder.core.gate_house import House
from responder.core.hours_by_country import RECOMMENDED_SLOTS
from tests.authoring.house import PROGRAMME
from tests.factories import (
    ADVANCED_NUMBER,
    HOUSE,
    KLUBBEN,
    NUMBER,
    OFF_NUMBER,
    SHORT_CODE,
    write_config,
)


def number_with(folder: Path, more: str) -> Number:
    house = HOUSE.split("[[numbers]]")[0] + f"[[numbers]]\nprovider = 'twilio'\n{more}"
    programme = PROGRAMME.replace(NUMBER, str(tomllib.loads(more)["number"]))
    catalog, _ = load_catalog(write_config(folder / "config", house, jazz=programme))
    (number,) = catalog.numbers.values()
    assert catalog.programmes["jazz"].numbers == (number.address,)
    return number


def programme_with(folder: Path, more: str) -> Programme:
    catalog, _ = load_catalog(write_config(folder / "config", jazz=PROGRAMME + more))
    return catalog.programmes["jazz"]


def test_the_brand_is_what_the_house_says(catalog: Catalog) -> None:
    assert (catalog.brand.name, catalog.brand.support) == (
        "Nordbageriet",
        "kundtjanst@nordbageriet.example",
    )


def test_numbers_keep_their_order_and_what_their_provider_does(catalog: Catalog) -> None:
    assert [(n.address, n.provider_opt_out) for n in catalog.numbers.values()] == [
        (NUMBER, "default"),
        (OFF_NUMBER, "off"),
        (ADVANCED_NUMBER, "advanced"),
        (SHORT_CODE, "off"),
    ]


@pytest.mark.parametrize(
    ("kind", "number", "address", "opt_out"),
    [
        ("long", "+46701740699", "+46701740699", "default"),
        ("toll_free", "+18005550199", "+18005550199", "default"),
        ("short", "71700", "71700", "off"),
        ("whatsapp", "+46701740699", "whatsapp:+46701740699", "off"),
        ("rcs", "rcs:nordbageriet", "nordbageriet", "default"),
    ],
)
def test_each_kind_has_its_address_and_its_default(
    tmp_path: Path, kind: str, number: str, address: str, opt_out: str
) -> None:
    more = f'number = "{number}"\nkind = "{kind}"\ncountry = "SE"\nlanguage = "sv"'
    built = number_with(tmp_path, more)
    assert (built.address, built.provider_opt_out) == (address, opt_out)


def test_a_number_answers_its_own_country_unless_told_otherwise(tmp_path: Path) -> None:
    plain = f'number = "{NUMBER}"\ncountry = "SE"\nlanguage = "sv"\n'
    more = plain + 'reply_countries = ["SE", "no"]\n'
    assert number_with(tmp_path / "a", plain).reply_countries == {"SE"}
    assert number_with(tmp_path / "b", more).reply_countries == {"SE", "NO"}


def test_a_number_of_a_messaging_service_is_blocked_with_its_service(tmp_path: Path) -> None:
    service = "MG" + "0a" * 16
    plain = f'number = "{NUMBER}"\ncountry = "NO"\nlanguage = "no"\n'
    built = number_with(tmp_path, plain + f'messaging_service = "{service}"')
    assert (built.sender, built.language) == (service, "nb")


@pytest.mark.parametrize(
    ("kind", "number", "country", "rate"),
    [
        ("long", "+46701740699", "SE", 10),
        ("long", "+12025550199", "US", 1),
        ("long", "+14165550199", "ca", 1),
        ("toll_free", "+18005550199", "US", 3),
        ("short", "71700", "US", 100),
        ("whatsapp", "+46701740699", "SE", 80),
        ("rcs", "rcs:nordbageriet", "SE", 10),
    ],
)
def test_a_number_sends_as_fast_as_its_kind_and_country_let_it(
    tmp_path: Path, kind: str, number: str, country: str, rate: float
) -> None:
    more = f'number = "{number}"\nkind = "{kind}"\ncountry = "{country}"\nlanguage = "en"\n'
    assert number_with(tmp_path / "a", more).segments_per_second == rate
    slower = number_with(tmp_path / "b", more + "segments_per_second = 0.5")
    assert slower.segments_per_second == 0.5


def test_a_number_replies_inline_and_tells_no_block_list_unless_told_to(tmp_path: Path) -> None:
    plain = f'number = "{NUMBER}"\ncountry = "SE"\nlanguage = "sv"\n'
    more = plain + 'replies = "rest"\nconsent_api = true'
    built, other = number_with(tmp_path / "a", plain), number_with(tmp_path / "b", more)
    assert (built.replies, built.consent_api) == ("inline", False)
    assert (other.replies, other.consent_api) == ("rest", True)


def test_replies_are_bounded_as_the_house_says(tmp_path: Path, catalog: Catalog) -> None:
    house = "[replies]\nperson_per_hour = 3\nhouse_per_hour = 500\n" + HOUSE
    bounded, _ = load_catalog(write_config(tmp_path / "bounded", house, jazz=PROGRAMME))
    assert (catalog.replies_per_person, catalog.replies_per_house) == (6, 100_000)
    assert (bounded.replies_per_person, bounded.replies_per_house) == (3, 500)


def test_the_limits_of_sending_are_the_gates_and_none_by_default(
    tmp_path: Path, catalog: Catalog
) -> None:
    limits = '[sending]\nhours = "09:30 - 19:00"\nslots = "recommended"\ncap = "4 per month"\n'
    strict, _ = load_catalog(write_config(tmp_path / "strict", limits + HOUSE))
    assert catalog.sending == House()
    assert strict.sending.slots is RECOMMENDED_SLOTS
    assert strict.sending.cap == Cap(4, Period.MONTH)
    assert strict.sending.hours
    assert strict.sending.hours.week == ((Hours(time(9, 30), time(19)),),) * 7


@pytest.mark.parametrize(
    ("more", "double"),
    [
        ("", None),
        ('opt_in = "single"', None),
        ('opt_in = "double"', DoubleOptIn(timedelta(hours=48))),
        (
            'opt_in = "double"\nconfirm_within = "3 days"\nremind_after = "1 day"',
            DoubleOptIn(timedelta(days=3), timedelta(days=1)),
        ),
    ],
)
def test_double_opt_in_waits_as_long_as_the_file_says(
    tmp_path: Path, more: str, double: DoubleOptIn | None
) -> None:
    assert programme_with(tmp_path, more).double_opt_in == double


def test_questions_keep_their_order_and_repeat_themselves_unless_told_otherwise(
    tmp_path: Path,
) -> None:
    name = '[[ask]]\nname = "first"\nkind = "name"\nquestion = "Vad heter du?"\n'
    size = '[[ask]]\nname = "size"\nkind = "choice"\nquestion = "S eller M?"\n'
    more = 'again = "Svara S eller M."\nchoices = ["S", "M"]\nwithin = "2 days"'
    day, two_days = timedelta(days=1), timedelta(days=2)
    assert programme_with(tmp_path, name + size + more).asks == (
        Ask("first", "name", "Vad heter du?", "Vad heter du?", day),
        Ask("size", "choice", "S eller M?", "Svara S eller M.", two_days, ("S", "M")),
    )


def test_a_keyword_is_found_by_every_spelling_on_its_numbers_only(tmp_path: Path) -> None:
    catalog, _ = load_catalog(
        write_config(tmp_path / "config", jazz=PROGRAMME.replace("JAZZ", "KÖP NU"))
    )
    spelled = {("kop", "nu"), ("koep", "nu"), ("k\ufffdp", "nu")}
    assert set(catalog.keywords[NUMBER]) == spelled
    assert {keyword.text for keyword in catalog.keywords[NUMBER].values()} == {"KÖP NU"}
    assert catalog.keywords[OFF_NUMBER] == {}


def test_a_keyword_of_a_source_remembers_its_stand(catalog: Catalog) -> None:
    assert catalog.keywords[NUMBER][("bulle",)].source == "STAND-A"
    assert catalog.keywords[NUMBER][("ja",)].source is None


def test_the_hash_and_the_document_belong_together(tmp_path: Path) -> None:
    catalog, document = load_catalog(write_config(tmp_path / "config", klubben=KLUBBEN))
    assert len(catalog.hash) == 64
    assert KLUBBEN.splitlines()[1] in document.replace(r"\"", '"')


def test_the_config_that_is_delivered_has_no_problem() -> None:
    catalog, _ = load_catalog(Path(__file__).parents[2] / "config")
    assert list(catalog.programmes) == ["klubben"]
