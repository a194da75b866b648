"""The strip of days of the status page: one bar per day, in the colour and height of its worst state."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from shopops.ui import formats
from shopops.ui.items import Text

# The strip of days: each day is DAY_WIDTH wide with a gap of one; worse days are higher.
DAY_WIDTH, STRIP_HEIGHT = 5, 28
_DAY_TOP = {"ok": 0, "info": 14, "caution": 9, "danger": 0}


@dataclass(frozen=True)
class Day:
    """One day of a service: its worst state as tone (ok, info = planned work, caution, danger, empty = unknown)."""

    date: dt.date
    tone: str = "ok"
    text: Text = ""


@dataclass(frozen=True)
class DayBar:
    """One bar of the strip."""

    x: int
    y: int
    height: int
    cls: str
    text: str


def day_bars(days: Sequence[Day]) -> list[DayBar]:
    """Lay out a strip of days; a day without a tone is unknown and drawn as a low neutral bar."""
    bars = []
    for index, day in enumerate(days):
        top = _DAY_TOP.get(day.tone, STRIP_HEIGHT - 6)
        cls = {"ok": "", "": "none"}.get(day.tone, day.tone)
        said = f"{formats.day(day.date)}: {day.text}" if day.text else ""
        bars.append(DayBar(index * DAY_WIDTH, top, STRIP_HEIGHT - top, cls, said))
    return bars
