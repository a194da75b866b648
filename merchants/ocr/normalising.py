"""From what is printed to values that can be compared: codes, dates, amounts, names. Pure functions."""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from itertools import combinations

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

#: 31 characters, without I, O, S, V, Z (GB 32100-2015).
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: What a reader takes for each other. The first table makes characters valid that a code cannot have.
_IMPOSSIBLE = str.maketrans({"O": "0", "I": "1", "Z": "2", "S": "5", "V": "Y", "|": "1", "!": "1", "?": "7"})
_ALIKE = {
    "0": "DQ8", "D": "0", "Q": "0", "8": "B3", "B": "8", "1": "L7", "L": "1", "7": "1", "2": "7", "5": "6", "6": "5G",
    "G": "6C", "C": "G", "U": "0", "Y": "4", "4": "A", "A": "4", "M": "N", "N": "M", "3": "8", "X": "K", "K": "X",
}  # fmt: skip
_DIGITS = {c: i % 10 for i, c in enumerate("零壹贰叁肆伍陆柒捌玖〇一二三四五六七八九")} | {"两": 2, "貳": 2, "弍": 2}
_UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_GROUPS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_DATE = re.compile(r"([12]\d{3})年(\d{1,2})月(\d{1,2})日?")
_OPEN_ENDED = ("长期", "无固定期限", "永久", "不约定")
_CURRENCIES = {"美元": "USD", "港元": "HKD", "港币": "HKD", "欧元": "EUR", "日元": "JPY", "英镑": "GBP"}


