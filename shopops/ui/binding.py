"""Bind digits to their units, dates and ranges, so that a line never breaks inside them."""

import re

NBSP = "\u00a0"
JOINER = "\u2060"  # word joiner: no break here, no width

_CJK = "\u3400-\u9fff"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_UNITS = "h|min|s|days?|weeks?|months?|years?|%|‰|kg|g|km|m|cm|mm|px|[KMGT]?B|million|points?|×"

_DATES = [
    # Wed 25 Nov 2026, 23:40
    re.compile(rf"(?:{_WEEKDAY} )?\b\d{{1,2}} {_MONTH}\b(?: \d{{4}})?(?:, \d{{1,2}}:\d{{2}})?"),
    re.compile(r"\bToday, \d{1,2}:\d{2}"),
    # 2026年11月25日（周三）23:40
    re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:（周.）)?(?: ?\d{1,2}:\d{2})?"),
    re.compile(r"今天 \d{1,2}:\d{2}"),
]
_BEFORE_UNIT = re.compile(rf"(?<=\d) (?=(?:(?:{_UNITS})(?![A-Za-z0-9])|[{_CJK}]))")
_AFTER_TIMES = re.compile(r"(?<=×) (?=\d)")
_RANGE = re.compile(rf"(?<=[\d日）]){JOINER}?–{JOINER}?(?=\d)")
_IN_DATE = re.compile(r"(?<=[年月日）])(?=[\d（])|(?<=\d)(?=[年月日])|(?<=日)(?=（)")
_MARKUP = re.compile(r"(<[^>]*>|&[#\w]+;)")


def _bind_date(match: re.Match[str]) -> str:
    text = match.group().replace(" ", NBSP).replace(JOINER, "")
    return _IN_DATE.sub(JOINER, text)


def bind(text: str) -> str:
    """Return the text with ordinary spaces inside dates and before units replaced by no-break spaces.

    Word joiners hold ranges (02:00–05:00) and Chinese dates together. Binding twice changes nothing more.
    """
    for pattern in _DATES:
        text = pattern.sub(_bind_date, text)
    text = _BEFORE_UNIT.sub(NBSP, text)
    text = _AFTER_TIMES.sub(NBSP, text)
    return _RANGE.sub(f"{JOINER}–{JOINER}", text)


def bind_html(html: str) -> str:
    """Bind the text between the tags and leave markup and character references alone."""
    return "".join(each if _MARKUP.fullmatch(each) else bind(each) for each in _MARKUP.split(html))


def unbind(text: str) -> str:
    """Return the text with ordinary spaces and without joiners, as it was typed."""
    return text.replace(NBSP, " ").replace(JOINER, "")
