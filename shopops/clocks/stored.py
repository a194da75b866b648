"""How a calendar lies in the database: plain JSON, equal for equal calendars."""

import datetime as dt
import hashlib
from typing import Any

import msgspec

from shopops.clocks.pure import Calendar


class _Stored(msgspec.Struct):
    zone: str
    weekdays: frozenset[int]
    hours: tuple[tuple[dt.time, dt.time], ...]
    holidays: frozenset[dt.date]
    make_up_days: frozenset[dt.date]


def to_json(calendar: Calendar) -> tuple[Any, str]:
    """Return a calendar as plain JSON and the SHA-256 of that."""
    stored = _Stored(calendar.zone, calendar.weekdays, calendar.ranges, calendar.holidays, calendar.make_up_days)
    encoded = msgspec.json.encode(stored, order="deterministic")  # sets sorted too
    return msgspec.json.decode(encoded), hashlib.sha256(encoded).hexdigest()


def from_json(document: Any) -> Calendar:
    """Return the calendar that was stored."""
    stored = msgspec.convert(document, _Stored)
    return Calendar(**{name: getattr(stored, name) for name in _Stored.__struct_fields__})
