"""Due times and their states, computed on read from the clocks: no stored counter that could drift.

A due time never moves to an earlier moment when its clock starts later. So for every clock there is one moment before
which a clock must have started to be due by now, and lists and counts compare a stored start with it by index.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopops.clocks.models import Pause
from shopops.clocks.pure import ALWAYS, Calendar, Interval, deadline, working_days
from shopops.clocks.selectors import calendar as published_calendar
from shopops.registry import Registry
from shopops.work.models import WorkClock, WorkItem

#: An item due sooner than this is about to breach.
SOON = dt.timedelta(hours=24)
_MICROSECOND = dt.timedelta(microseconds=1)
#: Clocks that started longer ago than this are not looked at any more.
_LONGEST = dt.timedelta(days=366 * 20)


class State(TextChoices):
    """How an item stands against its due time."""

    ON_TIME = "on_time", _("On time")
    SOON = "soon", _("About to breach")
    OVERDUE = "overdue", _("Overdue")
    PAUSED = "paused", _("Clock paused")


TONES = {State.ON_TIME: "neutral", State.SOON: "caution", State.OVERDUE: "danger", State.PAUSED: "info"}


@dataclass(frozen=True)
class CalendarSource:
    """Calendars that an app keeps itself: `code` is what comes before the colon in "onboarding:12"."""

    code: str
    get: Callable[[str], Calendar]


calendar_sources: Registry[CalendarSource] = Registry("calendar source")


def calendar_of(code: str) -> Calendar:
    """Return the calendar of a clock: day and night for "", an app's own, else a business calendar of the clocks.

    Raises shopops.clocks.selectors.NoCalendar for a code that does not exist.
    """
    if not code:
        return ALWAYS
    source, _colon, rest = code.partition(":")
    if source in calendar_sources:
        return calendar_sources.get(source).get(rest)
    return published_calendar(code)


@dataclass(frozen=True)
class Standing:
    """An item at a moment: when it is due, what is left (negative when overdue), the state."""

    due: dt.datetime
    left: dt.timedelta
    state: State

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return TONES[self.state]


def due_of(clock: WorkClock, started_at: dt.datetime, calendar: Calendar, pauses: Iterable[Interval]) -> dt.datetime:
    """Return when a clock that started then runs out."""
    if clock.days is not None:
        return working_days(started_at, clock.days, calendar=calendar, pauses=pauses)
    assert clock.seconds is not None
    return deadline(started_at, dt.timedelta(seconds=clock.seconds), calendar=calendar, pauses=pauses)


def latest_start(due: Callable[[dt.datetime], dt.datetime], before: dt.datetime) -> dt.datetime | None:
    """Return the latest start whose due time is before the moment, to the microsecond; None when there is none.

    `due` must not fall when the start rises.
    """
    step = dt.timedelta(hours=1)
    late = before  # a clock that starts at the moment is not due before it
    while due(early := before - step) >= before:
        late, step = early, step * 2
        if step > _LONGEST:
            return None
    while late - early > _MICROSECOND:
        middle = early + (late - early) // 2
        if due(middle) < before:
            early = middle
        else:
            late = middle
    return early


class Clocks:
    """The clocks, calendars and pauses that open items use, read once (three statements at most) for a page."""

    def __init__(self, now: dt.datetime | None = None, clocks: Iterable[WorkClock] | None = None) -> None:
        self.now = now or timezone.now()
        used = list(WorkClock.objects.filter(_used()) if clocks is None else clocks)
        self._clocks = {clock.pk: clock for clock in used}
        self._calendars = {code: calendar_of(code) for code in {clock.calendar for clock in used}}
        self._pauses: dict[str, list[Interval]] = {clock.feature: [] for clock in used if clock.feature}
        if self._pauses:
            for pause in Pause.objects.filter(feature__in=list(self._pauses)):
                self._pauses[pause.feature].append(Interval(pause.start, pause.end))

    @classmethod
    def of(cls, items: Iterable[WorkItem], now: dt.datetime | None = None) -> "Clocks":
        """The clocks of some items only, whether open or not."""
        ids = {item.clock_id for item in items if item.clock_id}
        return cls(now, WorkClock.objects.filter(pk__in=ids) if ids else ())

    def due(self, item: WorkItem) -> dt.datetime:
        """When the item is due."""
        if item.due_at is not None:
            return item.due_at
        assert item.clock_id is not None and item.started_at is not None
        return self.due_after(item.clock_id, item.started_at)

    def due_after(self, clock_id: int, started_at: dt.datetime) -> dt.datetime:
        """When a clock that started then runs out."""
        clock = self._clocks[clock_id]
        return due_of(clock, started_at, self._calendars[clock.calendar], self._pauses.get(clock.feature, ()))

    def is_paused(self, item: WorkItem) -> bool:
        """Whether the item's clock stands still at this moment because its feature is paused."""
        clock = self._clocks.get(item.clock_id or 0)
        return clock is not None and any(p.start <= self.now < p.end for p in self._pauses.get(clock.feature, ()))

    def standing(self, item: WorkItem) -> Standing:
        """How the item stands now."""
        due = self.due(item)
        left = due - self.now
        if left < dt.timedelta():
            state = State.OVERDUE
        elif self.is_paused(item):
            state = State.PAUSED
        else:
            state = State.SOON if left < SOON else State.ON_TIME
        return Standing(due, left, state)

    def due_before(self, moment: dt.datetime) -> Q:
        """Items that are due before the moment, as a condition that an index answers."""
        found = Q(due_at__lt=moment)
        for pk in self._clocks:
            start = latest_start(lambda at, pk=pk: self.due_after(pk, at), moment)  # type: ignore[misc]
            if start is not None:
                found |= Q(clock=pk, started_at__lte=start)
        return found

    def overdue(self) -> Q:
        """Items that should have left by now."""
        return self.due_before(self.now)

    def soon(self) -> Q:
        """Items due within a day that are not overdue."""
        return self.due_before(self.now + SOON) & ~self.overdue()


def _used() -> Exists:
    """Clocks that an open item uses: one look into the index for each clock, however many items are open."""
    return Exists(WorkItem.objects.filter(clock=OuterRef("pk"), left_at__isnull=True).order_by())
