"""Files without a fault become the catalog that decisions read."""

import tomllib
from pathlib import Path

import pytest

from responder.authoring import load_catalog
from responder.core.catalog import Catalog, Number
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
