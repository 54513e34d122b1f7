"""Raw text to canonical words: what a phone, a keyboard or a prankster adds is taken away.

Case, accents, punctuation, invisible characters, full-width and mathematical letters, Cyrillic
and Greek look-alikes, quoted reactions, quoted lines and phone signatures do not change what a
person meant. Compatibility forms follow Unicode NFKC (UAX 15), look-alikes UTS 39.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

LONGEST = 1600
"""Characters that are read. A provider concatenates to at most 1,600 (Twilio error 21617)."""

END = "."
"""The token between two sentences."""

COMMA = ","
"""The token where a sentence takes a breath."""

HOLE = "\ufffd"
"""Stands for one letter that a damaged character set lost: ARR?T."""

_LATIN = "ABCEHIJKMOPSTXYaceijopsxyhdqvwbkmhtr"
_CYRILLIC = "АВСЕНІЈКМОРЅТХУасеіјорѕхуһԁԛѵԝвкмнтг"
_GREEK, _GREEK_AS_LATIN = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαειηκνορτυχϲ", "ABEZHIKMNOPTYXaeinkvoptuxc"
_SMALL_CAPITALS, _PLAIN_LETTERS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOOKALIKES = (
    dict(zip(_CYRILLIC, _LATIN, strict=True))
    | dict(zip(_GREEK, _GREEK_AS_LATIN, strict=True))
    | dict(zip(_SMALL_CAPITALS, _PLAIN_LETTERS, strict=True))
    | {chr(start + i): c for start in (0x1F150, 0x1F170) for i, c in enumerate(_ALPHABET)}
    | dict.fromkeys("’‘ʼ´`′", "'")
    | dict.fromkeys("\u115f\u1160\u3164\uffa0\u2800", " ")  # letters drawn as nothing
)
# Letters that have no decomposition, and what people type who lack them.
_BASES = {"ø": "o", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ı": "i"}
_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "a"})
_DROPPED = ("Mn", "Me", "Cf", "Cc", "Sk", "Cs")  # accents, invisibles, controls, skin tones
_REGIONAL_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]{3,}")
_CONTRACTION = re.compile(r"(?<=[a-z])(?:'(?=(?:t|s|m|d|re|ve|ll)\b)|:(?=[a-z]{1,2}\b))")
_LOST_LETTER = re.compile(rf"(?<=[^\W\d_])[?{HOLE}]{{1,2}}(?=[^\W\d_])")
_TOKEN = re.compile(rf"[^\W_]+(?:{HOLE}[^\W_]+)*|[.!?;\n,]")
_ENDS = frozenset(".!?;\n")
_MARKS = _ENDS | {COMMA}
_SPELLED = re.compile(r"(?<![^\W_])[^\W\d_][\W_]+[^\W\d_][\W_]+[^\W\d_](?![^\W_])")
_DASH = re.compile(r"\s[-–—]+\s")
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_SIGNATURE_BLOCK = re.compile(r"\n-- ?\r?\n.*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PhoneHabits:
    """What phones write by themselves, as patterns over the raw text: reactions, signatures."""

    reactions: re.Pattern[str]
    signatures: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Canonical:
    """The words of a text, lower case a-z, 0-9 and other scripts' letters, accents folded.

    `tokens` are the words with `END` before, between and after the sentences. `symbols` are its
    emoji; where there is no word they stand in `words` too. `question` tells whether it asks
    something. `stripped` lists what was taken off: (what, the text itself).
    """

    words: tuple[str, ...]
    tokens: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    question: bool = False
    stripped: tuple[tuple[str, str], ...] = ()


def canonical(text: str, habits: PhoneHabits | None = None) -> Canonical:
    """Canonical words of a raw text. Never raises; linear in at most `LONGEST` characters."""
    text, stripped = _strip(text[:LONGEST], habits) if habits else (text[:LONGEST], ())
    folded = _DASH.sub(" . ", fold_letters(text))
    found = _TOKEN.findall(_LOST_LETTER.sub(HOLE, folded) if "?" in folded else folded)
    if _SPELLED.search(folded):
        found = _join_spelled(found)
    tokens = _sentences(found)
    words = tuple(token for token in tokens if token not in (END, COMMA))
    symbols = () if folded.isascii() else tuple(c for c in folded if _is_symbol(c))
    question = "?" in folded or "¿" in folded
    if not words:
        words = symbols or (("?",) if question else ())
    return Canonical(words, tokens, symbols, question, stripped)


def fold_letters(text: str) -> str:
    """One spelling for each letter: look-alikes, compatibility forms, case, accents, invisibles."""
    spelled = _REGIONAL_LETTERS.sub(_spell_regional, text)
    return _CONTRACTION.sub("", spelled.translate(_FOLDS))


class _Folds(dict[int, str]):
    """Code point to what is left of it, worked out once for each character that is met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_FOLDS = _Folds()


