"""How many items will breach: arrivals, pace, backlog and due times, played forward hour by hour. Pure.

Items are served first due, first served, as a fluid: a rate of 2.5 items an hour serves half an item of the next one.
With that every part of an item is finished no later at a higher pace, so more pace never means more breaches.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HOUR = dt.timedelta(hours=1)
#: How far the console looks ahead.
HORIZON = 72
#: Less than this is rounding of the arithmetic, not work.
_DUST = 1e-9


@dataclass(frozen=True)
class Forecast:
    """What will happen if nothing changes.

    `waiting[h]` and `breached[h]` are the backlog and the breaches so far at the end of hour h. What is overdue
    already is in the backlog and is served first, but is no breach to come.
    """

    overdue: float
    waiting: tuple[float, ...]
    breached: tuple[float, ...]

    def breaches(self, hours: int) -> int:
        """Items that will be late within so many hours, to the nearest whole one."""
        return round(self.breached[hours - 1]) if hours else 0


def play(
    *,
    overdue: float,
    due: Mapping[int, float],
    arrivals: Sequence[float],
    allowed: int,
    pace: Sequence[float],
) -> Forecast:
    """Play the queue forward, one step per hour, for as many hours as `pace` has.

    `due[h]` items of the backlog are due in hour h from now, `overdue` were due before. `arrivals[h]` come in hour h
    and are due `allowed` hours later, `pace[h]` can be finished in it. What is finished in the hour it is due in is in
    time.
    """
    if len(arrivals) != len(pace):
        raise ValueError("Arrivals and pace need one value per hour each.")
    late = overdue
    owed = {hour: float(count) for hour, count in due.items() if count}
    breached, waiting = [], []
    total = 0.0
    for hour, (coming, able) in enumerate(zip(arrivals, pace, strict=True)):
        if coming:
            owed[hour + allowed] = owed.get(hour + allowed, 0.0) + coming
        served = min(late, able)
        late -= served
        able -= served
        for when in sorted(owed):
            if able <= _DUST:
                break
            served = min(owed[when], able)
            owed[when] -= served
            able -= served
            if owed[when] <= _DUST:
                del owed[when]
        missed = owed.pop(hour, 0.0)
        late += missed
        total += missed
        breached.append(total)
        waiting.append(late + sum(owed.values()))
    return Forecast(overdue, tuple(waiting), tuple(breached))


def hour_of_week(moment: dt.datetime) -> int:
    """The hour of the (UTC) week, 0-167; rates that repeat weekly are kept by it."""
    return moment.weekday() * 24 + moment.hour
