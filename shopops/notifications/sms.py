"""SMS: how many segments a text costs, and a text that fits one.

Segment lengths are those of 3GPP TS 23.038 and 23.040: 160 characters of the GSM alphabet (153 when there are several
segments, which carry a header), or 70 (67) 16-bit units when any character is outside it, as Chinese is.
"""

from dataclasses import dataclass

_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Written with an escape: two characters each.
_EXTENDED = set("^{}\\[~]|€\f")


@dataclass(frozen=True)
class Size:
    """What a text takes: its alphabet, its length in that alphabet's units, and the segments it is charged as."""

    is_gsm: bool
    units: int
    segments: int


def size(text: str) -> Size:
    """Measure a text."""
    is_gsm = all(character in _BASIC or character in _EXTENDED for character in text)
    if is_gsm:
        units = sum(2 if character in _EXTENDED else 1 for character in text)
    else:
        units = len(text.encode("utf-16-be")) // 2
    single, several = (160, 153) if is_gsm else (70, 67)
    return Size(is_gsm, units, 1 if units <= single else -(-units // several))


def shorten(words: str, link: str) -> str:
    """Words and link in one segment: the words are cut with an ellipsis where they must be, the link never is."""
    text = f"{words} {link}".strip()
    if size(text).segments == 1 or not words:
        return text
    dots = "..." if size(words).is_gsm else "…"
    while words and size(f"{words}{dots} {link}").segments > 1:
        words = words[:-1].rstrip()
    return f"{words}{dots} {link}" if words else link
