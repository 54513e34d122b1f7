"""One programme as the rules see it."""

from collections.abc import Iterator
from dataclasses import dataclass

from responder.authoring.files import ConfigFiles, programme_file
from responder.authoring.problems import Problem
from responder.authoring.rules import numbers_of
from responder.authoring.schema import HouseFile, NumberTable, ProgrammeFile
from responder.core.catalog import Catalog, Programme


@dataclass(frozen=True, slots=True)
class View:
    """A programme's file, the numbers it is on, and what it becomes in the catalog."""

    file: str
    table: ProgrammeFile
    numbers: tuple[NumberTable, ...]
    programme: Programme
    catalog: Catalog
    house: HouseFile

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that its numbers answer in, the first number's first."""
        built = (self.catalog.numbers[number.address].language for number in self.numbers)
        return tuple(dict.fromkeys(built))

    @property
    def countries(self) -> frozenset[str]:
        return frozenset(number.country for number in self.numbers)

    @property
    def is_marketing(self) -> bool:
        return self.table.purpose == "marketing"

    @property
    def is_sms(self) -> bool:
        """Whether it is sent in segments of GSM-7 or UCS-2 anywhere."""
        return any(number.kind not in ("whatsapp", "rcs") for number in self.numbers)

    def problem(self, code: str, key: str, fault: str, remedy: str) -> Problem:
        return Problem(self.file, key, fault, remedy, code)


def views(files: ConfigFiles, house: HouseFile, catalog: Catalog) -> Iterator[View]:
    """A view of every programme that the catalog has."""
    for name, programme in catalog.programmes.items():
        table = files.programmes[name]
        numbers = tuple(numbers_of(table, house))
        yield View(programme_file(name), table, numbers, programme, catalog, house)


def texts_of(view: View) -> Iterator[tuple[str, str]]:
    """(key, text) of everything that is sent as a marketer wrote it."""
    table = view.table
    yield from (("name", table.name), ("messages", table.messages), ("frequency", table.frequency))
    for index, ask in enumerate(table.ask):
        yield f"ask[{index}].question", ask.question
        if ask.again:
            yield f"ask[{index}].again", ask.again
    for language, texts in table.wording.items():
        for name, text in texts.items():
            yield f"wording.{language}.{name}", text
