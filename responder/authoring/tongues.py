"""A text that was pasted below the wrong language is known by the small words of another."""

from responder.core.words import canonical

_WORDS = {
    "en": "the you your to and for will from with reply are of get our we",
    "sv": "du och att inte for med som din till svara fran dig ar vi far",
    "da": "du og at ikke for med som din til svar fra dig er vi far",
    "nb": "du og at ikke for med som din til svar fra deg er vi far",
    "fi": "ja ei olet vastaa saat sinulle kiitos ole jos voit sinun meilta",
    "de": "du sie und der die das nicht fur mit ihr wir von ist erhalten",
    "nl": "je u en het de niet voor met van wij bent antwoord een is",
    "fr": "vous le la les et de des pour avec votre vos est nous recevez",
    "es": "el la los las y de para con su sus usted responda que es",
    "it": "il la le e di per con il tuo sei rispondi che non ricevi",
    "pt": "o a os as e de para com seu voce responda que nao recebe",
    "pl": "nie na do w z i sie jest dla odpowiedz otrzymasz twoj masz",
    "is": "thu og ad ekki fyrir med sem til svaradu fra er vid faerd",
    "et": "sa ja ei on sind vasta teie meie kui saad see saate",
    "lv": "un ir nav jus jusu lai uz ar no par atbildiet sanemsiet",
    "lt": "ir ne jus jusu kad i su is uz atsakykite gausite",
}
_LISTS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_ENOUGH = 3
"""Small words of another language, and none of the text's own, before we speak of it."""


def tongue_of(text: str, stated: str) -> str | None:
    """The language that a text seems to be in, where it is clearly not the stated one."""
    words = frozenset(canonical(text).words)
    if words & _LISTS[stated]:
        return None
    best = max(_LISTS, key=lambda language: len(words & _LISTS[language]))
    return best if len(words & _LISTS[best]) >= _ENOUGH else None
