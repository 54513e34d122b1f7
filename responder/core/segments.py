"""How many SMS segments a text is billed as, and which characters made it dearer.

The rules are those of 3GPP TS 23.038 (alphabets) and TS 23.040 section 9.2.3.24.1 (the six-octet
header of a concatenated message), as Twilio bills without Smart Encoding
(https://www.twilio.com/docs/glossary/what-sms-segment). National shift tables are not used.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

# TS 23.038 section 6.2.1 in table order. ESC (0x1B) is left out: it announces an extension
# character and stands for none itself, so a text that holds it goes out as UCS-2.
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"  # TS 23.038 section 6.2.1.1

_SEPTETS = dict.fromkeys(_BASIC, 1) | dict.fromkeys(_EXTENSION, 2)

# Units in a message of one segment, and in each segment of a longer one: 140 octets, of which
# the concatenation header takes six.
_LIMITS: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """The size of one text.

    `units` is the content alone, in septets (GSM-7) or UTF-16 units (UCS-2): neither the headers
    nor the unit left empty before a pair that moved on. It is smsutil's `total_bytes` (halved for
    UCS-2) and the `messageSize` of Twilio's calculator over 7 or 16 bits: 161 letters are 2
    segments and 161 units. `forced_by` holds the distinct characters outside GSM-7 in order of
    appearance, and is empty for GSM-7.
    """

    encoding: Encoding
    segments: int
    units: int
    forced_by: tuple[str, ...]


def count(text: str) -> Segments:
    """Measure any str; it never raises, and the empty text is 1 segment of 0 units.

    A lone surrogate is one UTF-16 unit. Twilio's calculator also keeps a grapheme cluster (a flag,
    a letter with a combining accent) in one segment and can then report one more than this.
    """
    characters = _paired(text)
    forced_by = tuple(char for char in dict.fromkeys(characters) if char not in _SEPTETS)
    if forced_by:
        return _measured("UCS-2", [2 if char > "\uffff" else 1 for char in characters], forced_by)
    return _measured("GSM-7", [_SEPTETS[char] for char in characters], ())


def _paired(text: str) -> str:
    """Join surrogate halves that stand side by side: on the air they are one character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _measured(encoding: Encoding, weights: Sequence[int], forced_by: tuple[str, ...]) -> Segments:
    """Size a text of characters that weigh 1 or 2 units each."""
    units = sum(weights)
    single, part = _LIMITS[encoding]
    segments = 1 if units <= single else _walk(weights, part)
    return Segments(encoding, segments, units, forced_by)


def _walk(weights: Sequence[int], size: int) -> int:
    """Fill segments of `size` units in order; a pair that does not fit opens the next one."""
    segments, used = 1, 0
    for weight in weights:
        used += weight
        if used > size:
            segments, used = segments + 1, weight
    return segments
