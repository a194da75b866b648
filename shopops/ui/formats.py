"""Dates, times and numbers as people read them, in both languages.

Pure functions: they take the language and the present moment (default: the active language, now) and return plain text
with ordinary spaces. Times are told in Django's current time zone, on the 24-hour clock. None becomes an en dash.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from django.utils import timezone
from django.utils.translation import get_language

from shopops.ui.words import Grammar, grammar

NOTHING = "–"
MINUS = "−"

# A year is said only for dates further away than this.
YEAR_AFTER = dt.timedelta(days=60)

MINUTE, HOUR, DAY = 60, 3600, 86400
# Below this, minutes are said as well: they matter to who still wants to make it.
MINUTES_BELOW = 10 * HOUR
# From here on, a remaining time is said in days.
DAYS_FROM = 72 * HOUR
# From here on, a plain duration is said in days ("72 h" stays: rules are written that way).
LONG_FROM = 96 * HOUR

YearMode = Literal["auto", "always", "never"]
Number = int | float | Decimal

# ISO 4217: (symbol, decimals). Others are written as "CHF 12.00", with two decimals.
_CURRENCIES = {
    "CNY": ("¥", 2),
    "BRL": ("R$", 2),
    "EUR": ("€", 2),
    "GBP": ("£", 2),
    "HKD": ("HK$", 2),
    "JPY": ("JP¥", 0),
    "KRW": ("₩", 0),
    "TWD": ("NT$", 2),
    "USD": ("US$", 2),
    "VND": ("₫", 0),
}


def moment() -> dt.datetime:
    """Return now; one place, so that tests can hold it still."""
    return timezone.now()


def _grammar(language: str | None) -> Grammar:
    return grammar(language or get_language() or "en")


def _today(now: dt.datetime | None) -> dt.date:
    return timezone.localtime(now or moment()).date()


def _says_year(value: dt.date, today: dt.date, year: YearMode) -> bool:
    return year == "always" or (year == "auto" and abs(value - today) > YEAR_AFTER)


def _stamp(value: dt.datetime, *, weekday: bool, year: YearMode, language: str | None, now: dt.datetime | None) -> str:
    local, words, today = timezone.localtime(value), _grammar(language), _today(now)
    if local.date() == today and year == "auto":
        said = words.today
    else:
        said = words.day(local.date(), weekday=weekday, year=_says_year(local.date(), today, year))
    return words.at(said, hour(value))


def hour(value: dt.datetime | None) -> str:
    """Say the time of day: 23:40."""
    return NOTHING if value is None else f"{timezone.localtime(value):%H:%M}"


def due(
    value: dt.date | dt.datetime | None,
    *,
    year: YearMode = "auto",
    language: str | None = None,
    now: dt.datetime | None = None,
) -> str:
    """Say a deadline: Wed 25 Nov 2026, 23:40 / 2026年11月25日（周三）23:40; today: Today, 18:00 / 今天 18:00.

    A date without a time is said with its weekday.
    """
    if value is None:
        return NOTHING
    if not isinstance(value, dt.datetime):
        return day(value, weekday=True, year=year, language=language, now=now)
    return _stamp(value, weekday=True, year=year, language=language, now=now)


def at(
    value: dt.datetime | None,
    *,
    year: YearMode = "auto",
    language: str | None = None,
    now: dt.datetime | None = None,
) -> str:
    """Say when something happened, shorter, for tables: 22 Nov, 20:40 / 11月22日 20:40."""
    return NOTHING if value is None else _stamp(value, weekday=False, year=year, language=language, now=now)


def day(
    value: dt.date | dt.datetime | None,
    *,
    weekday: bool = False,
    year: YearMode = "auto",
    language: str | None = None,
    now: dt.datetime | None = None,
) -> str:
    """Say a date: 24 Dec / 12月24日; the year only when it is more than 60 days away."""
    if value is None:
        return NOTHING
    date = timezone.localtime(value).date() if isinstance(value, dt.datetime) else value
    return _grammar(language).day(date, weekday=weekday, year=_says_year(date, _today(now), year))


def span(
    start: dt.date | dt.datetime | None,
    end: dt.date | dt.datetime | None,
    *,
    language: str | None = None,
    now: dt.datetime | None = None,
) -> str:
    """Say a range: Thu 26 Nov, 02:00–05:00; across days both ends in full; two dates as 26 Sep – 24 Nov.

    Raises TypeError when one end is a date and the other a moment.
    """
    if start is None or end is None:
        return NOTHING
    words, today = _grammar(language), _today(now)
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        days = (timezone.localtime(start).date(), timezone.localtime(end).date())
        if days[0] == days[1]:
            return f"{due(start, language=language, now=now)}–{hour(end)}"
        year: YearMode = "always" if any(_says_year(each, today, "auto") for each in days) else "never"
        said = [_stamp(each, weekday=True, year=year, language=language, now=now) for each in (start, end)]
        return words.span_dash.join(said)
    if isinstance(start, dt.datetime) or isinstance(end, dt.datetime):
        raise TypeError("A span needs two dates or two moments, not one of each.")
    if start == end:
        return day(start, language=language, now=now)
    return words.days(start, end, year=any(_says_year(each, today, "auto") for each in (start, end)))


def _amount(words: Grammar, seconds: int, *, days_from: int) -> str:
    """Say whole seconds ≥ 60 as days, hours or hours and minutes; always rounded down."""
    if seconds >= days_from:
        return words.amount(str(seconds // DAY), "day", alone=True)
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if not hours:
        return words.amount(str(minutes), "minute", alone=True)
    if not minutes or seconds >= MINUTES_BELOW:
        return words.amount(str(hours), "hour", alone=True)
    return f"{words.amount(str(hours), 'hour', alone=False)} {words.amount(str(minutes), 'minute', alone=False)}"


def left(
    value: dt.datetime | dt.timedelta | None,
    *,
    language: str | None = None,
    now: dt.datetime | None = None,
) -> str:
    """Say what remains until a moment, or of a timedelta: 38 h left / 剩余 38 小时; overdue by 3 h / 已超时 3 小时.

    Minutes are said below 10 hours, days from 72 hours. Rounded down, so that nobody is promised time they do not have.
    """
    if value is None:
        return NOTHING
    if isinstance(value, dt.datetime):
        value = value - (now or moment())
    words = _grammar(language)
    seconds = int(abs(value).total_seconds())
    amount = words.under_a_minute() if seconds < MINUTE else _amount(words, seconds, days_from=DAYS_FROM)
    return words.left(amount) if value > dt.timedelta() else words.overdue(amount)


def duration(value: dt.timedelta | Number | None, *, language: str | None = None) -> str:
    """Say a length of time (a timedelta or seconds): 0.4 s, 2 min 10 s, 26 min, 40 h 20 min, 72 h, 5 days 3 h."""
    if value is None:
        return NOTHING
    total = value.total_seconds() if isinstance(value, dt.timedelta) else float(value)
    words, sign, total = _grammar(language), MINUS if total < 0 else "", abs(total)
    seconds = int(total)
    if seconds < 10 and total != seconds:
        tenths = f"{total:.1f}".removesuffix(".0")
        return sign + words.amount(tenths, "second", alone=True)
    if seconds < MINUTE:
        return sign + words.amount(str(seconds), "second", alone=True)
    if seconds < 10 * MINUTE and seconds % MINUTE:
        minutes = words.amount(str(seconds // MINUTE), "minute", alone=False)
        return f"{sign}{minutes} {words.amount(str(seconds % MINUTE), 'second', alone=False)}"
    if seconds >= LONG_FROM:
        days, hours = seconds // DAY, seconds % DAY // HOUR
        said = words.amount(str(days), "day", alone=not hours)
        return sign + (f"{said} {words.amount(str(hours), 'hour', alone=False)}" if hours else said)
    hours, minutes_left = seconds // HOUR, seconds % HOUR // MINUTE
    if not hours or not minutes_left:
        return sign + _amount(words, seconds, days_from=LONG_FROM)
    said_hours = words.amount(str(hours), "hour", alone=False)
    return f"{sign}{said_hours} {words.amount(str(minutes_left), 'minute', alone=False)}"


def num(value: Number | None, *, decimals: int | None = None) -> str:
    """Group thousands: 12,480; a true minus sign; `decimals` fixes the number of decimals."""
    if value is None:
        return NOTHING
    if decimals is not None:
        quantum = Decimal(1).scaleb(-decimals)
        value = Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP)
    elif isinstance(value, float):
        value = Decimal(repr(value)) if not value.is_integer() else int(value)
    text = f"{abs(value):,f}" if isinstance(value, Decimal) else f"{abs(value):,}"
    return f"{MINUS}{text}" if value < 0 else text


def signed(value: Number | None, *, decimals: int | None = None) -> str:
    """Say a change with its sign: +6, −3, 0."""
    if value is None:
        return NOTHING
    text = num(value, decimals=decimals)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def percent(value: Number | None, *, decimals: int | None = None) -> str:
    """Say a ratio as a percentage: 0.034 is 3.4%, 0.0042 is 0.42%, 0.04 is 4%.

    Without `decimals`: one decimal, two below 1 %, and no zeros at the end.
    """
    if value is None:
        return NOTHING
    hundredfold = Decimal(str(value)) * 100
    if decimals is not None:
        return f"{num(hundredfold, decimals=decimals)}%"
    text = num(hundredfold, decimals=1 if abs(hundredfold) >= 1 else 2)
    return f"{text.rstrip('0').rstrip('.')}%"


def units(minor: int, currency: str) -> Decimal:
    """Return minor units (fen, cents) as whole units of the currency, for files: 129900 fen are 1299.00."""
    _symbol, decimals = _CURRENCIES.get(currency.upper(), ("", 2))
    return Decimal(minor).scaleb(-decimals)


def money(value: int | Decimal | None, currency: str) -> str:
    """Say an amount of money: ¥1,299.00. An int counts minor units (fen, cents), a Decimal whole units.

    Raises TypeError for a float: money is never one.
    """
    if value is None:
        return NOTHING
    if isinstance(value, float):
        raise TypeError("Money is an int of minor units or a Decimal, never a float.")
    symbol, decimals = _CURRENCIES.get(currency.upper(), (f"{currency.upper()} ", 2))
    amount = value if isinstance(value, Decimal) else units(value, currency)
    text = num(abs(amount), decimals=decimals)
    return f"{MINUS if amount < 0 else ''}{symbol}{text}"


_ZONES = {
    "Asia/Shanghai": ("China Standard Time", "北京时间"),
    "UTC": ("Coordinated Universal Time", "协调世界时"),
}


def zone_label(*, language: str | None = None, now: dt.datetime | None = None) -> str:
    """Say the current time zone with its distance to UTC: China Standard Time (UTC+8) / 北京时间（UTC+8）."""
    name = timezone.get_current_timezone_name()
    offset = timezone.localtime(now or moment()).utcoffset() or dt.timedelta()
    minutes = abs(int(offset.total_seconds())) // MINUTE
    distance = "UTC" if not minutes else f"UTC{'+' if offset > dt.timedelta() else MINUS}{minutes // 60}"
    if minutes % 60:
        distance += f":{minutes % 60:02}"
    zone = str(timezone.get_current_timezone())
    english, chinese = _ZONES.get(zone, (zone.replace("_", " ") or name,) * 2)
    is_chinese = (language or get_language() or "en").startswith("zh")
    return f"{chinese}（{distance}）" if is_chinese else f"{english} ({distance})"
