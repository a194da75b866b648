"""Amounts of capital as licences print them: 贰佰万元整, 200万元人民币, 1,000,000 yuan."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

_DIGITS = {
    **{character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{character: value for value, character in enumerate("〇一二三四五六七八九")},
    **{character: value for value, character in enumerate("零壹貳參肆伍陸柒捌玖")},
    "两": 2, "兩": 2, "弍": 2, "弎": 3, "叄": 3,
}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_BIG = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_PARTS = {"角": Decimal("0.1"), "分": Decimal("0.01")}
#: What names a currency; none means yuan. The first that is found counts.
_CURRENCIES = (
    ("USD", ("美元", "美金", "USD", "US$")),
    ("HKD", ("港元", "港币", "港幣", "HKD", "HK$")),
    ("EUR", ("欧元", "歐元", "EUR", "€")),
    ("JPY", ("日元", "日圆", "JPY")),
)
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Amount:
    """A sum in units of a currency (ISO 4217)."""

    value: Decimal
    currency: str = "CNY"


def read(text: str) -> Amount | None:
    """Return the amount that a licence prints; None for what is none."""
    folded = "".join(unicodedata.normalize("NFKC", text).upper().split())
    currency = next((code for code, words in _CURRENCIES if any(word in folded for word in words)), "CNY")
    value = _arabic(folded)
    if value is None:
        value = _chinese(folded)
    return Amount(value.normalize(), currency) if value is not None else None


def _arabic(text: str) -> Decimal | None:
    """200万元: digits, with a big unit behind them at most."""
    found = _NUMBER.search(text)
    if not found:
        return None
    try:
        value = Decimal(found.group().replace(",", ""))
    except InvalidOperation:
        return None
    for character in text[found.end() : found.end() + 3]:
        if character in _BIG:
            value *= _BIG[character]
        elif character in _SMALL:
            value *= _SMALL[character]
        else:
            break
    return value


def _chinese(text: str) -> Decimal | None:
    """贰佰万元整, 壹仟贰佰叁拾万, 三百零五万元, 壹佰元伍角."""
    total, section, digit, seen = 0, 0, 0, False
    fraction = Decimal(0)
    for character in text:
        if character in _DIGITS:
            digit, seen = _DIGITS[character], True
        elif character in _SMALL:
            # 十 alone at the beginning is ten.
            section += (digit or (1 if not section else 0)) * _SMALL[character]
            digit, seen = 0, True
        elif character in _BIG:
            if not seen:
                return None
            section += digit
            unit = _BIG[character]
            # 亿 behind 万: 壹万亿 is ten thousand times a hundred million.
            total = (total + section) * unit if unit == 100_000_000 else total + section * unit
            section = digit = 0
        elif character in _PARTS:
            fraction += digit * _PARTS[character]
            digit = 0
        elif character in "元圆圓" and seen:
            total, section, digit = total + section + digit, 0, 0
    return Decimal(total + section + digit) + fraction if seen else None
