"""Reading single values: text in, what COPY takes out; a value that makes no sense is `Bad` for a reason."""

import datetime as dt
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision, list_currencies

from orders.importing.rejects import Reason

if TYPE_CHECKING:
    from orders.importing.schema import Column, Mapping

#: A parser returns what COPY writes, or None for NULL.
Parser = Callable[[str], str | None]

FIRST, LAST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
#: Greater amounts (in minor units) are mistakes; sums of them must fit 64 bits.
LARGEST_AMOUNT = 10**13

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Bad(Exception):
    """A value that cannot be accepted."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@cache
def currencies() -> frozenset[str]:
    """The codes of ISO 4217."""
    return frozenset(list_currencies())


def parser(column: "Column", mapping: "Mapping") -> Parser:
    """Return the function that reads the values of a column."""
    makers: dict[str, Callable[[Column, Mapping], Parser]] = {
        "text": _text,
        "integer": _integer,
        "money": _money,
        "time": _time,
        "choice": _choice,
        "currency": _currency,
    }
    return _with_absence(makers[column.type](column, mapping), column)


def _with_absence(parse: Parser, column: "Column") -> Parser:
    default = None if column.default is None else column.default.translate(_ESCAPES)

    def parsed(value: str) -> str | None:
        value = value.strip()
        if not value:
            if column.required:
                raise Bad(Reason.MISSING_VALUE)
            return default
        return parse(value)

    return parsed


def _text(column: "Column", mapping: "Mapping") -> Parser:
    def parse(value: str) -> str:
        if len(value) > column.longest:
            raise Bad(Reason.TOO_LONG)
        if "\0" in value:
            raise Bad(Reason.BAD_CHARACTER)
        if column.title_case:
            value = value.title()
        return value.translate(_ESCAPES)

    return parse


def _integer(column: "Column", mapping: "Mapping") -> Parser:
    pattern = re.compile(r"-?[0-9]{1,18}")

    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise Bad(Reason.WRONG_NUMBER)
        if not column.min <= int(value) <= column.greatest:
            raise Bad(Reason.OUT_OF_RANGE)
        return value

    return parse


def _money(column: "Column", mapping: "Mapping") -> Parser:
    """Amounts in units become minor units; nothing is rounded."""
    digits = get_currency_precision(mapping.currency)
    thousands, point = re.escape(mapping.thousands), re.escape(mapping.decimal)
    whole = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+|[0-9]+" if thousands else "[0-9]+"
    pattern = re.compile(rf"(?P<sign>-?)(?P<whole>{whole})(?:{point}(?P<part>[0-9]+))?")

    def parse(value: str) -> str:
        match = pattern.fullmatch(value)
        if not match or not value.isascii():
            raise Bad(Reason.WRONG_AMOUNT)
        part = (match["part"] or "").rstrip("0")
        if len(part) > digits:
            raise Bad(Reason.TOO_MANY_DECIMALS)
        amount = match["whole"].replace(mapping.thousands, "") if mapping.thousands else match["whole"]
        minor = amount.lstrip("0") + part.ljust(digits, "0")
        if match["sign"] and minor.strip("0"):
            raise Bad(Reason.NEGATIVE_AMOUNT)
        if len(minor) > 14 or int(minor or 0) > LARGEST_AMOUNT:
            raise Bad(Reason.AMOUNT_TOO_LARGE)
        return minor or "0"

    return parse


def _time(column: "Column", mapping: "Mapping") -> Parser:
    zone = ZoneInfo(mapping.time_zone)
    formats = mapping.dates

    def parse(value: str) -> str:
        for form in formats:
            try:
                moment = dt.datetime.fromisoformat(value) if form == "iso" else dt.datetime.strptime(value, form)
            except ValueError:
                continue
            break
        else:
            raise Bad(Reason.WRONG_DATE)
        try:
            moment = moment.replace(tzinfo=moment.tzinfo or zone).astimezone(dt.UTC)
        except OverflowError:
            raise Bad(Reason.DATE_OUT_OF_RANGE) from None
        if not FIRST <= moment < LAST:
            raise Bad(Reason.DATE_OUT_OF_RANGE)
        return moment.isoformat()

    return parse


def _choice(column: "Column", mapping: "Mapping") -> Parser:
    values = {key.casefold(): value.translate(_ESCAPES) for key, value in column.values.items()}

    def parse(value: str) -> str:
        found = values.get(value.casefold(), column.default)
        if found is None:
            raise Bad(Reason.UNKNOWN_VALUE)
        return found

    return parse


def _currency(column: "Column", mapping: "Mapping") -> Parser:
    """A currency must have as many decimals as the mapping's, in which the amounts were read."""
    digits = get_currency_precision(mapping.currency)

    def parse(value: str) -> str:
        code = value.upper()
        if code not in currencies() or get_currency_precision(code) != digits:
            raise Bad(Reason.UNKNOWN_CURRENCY)
        return code

    return parse
