"""How often a marketer's own words promise to write, in sixteen languages."""

import re

from responder.core.gate_cap import Cap, Period
from responder.core.words import fold_letters

_PERIODS = {
    Period.DAY: "dag dagen dagligen daglig daglega degi dygnet day daily tag taglich jour dia "
    "giorno dzien dnia dziennie paiva paivassa paev paevas diena dienu",
    Period.WEEK: "vecka veckan uge ugen ugentlig uke uken ukentlig week weekly wk woche "
    "wochentlich semaine semana semanal settimana tydzien tygodniu tygodniowo viikko viikossa "
    "nadal nadalas nedela savaite viku vika",
    Period.MONTH: "manad manaden maned maneden manudi month monthly mth mo monat monatlich mois "
    "mes mensual mese mensile miesiac miesiacu miesiecznie kuukausi kuukaudessa kk kuu kuus "
    "menesi menuo maand mnd",
    Period.YEAR: "aret arligen arlig year yearly yr jahr jahrlich annee ano anno rok roku rocznie "
    "vuosi vuodessa aasta aastas gada metus ari jaar",
}
"""Folded words: no accents, lower case."""
_OF_WORD = {word: period for period, words in _PERIODS.items() for word in words.split()}
_TIMES = (
    (1, "en gang|et gang|once|einmal|une fois|una vez|una volta|uma vez|raz|kerran|eenmaal"),
    (2, "tva ganger|to gange|to ganger|twice|zweimal|deux fois|dos veces|due volte|duas vezes|"
        "dwa razy|kahdesti|tweemaal|tvisvar"),
)  # fmt: skip
_NUMBER = re.compile(r"\d{1,3}")
_WORD = re.compile(r"[^\W\d_]+")


def promised(frequency: str) -> Cap | None:
    """`högst 2 sms i månaden` is 2 per month. None where it is not that plain."""
    folded = fold_letters(frequency)
    periods = {_OF_WORD[word] for word in _WORD.findall(folded) if word in _OF_WORD}
    numbers = [int(number) for number in _NUMBER.findall(folded)] or [
        times for times, words in _TIMES if re.search(rf"\b(?:{words})\b", folded)
    ]
    if len(periods) != 1 or not numbers or max(numbers) == 0:
        return None
    return Cap(max(numbers), periods.pop())


def says_how_often(frequency: str) -> bool:
    """Whether there is a number, or a period, that a person could hold us to."""
    folded = fold_letters(frequency)
    named = any(word in _OF_WORD for word in _WORD.findall(folded))
    return (
        named
        or bool(_NUMBER.search(folded))
        or any(re.search(rf"\b(?:{words})\b", folded) for _, words in _TIMES)
    )