def folded(text: str) -> str:
    """The text without spaces and with one width for each mark, for comparing: （ and ( are the same, ： and : too."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("．", ".").replace("•", "·")


_FULL_WIDTH = str.maketrans({"(": "（", ")": "）", ",": "，", ";": "；", ":": "："})
#: A clause that every licence prints; its small marks are those most often lost.
_CLAUSE = re.compile(r"(?<=经批准的项目外)(?=凭营业执照)")
_CLAUSE_END = re.compile(r"(（除依法须经批准的项目外，凭.{0,12}开展经营活动)[）。]{0,2}$")


def printed(text: str) -> str:
    """Chinese text with the marks of Chinese print and without spaces; other text as it is."""
    text = text.strip()
    if not re.search(r"[\u4e00-\u9fff]", text):
        return text
    text = re.sub(r"(?<!\d),|,(?!\d{3})", "，", re.sub(r"\s+", "", text))
    text = _CLAUSE.sub("，", text.translate(_FULL_WIDTH | {ord(","): ","}))
    return _CLAUSE_END.sub(r"\1）。", text)


def is_code(text: str) -> bool:
    """18 characters, alphabet and both check digits right."""
    try:
        uscc.validate(text)
    except ValidationError:
        return False
    return _inner_right(text)


def _inner_right(code: str) -> bool:
    total = sum(
        w * "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(c)
        for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), code[8:16], strict=True)
    )
    return code[16] == {0: "0", 1: "X"}.get(total % 11, str(11 - total % 11))


def credit_code(text: str) -> str:
    """The unified social credit code in a text, look-alikes repaired; empty when there is none.

    A repair must give one valid code only: the two check digits (of the organisation code inside and of the whole)
    leave one wrong repair in some 340, so at most two characters are tried, and an ambiguous repair is none.
    """
    characters = re.sub(r"[^0-9A-Z|!?]", "", folded(text).upper()).translate(_IMPOSSIBLE)
    windows = [characters[at : at + 18] for at in range(len(characters) - 17)]
    for window in windows:
        if is_code(window):
            return window
    for window in windows:
        if repaired := _repaired(window):
            return repaired
    return ""


def _repaired(code: str) -> str:
    digits_only = code[:2] + "".join(
        {"B": "8", "D": "0", "Q": "0", "L": "1", "G": "6", "A": "4"}.get(c, c) for c in code[2:8]
    )
    code = digits_only + code[8:]
    if is_code(code):
        return code
    places = [at for at, character in enumerate(code) if character in _ALIKE]
    for changes in (1, 2):
        found: set[str] = set()
        for chosen in combinations(places, changes):
            found |= {each for each in _variants(code, chosen) if is_code(each)}
            if len(found) > 1:
                return ""
        if found:
            return found.pop()
    return ""


def _variants(code: str, places: tuple[int, ...]) -> list[str]:
    variants = [code]
    for at in places:
        variants = [each[:at] + other + each[at + 1 :] for each in variants for other in _ALIKE[code[at]]]
    return variants


def date(text: str) -> dt.date | None:
    """The first date in a text: 2021年04月16日, 二〇二一年四月十六日, 2021-04-16; None when there is none."""
    days = dates(text)
    return days[0] if days else None


def dates(text: str) -> list[dt.date]:
    """All dates in a text, in order; impossible ones are left out."""
    plain = _ascii_dates(folded(text))
    found = []
    for year, month, day in _DATE.findall(plain):
        try:
            found.append(dt.date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found


def _ascii_dates(text: str) -> str:
    text = re.sub(r"([12]\d{3})[-/.](\d{1,2})[-/.](\d{1,2})", r"\1年\2月\3日", text)
    text = re.sub(
        r"[〇零一二三四五六七八九○]{4}(?=年)", lambda m: "".join(str(_DIGITS.get(c, 0)) for c in m.group()), text
    )
    text = re.sub(r"[一二三四五六七八九十]{1,3}(?=[月日])", lambda m: str(_small(m.group())), text)
    # What a reader makes of digits between the characters of a date.
    return re.sub(r"(?<=[\d年月])[OoD](?=[\d年月日])", "0", text)


def _small(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def term(text: str) -> tuple[dt.date | None, bool]:
    """The end of a period (营业期限) and whether it is open: 长期 is (None, True), nothing readable (None, False)."""
    if any(each in folded(text) for each in _OPEN_ENDED):
        return None, True
    days = dates(text)
    return (days[-1], False) if days and (len(days) > 1 or "至" in text) else (None, False)


def amount(text: str) -> tuple[Decimal, str] | None:
    """An amount of capital in whole units with its currency: 壹佰万元整 and 100万元人民币 are (1000000, "CNY")."""
    plain = folded(text).replace(",", "")
    currency = next((code for word, code in _CURRENCIES.items() if word in plain), "CNY")
    if found := re.search(r"(\d+(?:\.\d+)?)(万|亿)?", plain):
        value = Decimal(found.group(1)) * _GROUPS.get(found.group(2) or "", 1)
        return value.quantize(Decimal("0.01")), currency
    if found := re.search(r"[零壹贰貳叁肆伍陆柒捌玖拾佰仟〇一二三四五六七八九十百千两万萬亿億]+", plain):
        value = Decimal(_number(found.group()))
        return (value.quantize(Decimal("0.01")), currency) if value else None
    return None


def _number(text: str) -> int:
    """The value of a Chinese number: 壹仟陆佰捌拾万 is 16800000."""
    total = group = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            group += (digit or 1) * _UNITS[character]
            digit = 0
        elif character in _GROUPS:
            total = (
                (total + group + digit) * _GROUPS[character]
                if character in "亿億"
                else total + (group + digit) * 10_000
            )
            group = digit = 0
    return total + group + digit


def chinese_number(value: int) -> str:
    """A whole number from 1 to 99,999 in the numerals of documents: 1680 is 壹仟陆佰捌拾."""
    if value >= 10_000:
        rest = value % 10_000
        return f"{chinese_number(value // 10_000)}万" + (
            ("零" if rest < 1000 else "") + chinese_number(rest) if rest else ""
        )
    text = ""
    for unit, power in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
        digit = value // power % 10
        if digit:
            text += "零壹贰叁肆伍陆柒捌玖"[digit] + unit
        elif text and value % power and not text.endswith("零"):
            text += "零"
    return text