def _fold_character(character: str) -> str:
    if character.isspace():
        return "\n" if character in "\n\r\u2028\u2029" else " "
    letters = unicodedata.normalize("NFKD", _LOOKALIKES.get(character, character))
    plain = "".join(_LOOKALIKES.get(letter, letter) for letter in letters).casefold()
    kept = (c for c in unicodedata.normalize("NFKD", plain) if c.isascii() or _is_drawn(c))
    return "".join(_BASES.get(c, _LOOKALIKES.get(c, c)) for c in kept if c >= " ")


def _is_drawn(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED


def spellings(entry: str) -> frozenset[tuple[str, ...]]:
    """Every way a vocabulary entry is typed: with accents, without, as digraphs, or damaged."""
    if entry.isascii():
        return frozenset({words} if (words := canonical(entry).words) else ())
    lower = unicodedata.normalize("NFC", entry).casefold()
    damaged = "".join(c if c.isascii() or not c.isalpha() else HOLE for c in lower)
    forms = {canonical(form).words for form in (entry, lower.translate(_DIGRAPHS))}
    lost = canonical(damaged).words
    if "".join(lost).count(HOLE) == damaged.count(HOLE):  # a hole at a word's edge is not seen
        forms.add(lost)
    return frozenset(words for words in forms if words)


def fingerprint(text: str) -> str:
    """A short digest that tells whether two raw texts are the same to the letter."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _strip(text: str, habits: PhoneHabits) -> tuple[str, tuple[tuple[str, str], ...]]:
    if habits.reactions.match(text.lstrip()):
        return "", (("reaction", text),)
    stripped: list[tuple[str, str]] = []
    for what, pattern, sign in (
        ("quoted line", _QUOTED_LINE, ">"),
        ("signature", _SIGNATURE_BLOCK, "\n--"),
        ("signature", habits.signatures, " "),
    ):
        if sign not in text or not (found := pattern.search(text)):
            continue
        rest = pattern.sub("", text)
        if rest.strip():
            stripped.append((what, found.group().strip()))
            text = rest
    return text, tuple(stripped)


def _sentences(found: list[str]) -> tuple[str, ...]:
    """Tokens between two ends, none of them doubled."""
    tokens: list[str] = [END]
    for token in found:
        if token not in _MARKS:
            tokens.append(token)
        elif tokens[-1] != END:
            tokens.append(COMMA if token == COMMA else END)
    return tuple(tokens) if tokens[-1] == END else (*tokens, END)


def _join_spelled(found: list[str]) -> list[str]:
    """S T O P and S.T.O.P are STOP: three or more single letters in a row are one word."""
    joined: list[str] = []
    run: list[str] = []
    for token in [*found, ""]:
        if len(token) == 1 and (token.isalpha() or (run and token in _ENDS)):
            run.append(token)
            continue
        letters = [letter for letter in run if letter.isalpha()]
        joined.extend(["".join(letters)] if len(letters) > 2 else run)
        run = []
        joined.append(token)
    return joined[:-1]


def _spell_regional(found: re.Match[str]) -> str:
    return "".join(_ALPHABET[ord(c) - 0x1F1E6] for c in found.group())


def _is_symbol(character: str) -> bool:
    return character != HOLE and unicodedata.category(character) == "So"
