"""What a machine wrote is known, and what a person wrote is never taken for it."""

import json
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from responder.core.machines import Machines
from responder.core.words import canonical
from responder.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
LABELLED = sorted((Path(__file__).parents[1] / "understanding").glob("*.jsonl"))
PHONES_OWN = (
    "Synes godt om “Svar STOP for at afmelde”",
    "Lo ad “Sidste chance! Send STOP for at afmelde”",
    "Tykkäsi viestistä ”Lopeta vastaamalla STOP”",
)
"""The labelled texts that a phone wrote by itself, as a reaction to ours."""

UNMISTAKABLE = {
    *("autoreply", "mailer-daemon", "autosvar", "automaattivastaus", "automaatvastus"),
    *("Abwesenheitsnotiz", "Abwesenheitsmeldung", "afwezigheidsbericht", "afwezigheidsmelding"),
    *("autoodpowiedź", "Netrukdyti vairuojant"),
}


def wrote(text: str) -> str | None:
    return VOCABULARY.machines.wrote(canonical(text, VOCABULARY.habits).words)


@pytest.mark.parametrize(
    "text",
    [
        "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I "
        "get where I’m going.",
        "(I’m not receiving notifications. If this is urgent, reply “urgent”.)",
        "Automatic reply: Summer sale\nI am away until Monday.",
        "Free Msg: Unable to send message - Message Blocking is active.",
        "Acme: confirm? Msg & Data rates may apply. Reply HELP for help, STOP to cancel.",
        "Nordbion: 20 % på allt i helgen! Svara STOPP för att avsluta",
        "AUTOSVAR Jag har semester och är åter den 5 augusti.",
        "Autosvar. Jeg er på ferie og er tilbake mandag.",
        "Din besked kunne ikke leveres.",
        "Tämä on automaattinen viesti, johon ei voi vastata.",
        "Ich bin derzeit nicht erreichbar und melde mich.",
        "Réponse automatique : je suis en congés jusqu'au 12.",
        "Ik ben momenteel afwezig.",
        "Este número no puede recibir SMS.",
        "Il tuo messaggio non è stato recapitato.",
        "Responda SIM para confirmar a sua marcação.",
        "Twoja wiadomosc nie zostala dostarczona.",
        "Teil on vastamata kõne.",
        "Automātiskā atbilde: šobrīd neesmu birojā",
        "Turite naują balso pranešimą.",
        "Þetta eru sjálfvirk skilaboð.",
    ],
)
def test_what_a_machine_wrote_is_known(text: str) -> None:
    assert wrote(text)


@pytest.mark.parametrize("language", sorted(VOCABULARY.languages))
def test_a_phrase_of_fewer_than_three_words_opens_a_text_or_is_unmistakable(language: str) -> None:
    file = resources.files("responder.vocabulary") / "machines.toml"
    phrases = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    short = {text for text in phrases if len(canonical(text).words) < 3}
    assert len(phrases) == len({text.casefold() for text in phrases}) > 20
    assert {text for text in short if not text.endswith(":")} <= UNMISTAKABLE


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_no_labelled_text_of_a_person_is_taken_for_a_machine(path: Path) -> None:
    texts = [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    taken = {text: found for text in texts if text not in PHONES_OWN and (found := wrote(text))}
    assert texts
    assert taken == {}


def test_nothing_that_the_vocabulary_understands_is_taken_for_a_machine() -> None:
    said = [phrase.example for phrase in VOCABULARY.phrases]
    said += [entry.text for entries in VOCABULARY.entries.values() for entry in entries]
    said += [" ".join(words) for words in VOCABULARY.courtesy]
    assert {text: found for text in said if (found := wrote(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "I had a missed call from you, who is this?",
        "is this an automatic reply?",
        "I got your automatic reply: very funny",
        "your text says reply STOP to opt out, but how do I change my size?",
        "Reply STOP to opt out",
        "Svara STOPP för att avsluta",
        "är det här ett automatiskt svar?",
        "ist das eine automatische Antwort?",
        "¿es una respuesta automática?",
        "questo è un messaggio automatico?",
        "czy to jest automatyczna odpowiedź?",
        "jag kör bil, hör av mig sen",
        "jeg er tilbake på kontoret mandag, kan jeg hente da?",
        "",
    ],
)
def test_a_person_who_speaks_of_machines_is_none(text: str) -> None:
    assert wrote(text) is None


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("Autosvar:", "autosvar jag är borta", True),
        ("Autosvar:", "ert autosvar är roligt", False),
        ("reply STOP to end.", "Big sale! Reply STOP to end", True),
        ("reply STOP to end.", "it says reply stop to end here", False),
        ("reply STOP to end.", "Reply STOP to end.", False),
        ("numret tar inte emot sms", "Hej! Numret tar inte emot SMS.", True),
        ("numret tar inte emot sms", "numret tar inte emot", False),
        ("svar numret är fel", "är numret fel", False),
        ("du kör för fort nu du", "du kör for fort nu du", True),
        ("svar på svar på det", "svar på svar på svar på det", True),
    ],
)
def test_a_phrase_stands_where_its_sign_says(phrase: str, text: str, stands: bool) -> None:
    found = Machines([phrase]).wrote(canonical(text).words)
    assert found == (phrase if stands else None)


def test_the_phrase_is_told_as_it_is_printed() -> None:
    assert wrote("this is an AUTOMATED   message!") == "this is an automated message"
    assert wrote("mailer-daemon@mail.example") == "mailer-daemon"
