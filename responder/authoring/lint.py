"""Everything that is not plainly broken: what surprises people, what costs, what helps."""

from collections.abc import Callable, Iterable, Iterator

from responder.authoring.air_rules import AIR_RULES, dear
from responder.authoring.files import HOUSE, ConfigFiles
from responder.authoring.house_rules import house_advice
from responder.authoring.keyword_rules import keyword_advice
from responder.authoring.offer_rules import OFFER_RULES
from responder.authoring.problems import Problem
from responder.authoring.programme_rules import PROGRAMME_RULES
from responder.authoring.schema import HouseFile
from responder.authoring.text_rules import TEXT_RULES
from responder.authoring.view import View, views
from responder.core.catalog import Catalog

_KEYWORD_ERRORS = "R30"
RULES: tuple[Callable[[View], Iterator[Problem]], ...] = (
    *OFFER_RULES,
    *PROGRAMME_RULES,
    *AIR_RULES,
    *TEXT_RULES,
)


def lint(
    files: ConfigFiles, house: HouseFile, catalog: Catalog, errors: Iterable[Problem]
) -> Iterator[Problem]:
    """What the rules say to a config whose `errors` are known already."""
    seen = list(views(files, house, catalog))
    yield from house_advice(files, house, catalog.vocabulary)
    yield from _dear_house(house)
    for view in seen:
        for rule in RULES:
            yield from rule(view)
    refused = ((p.file, p.key) for p in errors if p.code.startswith(_KEYWORD_ERRORS))
    yield from keyword_advice(seen, frozenset(refused))


def _dear_house(house: HouseFile) -> Iterator[Problem]:
    """R411 in what every programme sends."""
    texts = {"brand.name": house.brand.name, "brand.support": house.brand.support}
    for language, wordings in house.wording.items():
        texts |= {f"wording.{language}.{name}": text for name, text in wordings.items()}
    is_sms = any(number.kind not in ("whatsapp", "rcs") for number in house.numbers)
    for key, text in texts.items() if is_sms else ():
        if problem := dear(HOUSE, key, text):
            yield problem
