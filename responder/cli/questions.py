"""What `responder new programme` asks, in this order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from responder.authoring.findings import Finding
from responder.authoring.new_programme import Draft, propose_offer
from responder.authoring.schema import HouseFile

_TWO_YES_ARE_ADVISED = "R510"
Found = Callable[[Draft], tuple[Finding, ...]]
"""What the check finds in a draft."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, how the answer goes into a draft, and what is proposed, if anything.

    `option` is what a script answers it with.
    """

    option: str
    text: str
    put: Callable[[Draft, str], Draft]
    propose: Callable[[Draft], str | None] = lambda _: None


def _put(field: str) -> Callable[[Draft, str], Draft]:
    return lambda draft, text: replace(draft, **{field: text})  # type: ignore[arg-type]


NAME = Question("NAME", "What is the programme called?", _put("name"))
_MESSAGES = 'What will people get, in their language? As in "erbjudanden och nyheter"'
_FREQUENCY = 'How often, at most? As in "högst 2 sms i månaden"'
_OPT_IN = "Does the keyword join (single), or a second yes (double)?"


def questions(house: HouseFile, found: Found) -> tuple[Question, ...]:
    """Everything but the name, for a house whose drafts are checked by `found`."""
    numbers = [number.address for number in house.numbers]
    listed = ", ".join(f"{index} is {number}" for index, number in enumerate(numbers, 1))

    def put_numbers(draft: Draft, text: str) -> Draft:
        return replace(draft, numbers=tuple(_number(numbers, part) for part in _parts(text)))

    def put_keywords(draft: Draft, text: str) -> Draft:
        return replace(draft, keywords=_parts(text))

    def yeses(draft: Draft) -> str:
        advised = any(finding.code == _TWO_YES_ARE_ADVISED for finding in found(draft))
        return "double" if advised else "single"

    return (
        Question("--number", f"On which numbers? {listed}", put_numbers, lambda _: "1"),
        Question("--keyword", "Which words join? Commas between them", put_keywords),
        Question("--messages", _MESSAGES, _put("messages")),
        Question("--frequency", _FREQUENCY, _put("frequency")),
        Question("--from", "First day, as 2027-06-01? Enter: at once", _put("opens"), lambda _: ""),
        Question("--until", "Last day? Enter: no end", _put("closes"), lambda _: ""),
        Question("--opt-in", _OPT_IN, _put("opt_in"), yeses),
        Question(
            "--offer",
            "What does the poster say? Enter takes this",
            _put("offer"),
            lambda draft: propose_offer(draft, house),
        ),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(",") if (part := piece.strip()))


def _number(numbers: Sequence[str], text: str) -> str:
    """A number by its place in the list, or as it is written."""
    listed = {str(index): number for index, number in enumerate(numbers, 1)}
    return listed.get(text, text)
