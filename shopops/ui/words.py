"""How the two written languages say dates, times and amounts of time.

These are grammars (order, brackets, spacing), not sentences, so they are code and not catalogue entries. Chinese sets
a half-width space between Chinese and digits, but none inside a date and none beside a full-width bracket.
"""

import datetime as dt
from typing import Literal, Protocol

Unit = Literal["day", "hour", "minute", "second"]


class Grammar(Protocol):
    """What a language must be able to say."""

    today: str
    date_dash: str
    span_dash: str

    def day(self, value: dt.date, *, weekday: bool, year: bool) -> str:
        """Say a date."""

    def days(self, start: dt.date, end: dt.date, *, year: bool) -> str:
        """Say a range of dates."""

    def at(self, day: str, clock: str) -> str:
        """Join a said day and a time of day."""

    def amount(self, number: str, unit: Unit, *, alone: bool) -> str:
        """Say a number of units; `alone` when no smaller unit follows or precedes."""

    def left(self, amount: str) -> str:
        """Say what remains."""

    def overdue(self, amount: str) -> str:
        """Say by how much a deadline has passed."""

    def under_a_minute(self) -> str:
        """Say an amount too small to count."""


class English:
    """British order, 24-hour clock."""

    today = "Today"
    date_dash = " – "
    span_dash = " – "
    _weekdays = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    _months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

    def day(self, value: dt.date, *, weekday: bool, year: bool) -> str:
        """Wed 25 Nov 2026."""
        text = f"{value.day} {self._months[value.month - 1]}"
        if weekday:
            text = f"{self._weekdays[value.weekday()]} {text}"
        return f"{text} {value.year}" if year else text

    def days(self, start: dt.date, end: dt.date, *, year: bool) -> str:
        """3–9 Nov, 26 Sep – 24 Nov 2026, 28 Dec 2026 – 3 Jan 2027."""
        said_end = self.day(end, weekday=False, year=year)
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.day}–{said_end}"
        said_start = self.day(start, weekday=False, year=year and start.year != end.year)
        return f"{said_start}{self.date_dash}{said_end}"

    def at(self, day: str, clock: str) -> str:
        """Wed 25 Nov 2026, 23:40."""
        return f"{day}, {clock}"

    def amount(self, number: str, unit: Unit, *, alone: bool) -> str:
        """30 days, 1 day, 8 h, 20 min, 10 s."""
        short = {"hour": "h", "minute": "min", "second": "s"}
        if unit == "day":
            return f"{number} day" if number == "1" else f"{number} days"
        return f"{number} {short[unit]}"

    def left(self, amount: str) -> str:
        """38 h left."""
        return f"{amount} left"

    def overdue(self, amount: str) -> str:
        """Overdue by 3 h, in lower case because it often follows other words."""
        return f"overdue by {amount}"

    def under_a_minute(self) -> str:
        """Less than 1 min."""
        return "less than 1 min"


class Chinese:
    """Simplified Chinese."""

    today = "今天"
    date_dash = "–"
    span_dash = "–"
    _weekdays = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

    def day(self, value: dt.date, *, weekday: bool, year: bool) -> str:
        """2026年11月25日（周三）."""
        text = f"{value.month}月{value.day}日"
        if year:
            text = f"{value.year}年{text}"
        return f"{text}（{self._weekdays[value.weekday()]}）" if weekday else text

    def days(self, start: dt.date, end: dt.date, *, year: bool) -> str:
        """11月3日–9日, 2026年9月26日–11月24日."""
        said_start = self.day(start, weekday=False, year=year)
        if (start.year, start.month) == (end.year, end.month):
            return f"{said_start}–{end.day}日"
        return f"{said_start}{self.date_dash}{self.day(end, weekday=False, year=year and start.year != end.year)}"

    def at(self, day: str, clock: str) -> str:
        """2026年11月25日（周三）23:40, 11月22日 20:40."""
        return f"{day}{clock}" if day.endswith("）") else f"{day} {clock}"

    def amount(self, number: str, unit: Unit, *, alone: bool) -> str:
        """30 天, 8 小时 20 分, 26 分钟, 10 秒."""
        names = {"day": "天", "hour": "小时", "minute": "分钟" if alone else "分", "second": "秒"}
        return f"{number} {names[unit]}"

    def left(self, amount: str) -> str:
        """剩余 38 小时."""
        return f"剩余{amount}" if amount.startswith("不") else f"剩余 {amount}"

    def overdue(self, amount: str) -> str:
        """已超时 3 小时."""
        return f"已超时{amount}" if amount.startswith("不") else f"已超时 {amount}"

    def under_a_minute(self) -> str:
        """不足 1 分钟."""
        return "不足 1 分钟"


_ENGLISH, _CHINESE = English(), Chinese()


def grammar(language: str) -> Grammar:
    """Return the grammar of a language code; anything that is not Chinese reads English."""
    return _CHINESE if language.startswith("zh") else _ENGLISH
