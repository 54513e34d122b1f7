"""The built-in texts: lawful and one segment long in every language."""

import itertools
import re
from dataclasses import replace
from string import Formatter

import pytest

from responder.core.catalog import Brand, Catalog, Keyword, Programme
from responder.core.compose import (
    COST_NOTICE_COUNTRIES,
    MANDATED,
    PLACEHOLDERS,
    WORDINGS,
    compose,
    find_wording,
    missing_parts,
)
from responder.core.segments import count
from responder.core.words import canonical
from responder.vocabulary import load_vocabulary
from responder.wordings import load_wordings
from tests.factories import house

LANGUAGES = sorted(load_wordings())
EVERY = list(itertools.product(LANGUAGES, WORDINGS))
PARTS = (*WORDINGS, "cost", "join_help")
PROGRAMME = Programme(
    id="klubben",
    name="P" * 20,
    messages="m" * 24,
    frequency="f" * 24,
    numbers=(),
    keywords=(Keyword("KLUBBEN", "klubben"),),
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """A brand with long names, and no wording of its own."""
    return replace(house(), brand=Brand("B" * 20, "s" * 32))


def text(name: str, language: str, catalog: Catalog, country: str | None = None) -> str:
    return compose(name, language, catalog, country, PROGRAMME, PROGRAMME.keywords)


def test_every_language_of_the_vocabulary_has_its_wordings() -> None:
    assert set(LANGUAGES) == set(load_vocabulary().languages)
    assert {"sv", "da", "nb", "fi", "de", "fr", "nl", "en", "es", "it", "pl", "pt"} < set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_lacks_no_wording_and_has_none_that_is_never_sent(language: str) -> None:
    assert set(load_wordings()[language]) == set(PARTS)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_wording_fits_one_segment_with_long_names(
    language: str, name: str, catalog: Catalog
) -> None:
    counted = count(text(name, language, catalog))
    assert (counted.segments, counted.encoding, counted.forced_by) == (1, "GSM-7", ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_and_a_code_leave_their_wording_in_one_segment(
    language: str, catalog: Catalog
) -> None:
    for name, part in (("ask_again", "q" * 90), ("incentive", "C" * 24)):
        written = text(name, language, catalog)
        assert count(re.sub(r"{question}|{code}", part, written)).segments == 1


@pytest.mark.parametrize(("language", "name"), [*itertools.product(LANGUAGES, MANDATED)])
def test_a_wording_keeps_its_mandated_parts(language: str, name: str, catalog: Catalog) -> None:
    written = text(name, language, catalog)
    assert missing_parts(name, written, catalog.brand, PROGRAMME, language, catalog) == ()


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_a_wording_begins_with_the_brand(language: str, name: str, catalog: Catalog) -> None:
    brand, colon, rest = text(name, language, catalog).partition(":")
    assert (brand.rstrip(), colon) == (catalog.brand.name, ":")
    assert rest.startswith(" ")


@pytest.mark.parametrize(("language", "name"), [*itertools.product(LANGUAGES, PARTS)])
def test_a_wording_is_tidy_and_has_only_known_placeholders(language: str, name: str) -> None:
    template = load_wordings()[language][name]
    fields = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
    assert fields <= PLACEHOLDERS
    assert template == " ".join(template.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_words_are_understood_when_they_are_texted(language: str) -> None:
    vocabulary = load_vocabulary()
    printed = vocabulary.languages[language]
    meant = ((printed.stop, "opt_out"), (printed.help, "help"), (printed.yes, "opt_in"))
    for word, section in meant:
        entry = vocabulary.find(canonical(word).words, section, language)
        assert entry
        assert entry.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_prints_the_way_out_of_its_own_language(
    language: str, catalog: Catalog
) -> None:
    stop = load_vocabulary().languages[language].stop
    confirmations = ("opt_in", "opt_in_confirmed", "opt_in_reminder", "already_in")
    for name in (*confirmations, "opt_out_programme", "help", "unknown"):
        assert stop in text(name, language, catalog)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_request_prints_the_yes_of_its_own_language(language: str, catalog: Catalog) -> None:
    printed = load_vocabulary().languages[language].yes
    for name in ("opt_in_request", "opt_in_reminder", "erase"):
        assert printed in re.findall(r"\w+", text(name, language, catalog))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_names_a_help_word(language: str, catalog: Catalog) -> None:
    vocabulary = load_vocabulary()
    for name in ("opt_in", "opt_in_confirmed"):
        words = canonical(text(name, language, catalog)).words
        assert any(vocabulary.means((word,), "help") for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("country", sorted(COST_NOTICE_COUNTRIES))
def test_a_confirmation_in_north_america_tells_that_rates_may_apply(
    language: str, country: str, catalog: Catalog
) -> None:
    notice = find_wording("cost", language, catalog, None)
    assert text("opt_in", language, catalog, country).endswith(notice)
    assert notice not in text("opt_in", language, catalog, "SE")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_end_of_everything_asks_for_no_further_word(language: str, catalog: Catalog) -> None:
    printed = load_vocabulary().languages[language]
    for name in ("opt_out", "already_out", "erased"):
        assert not {printed.stop, printed.help} & set(text(name, language, catalog).split())
