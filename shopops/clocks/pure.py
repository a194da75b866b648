"""Deadlines computed on read: start + duration over a business calendar − pauses. No I/O, no stored counter."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

UTC = dt.UTC
_ALWAYS = (dt.time(0), dt.time(0))


@dataclass(frozen=True, order=True)
class Interval:
    """A half-open stretch of time [start, end), both aware."""

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("An interval must end after it starts.")

    @property
    def length(self) -> dt.timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Calendar:
    """When time counts. `hours` are local opening and closing times (twice 0:00 = all day); `weekdays` 0 = Monday.

    `holidays` never count, `make_up_days` count although their weekday does not (China swaps them around holidays).
    """

    zone: str = "UTC"
    weekdays: frozenset[int] = frozenset(range(7))
    hours: tuple[dt.time, dt.time] = _ALWAYS
    holidays: frozenset[dt.date] = frozenset()
    make_up_days: frozenset[dt.date] = field(default=frozenset())

    def is_open(self, day: dt.date) -> bool:
        return day in self.make_up_days or (day.weekday() in self.weekdays and day not in self.holidays)

    def open_intervals(self, start: dt.datetime) -> Iterator[Interval]:
        """Yield the open stretches from `start` on, in UTC; days are local, so a day may have 23 or 25 hours."""
        zone = ZoneInfo(self.zone)
        day = start.astimezone(zone).date()
        for _ in range(366 * 20):
            if self.is_open(day):
                opens, closes = self._bounds(day, zone)
                if closes > start:
                    yield Interval(max(opens, start.astimezone(UTC)), closes)
            day += dt.timedelta(days=1)
        raise ValueError("The calendar has no working time in 20 years: give it weekdays or make-up days.")

    def _bounds(self, day: dt.date, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
        opens, closes = self.hours
        last = day if closes > opens else day + dt.timedelta(days=1)
        return (
            dt.datetime.combine(day, opens, zone).astimezone(UTC),
            dt.datetime.combine(last, closes, zone).astimezone(UTC),
        )


ALWAYS = Calendar()


def merged(pauses: Iterable[Interval]) -> list[Interval]:
    """Return the pauses sorted, those that touch or overlap joined: a minute paused twice pauses once."""
    result: list[Interval] = []
    for pause in sorted(pauses):
        if result and pause.start <= result[-1].end:
            result[-1] = Interval(result[-1].start, max(result[-1].end, pause.end))
        else:
            result.append(pause)
    return result


def running(start: dt.datetime, calendar: Calendar, pauses: Iterable[Interval]) -> Iterator[Interval]:
    """Yield the stretches in which the clock runs: open in the calendar and not paused."""
    stops = merged(pauses)
    for stretch in calendar.open_intervals(start):
        at = stretch.start
        for pause in stops:
            if pause.end <= at or pause.start >= stretch.end:
                continue
            if pause.start > at:
                yield Interval(at, pause.start)
            at = pause.end
        if at < stretch.end:
            yield Interval(at, stretch.end)


def deadline(
    start: dt.datetime, duration: dt.timedelta, *, calendar: Calendar = ALWAYS, pauses: Iterable[Interval] = ()
) -> dt.datetime:
    """Return when `duration` of running time after `start` is used up, in UTC."""
    left = duration
    for stretch in running(start, calendar, pauses):
        if stretch.length >= left:
            return stretch.start + left
        left -= stretch.length
    raise AssertionError("running() never ends")


def elapsed(
    start: dt.datetime, now: dt.datetime, *, calendar: Calendar = ALWAYS, pauses: Iterable[Interval] = ()
) -> dt.timedelta:
    """Return the running time between `start` and `now`; zero when `now` is before `start`."""
    total = dt.timedelta()
    if now <= start:
        return total
    for stretch in running(start, calendar, pauses):
        if stretch.start >= now:
            break
        total += min(stretch.end, now) - stretch.start
    return total


def working_days(start: dt.datetime, days: int, *, calendar: Calendar, pauses: Iterable[Interval] = ()) -> dt.datetime:
    """Return the end of the `days`-th working day after the day of `start`, the promise merchants are given
    ("2 working days"); whole paused days are not counted."""
    zone = ZoneInfo(calendar.zone)
    stops = merged(pauses)
    day = start.astimezone(zone).date()
    left = days
    while left:
        day += dt.timedelta(days=1)
        opens, closes = calendar._bounds(day, zone)
        if calendar.is_open(day) and not any(p.start <= opens and p.end >= closes for p in stops):
            left -= 1
    return calendar._bounds(day, zone)[1]
