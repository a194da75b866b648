"""A deadline as the page shows it. Clocks are computed on read by who owns them; this only draws one moment of one."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from shopops.clocks.pure import ALWAYS, Calendar, Interval, deadline, elapsed, merged
from shopops.ui import formats

ZERO = dt.timedelta()
# Below these (or below the given part of the clock, when it is a short one) what is left turns red, and amber.
URGENT, URGENT_PART = dt.timedelta(hours=10), 0.25
SOON, SOON_PART = dt.timedelta(hours=40), 0.6

# The bar is drawn in these units; a gap keeps neighbours apart.
WIDTH, GAP = 1000, 3

Kind = Literal["spent", "pause", "left", "over"]


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still; `end` None: it still does."""

    start: dt.datetime
    end: dt.datetime | None = None
    reason: str = ""


Stop = Pause | Interval


@dataclass(frozen=True)
class Segment:
    """A piece of the bar, in units of WIDTH."""

    kind: Kind
    x: int
    width: int

    @property
    def end(self) -> int:
        """Where the piece ends."""
        return self.x + self.width


def urgency(left: dt.timedelta, length: dt.timedelta | None = None) -> str:
    """Return the tone of what is left: danger, caution or nothing. A short clock turns later than a long one."""
    urgent, soon = URGENT, SOON
    if length is not None:
        urgent, soon = min(urgent, length * URGENT_PART), min(soon, length * SOON_PART)
    if left <= ZERO or left < urgent:
        return "danger"
    return "caution" if left < soon else ""


def _without(start: dt.datetime, end: dt.datetime, holes: Iterable[Interval]) -> list[Interval]:
    """Return what remains of the time from start to end without the holes, which are in order."""
    pieces = []
    for hole in holes:
        if hole.start > start:
            pieces.append((start, min(hole.start, end)))
        start = max(start, hole.end)
    pieces.append((start, end))
    return [Interval(a, b) for a, b in pieces if a < b]


@dataclass(frozen=True)
class ClockView:
    """A deadline at the moment `now`.

    `left` is the clock's own remaining time (working time, if it counts working time) and negative when overdue;
    `length` is the whole time allowed. `pauses` are those that moved `due`. `closed`: it was met or stopped.
    """

    start: dt.datetime
    due: dt.datetime
    now: dt.datetime
    left: dt.timedelta
    length: dt.timedelta
    pauses: tuple[Stop, ...] = ()
    closed: bool = False

    @classmethod
    def of(
        cls,
        start: dt.datetime,
        length: dt.timedelta,
        pauses: Sequence[Stop],
        now: dt.datetime,
        *,
        calendar: Calendar = ALWAYS,
        closed: bool = False,
    ) -> "ClockView":
        """Build the view from what defines a clock: due = start + length over the calendar − pauses.

        A pause without an end lasts until now.
        """
        stops = _merged(pauses, start, now)
        due = deadline(start, length, calendar=calendar, pauses=stops)
        left = due - now if now >= due else length - elapsed(start, now, calendar=calendar, pauses=stops)
        return cls(start, due, now, left, length, tuple(pauses), closed)

    @property
    def is_overdue(self) -> bool:
        """Whether nothing is left of a clock that still runs."""
        return not self.closed and self.left <= ZERO

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still at this moment."""
        return not self.closed and any(
            pause.start <= self.now and (pause.end is None or self.now < pause.end) for pause in self.pauses
        )

    @property
    def tone(self) -> str:
        """Return danger, caution or nothing; nothing for a closed clock."""
        return "" if self.closed else urgency(self.left, self.length)

    @property
    def paused(self) -> dt.timedelta:
        """How long the clock stood still before now."""
        return self._pause_time(self.start, self.now)

    @property
    def will_pause(self) -> dt.timedelta:
        """How long it will stand still until it is due."""
        return self._pause_time(self.now, self.due)

    @property
    def relevant_pauses(self) -> list[Stop]:
        """The pauses between start and due."""
        return [p for p in self.pauses if p.start < self.due and (p.end is None or p.end > self.start)]

    @property
    def reason(self) -> str:
        """Why it paused, when all pauses have one reason."""
        reasons = {str(getattr(pause, "reason", "")) for pause in self.relevant_pauses}
        return reasons.pop() if len(reasons) == 1 else ""

    @property
    def segments(self) -> list[Segment]:
        """Return the pieces of the bar from start to the later of due and now."""
        end = max(self.due, self.now) if self.is_overdue else self.due
        now = min(max(self.now, self.start), end)
        holes = [hole for hole in self._stops() if hole.start < self.due]
        pieces: list[tuple[Kind, Interval]] = []
        pieces += [("spent", each) for each in _without(self.start, min(now, self.due), holes)]
        if not self.closed:
            pieces += [("left", each) for each in _without(now, self.due, holes)]
        pieces += [("pause", Interval(hole.start, min(hole.end, self.due))) for hole in holes]
        if self.is_overdue and now > self.due:
            pieces.append(("over", Interval(self.due, now)))
        pieces.sort(key=lambda piece: piece[1].start)
        whole = (end - self.start) or dt.timedelta(seconds=1)
        return [self._segment(kind, interval, whole) for kind, interval in pieces]

    @property
    def label(self) -> str:
        """The bar in one sentence, for who cannot see it."""
        return _("%(used)s of %(length)s used, %(paused)s paused, %(left)s") % {
            "used": formats.duration(max(min(self.length - self.left, self.length), ZERO)),
            "length": formats.duration(self.length),
            "paused": formats.duration(self.paused),
            "left": formats.left(self.left),
        }

    def _stops(self) -> list[Interval]:
        return _merged(self.pauses, self.start, self.now)

    def _pause_time(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        pauses = [(max(stop.start, start), min(stop.end, end)) for stop in self._stops()]
        return sum((b - a for a, b in pauses if a < b), ZERO)

    def _segment(self, kind: Kind, interval: Interval, whole: dt.timedelta) -> Segment:
        x, end = (round((moment - self.start) / whole * WIDTH) for moment in (interval.start, interval.end))
        return Segment(kind, x, max(end - x - (GAP if end < WIDTH else 0), 1))


def _merged(pauses: Iterable[Stop], start: dt.datetime, now: dt.datetime) -> list[Interval]:
    """Return the pauses after the start in order, overlaps joined; an open one ends now."""
    clipped = ((max(pause.start, start), pause.end or now) for pause in pauses)
    return merged(Interval(a, b) for a, b in clipped if a < b)
