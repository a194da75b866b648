"""How Chinese texts are set: full-width punctuation, spaces between scripts, words that the product does not use."""

import re

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WIDE = "，。：；（）！？、《》“”"
# What stands for something else: its neighbours cannot be judged.
_PLACEHOLDERS = re.compile(r"%\([^)]*\)[sd]|%[sd]|\{[^{}]*\}")
_TAGS = re.compile(r"<[^<>]+>")
_NOTHING = "\x00"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"[{_HAN}][,;:?]|[{_HAN}]\.(?:\s|$)"), "half-width punctuation after Chinese"),
    (re.compile(rf"[{_HAN}]\(|\)[{_HAN}]"), "half-width brackets in Chinese"),
    (re.compile(rf"[{_HAN}]\"|\"[{_HAN}]"), "straight quotes in Chinese: write “ ”"),
    # Dates have none: 2026年11月25日.
    (re.compile(rf"[{_HAN}][A-Za-z]|[A-Za-z][{_HAN}]"), "no space between Chinese and Latin"),
    (re.compile(rf"(?![年月日])[{_HAN}]\d|\d(?![年月日])[{_HAN}]"), "no space between Chinese and a number"),
    (re.compile(rf" [{_WIDE}]|[，。：；）！？、》”] "), "a space beside full-width punctuation"),
    (re.compile(r"\.\.\.|。。|…(?!…)(?<!……)"), "an ellipsis is ……"),
    (re.compile(r"！|!"), "an exclamation mark"),
    (re.compile(r"(?<![申邀提聘])请(?![求示假])|抱歉|对不起|亲，"), "a word that the product does not use"),
)


def faults(text: str) -> list[str]:
    """Return what is wrong with the setting of a Chinese text, with the place; an empty list if nothing."""
    plain = _TAGS.sub("", _PLACEHOLDERS.sub(_NOTHING, text))
    found = []
    for pattern, fault in _RULES:
        if match := pattern.search(plain):
            around = plain[max(0, match.start() - 4) : match.end() + 4].replace(_NOTHING, "□")
            found.append(f"{fault}: “{around.strip()}”")
    return found
