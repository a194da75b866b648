"""Deadlines computed on read: start + duration over a business calendar − pauses. No I/O, no stored counter."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

UTC = dt.UTC
#: Where an always open calendar ends.
FOREVER = dt.datetime(9999, 12, 1, tzinfo=UTC)
HourRange = tuple[dt.time, dt.time]
_ALL_DAY: HourRange = (dt.time(0), dt.time(0))


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
    """When time counts. `weekdays`: 0 = Monday.

    `hours` are local opening and closing times, one pair or several; a closing time that
    is not after its opening time lies on the next day, so twice 0:00 is all day. `holidays` never count, `make_up_days`
    count although their weekday does not (China swaps them around holidays). A local time that daylight saving skips
    is taken as much later, one that comes twice as the first.
    """

    zone: str = "UTC"
    weekdays: frozenset[int] = frozenset(range(7))
    hours: HourRange | tuple[HourRange, ...] = _ALL_DAY
    holidays: frozenset[dt.date] = frozenset()
    make_up_days: frozenset[dt.date] = field(default=frozenset())

    @cached_property
    def ranges(self) -> tuple[HourRange, ...]:
        """The pairs of `hours`, in order."""
        pairs: Any = (self.hours,) if isinstance(self.hours[0], dt.time) else self.hours
        return tuple(sorted(pairs))

    @property
    def is_always_open(self) -> bool:
        """Every moment counts."""
        return self.ranges == (_ALL_DAY,) and len(self.weekdays) == 7 and not self.holidays

    def is_open(self, day: dt.date) -> bool:
        return day in self.make_up_days or (day.weekday() in self.weekdays and day not in self.holidays)

    def open_intervals(self, start: dt.datetime) -> Iterator[Interval]:
        """Yield the open stretches from `start` on, in UTC; days are local, so a day may have 23 or 25 hours.

        Raises ValueError when the calendar has no more working time within 60 years.
        """
        begin = start.astimezone(UTC)
        if self.is_always_open:
            yield Interval(begin, FOREVER)
            return
        # Yesterday's night shift may still be on.
        day = start.astimezone(ZoneInfo(self.zone)).date() - dt.timedelta(days=1)
        reached = begin
        for _ in range(366 * 60):
            for opens, closes in self.bounds(day):
                if closes > reached:
                    yield Interval(max(opens, reached), closes)
                    reached = closes
            day += dt.timedelta(days=1)
        raise ValueError("The calendar has no working time in 60 years: give it weekdays or make-up days.")

    def bounds(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """Return when a local day opens and closes, in UTC; nothing for a day that does not count."""
        return self.hours_of(day) if self.is_open(day) else []

    def hours_of(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The same for any day, as if it counted; hours that daylight saving swallows are left out."""
        zone = ZoneInfo(self.zone)
        spans = []
        for opens, closes in self.ranges:
            last = day if closes > opens else day + dt.timedelta(days=1)
            first_moment = dt.datetime.combine(day, opens, zone).astimezone(UTC)
            last_moment = dt.datetime.combine(last, closes, zone).astimezone(UTC)
            if last_moment > first_moment:
                spans.append((first_moment, last_moment))
        return sorted(spans)


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
    """Return when `duration` of running time after `start` is used up, in UTC; none or less: when it first runs."""
    left = max(duration, dt.timedelta())
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


def remaining(
    start: dt.datetime,
    duration: dt.timedelta,
    now: dt.datetime,
    *,
    calendar: Calendar = ALWAYS,
    pauses: Iterable[Interval] = (),
) -> dt.timedelta:
    """Return the running time left at `now`; negative: the running time by which the deadline was missed."""
    return duration - elapsed(start, now, calendar=calendar, pauses=pauses)


def paused_until(
    now: dt.datetime, *, calendar: Calendar = ALWAYS, pauses: Iterable[Interval] = ()
) -> dt.datetime | None:
    """Return when a clock that stands still at `now`, paused or closed, runs again; None when it runs."""
    again = next(running(now, calendar, pauses)).start
    return again if again > now else None


def working_days(start: dt.datetime, days: int, *, calendar: Calendar, pauses: Iterable[Interval] = ()) -> dt.datetime:
    """Return the end of the `days`-th working day after the day of `start`, the promise merchants are given
    ("2 working days"); whole paused days are not counted."""
    stops = merged(pauses)
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    left = days
    while left:
        day += dt.timedelta(days=1)
        hours = calendar.bounds(day)
        if hours and not any(p.start <= hours[0][0] and p.end >= hours[-1][1] for p in stops):
            left -= 1
    return calendar.hours_of(day)[-1][1]
