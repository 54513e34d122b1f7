"""What would surprise the people of a programme, though nothing in its file is broken."""

import re
from collections.abc import Iterator

from responder.authoring.problems import Problem
from responder.authoring.promises import promised, says_how_often
from responder.authoring.view import View
from responder.core.words import canonical, spellings

_TWICE_IN = frozenset({"DE", "AT"})
_PROMOTION = re.compile(
    r"\b(?:erbjudand|rabatt|kampanj|tilbud|rabat|tarjou|alennu|angebot|aanbieding|korting|promo"
    r"|offre|oferta|descuent|descont|offert|scont|zni[żz]k|tilbo[ðd]|pakkumi|atlaid|nuolaid"
    r"|discount|special offer|sale\b|deals?\b)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"rabattkod|rabatkode|rabattkode|alennuskoodi|gutschein|rabattcode|(?:discount|promo|coupon)"
    r" ?code|code promo|code de réduction|código de descuento|código de desconto|codice sconto"
    r"|kod rabatowy|kortingscode",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"personnummer|cpr|fødselsnummer|henkilötunnus|kennitala|isikukood|personas kods|asmens kod"
    r"|pesel|codice fiscale|\bdni\b|burgerservicenummer|\bbsn\b|social security|\bssn\b|passport",
    re.IGNORECASE,
)
_ANSWERS_BESIDES = 2
"""The confirmation and the thanks, besides the questions."""


def one_yes_where_two_are_usual(view: View) -> Iterator[Problem]:
    """R510"""
    where = sorted(view.countries & _TWICE_IN)
    if view.is_marketing and where and view.table.opt_in == "single":
        fault = f"In {', '.join(where)} a single yes is hard to prove"
        yield view.problem("R510", "opt_in", fault, 'Write opt_in = "double"')


def service_that_promotes(view: View) -> Iterator[Problem]:
    """R511"""
    found = _PROMOTION.search(view.table.messages)
    if found and not view.is_marketing:
        fault = f'"{view.table.messages}" is promotion, and this programme is a service'
        remedy = 'Write purpose = "marketing", or promise service messages alone'
        yield view.problem("R511", "purpose", fault, remedy)


def code_without_incentive(view: View) -> Iterator[Problem]:
    """R512"""
    if view.table.incentive:
        return
    for key in ("offer", "messages"):
        if found := _CODE.search(getattr(view.table, key)):
            fault = f'It promises a "{found[0]}", and there is no [incentive] to give one'
            remedy = 'Add [incentive] with codes = "codes/klubben.txt", or take the promise out'
            yield view.problem("R512", key, fault, remedy)


def begins_without_an_end(view: View) -> Iterator[Problem]:
    """R602"""
    if view.table.active.from_ and not view.table.active.until:
        fault = "It begins on a day and never ends, so people join long after the event"
        yield view.problem("R602", "active", fault, "Add until = and the last day")


def promise_and_cap(view: View) -> Iterator[Problem]:
    """R603"""
    said, cap = promised(view.table.frequency), view.table.cap
    if said and cap and said != cap:
        fault = f"The cap is {cap.count} per {cap.period}, and people are promised"
        fault = f'{fault} "{view.table.frequency}"'
        remedy = f'Write cap = "{said.count} per {said.period}", or correct frequency'
        yield view.problem("R603", "cap", fault, remedy)


def frequency_without_number(view: View) -> Iterator[Problem]:
    """R604"""
    if not says_how_often(view.table.frequency):
        fault = f'"{view.table.frequency}" does not tell how often'
        yield view.problem("R604", "frequency", fault, 'Write a number, as "högst 2 sms i månaden"')


def choices_nobody_sees(view: View) -> Iterator[Problem]:
    """R627"""
    for index, ask in enumerate(view.table.ask):
        said = f" {' '.join(canonical(ask.question).words)} "
        unsaid = [
            choice
            for choice in ask.choices or ()
            if (typed := spellings(choice))
            and not any(f" {' '.join(words)} " in said for words in typed)
        ]
        if ask.kind == "choice" and unsaid:
            fault = f"The question does not name {', '.join(unsaid)}"
            yield view.problem("R627", f"ask[{index}].question", fault, "Name every choice in it")


def more_questions_than_answers(view: View) -> Iterator[Problem]:
    """R628"""
    allowed, needed = view.house.replies.person_per_hour, len(view.table.ask) + _ANSWERS_BESIDES
    if view.table.ask and needed > allowed:
        fault = f"Joining takes {needed} answers, and a person gets {allowed} in an hour"
        remedy = f"Write person_per_hour = {needed + 2} below [replies] of the house, or ask less"
        yield view.problem("R628", "ask", fault, remedy)


def asks_for_identity(view: View) -> Iterator[Problem]:
    """R629"""
    for index, ask in enumerate(view.table.ask):
        if found := _IDENTITY.search(ask.question):
            fault = f'It asks for "{found[0]}", which a text message does not protect'
            yield view.problem("R629", f"ask[{index}].question", fault, "Ask for less")


PROGRAMME_RULES = (
    one_yes_where_two_are_usual,
    service_that_promotes,
    code_without_incentive,
    begins_without_an_end,
    promise_and_cap,
    frequency_without_number,
    choices_nobody_sees,
    more_questions_than_answers,
    asks_for_identity,
)
