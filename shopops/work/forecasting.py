"""What the forecast needs, read from the items themselves; and the flow of the last days."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate, TruncHour
from django.utils import timezone

from shopops.clocks.pure import ALWAYS, Calendar, Interval
from shopops.work.forecast import HORIZON, HOUR, Forecast, hour_of_week, play
from shopops.work.models import WorkItem
from shopops.work.queues import Queue
from shopops.work.sla import Clocks

#: Arrivals and pace are learned from so long.
LEARNED = dt.timedelta(weeks=4)
#: A queue that is younger is not forecast.
LEAST = dt.timedelta(days=1)
#: What an arriving item is allowed when the queue has not seen one yet.
_ALLOWED = dt.timedelta(hours=48)


def forecasts(queues: Sequence[Queue], clocks: Clocks) -> dict[str, Forecast]:
    """Forecast queues from now on, by code; three statements however many queues and items there are.

    A queue that has been at work for less than a day is left out: there is nothing to learn from.
    """
    codes = [queue.code for queue in queues]
    now = clocks.now
    backlog, allowed = _backlog(codes, clocks)
    rates, came = _arrivals(codes, now)
    left, since = _left(codes, now)
    found = {}
    for queue in queues:
        begun = min(came.get(queue.code, now), since.get(queue.code, now))
        if now - begun < LEAST:
            continue
        hours = [now + number * HOUR for number in range(HORIZON)]
        open_hours = _open_hours(queue.calendar() if queue.calendar else ALWAYS, now)
        past = sum(open_hours[hour_of_week(at)] for at in _past_hours(begun, now))
        per_hour = left[queue.code] / past if past else 0.0
        due = backlog[queue.code]
        found[queue.code] = play(
            overdue=sum(count for hour, count in due.items() if hour < 0),
            due={hour: count for hour, count in due.items() if hour >= 0},
            arrivals=[rates[queue.code][hour_of_week(at)] for at in hours],
            allowed=max(int(allowed.get(queue.code, _ALLOWED) / HOUR), 0),
            pace=[per_hour * open_hours[hour_of_week(at)] for at in hours],
        )
    return found


def _backlog(codes: list[str], clocks: Clocks) -> tuple[dict[str, Counter[int]], dict[str, dt.timedelta]]:
    """Open items by the hour from now in which they are due, and the usual time from entering to due."""
    now = clocks.now
    groups = (
        WorkItem.objects.filter(queue__in=codes, left_at__isnull=True)
        .order_by()
        .values("queue", "clock", moment=TruncHour(Coalesce("started_at", "due_at")), entered=TruncHour("entered_at"))
        .annotate(number=Count("*"))
    )
    backlog: dict[str, Counter[int]] = defaultdict(Counter)
    spans: dict[str, Counter[dt.timedelta]] = defaultdict(Counter)
    known: dict[tuple[int | None, dt.datetime], dt.datetime] = {}
    for group in groups:
        key = (group["clock"], group["moment"])
        if key not in known:
            known[key] = clocks.due_after(*key) if key[0] else key[1]
        due = known[key]
        # What enters later is an arrival that is known already: it counts from the hour it is due in like the rest.
        backlog[group["queue"]][int((due + HOUR / 2 - now) // HOUR)] += group["number"]
        spans[group["queue"]][due - group["entered"]] += group["number"]
    return backlog, {queue: _middle(counted) for queue, counted in spans.items()}


def _middle(counted: Counter[dt.timedelta]) -> dt.timedelta:
    """The median of counted spans."""
    half = sum(counted.values()) / 2
    for span in sorted(counted):
        half -= counted[span]
        if half <= 0:
            return span
    return _ALLOWED


def _arrivals(codes: list[str], now: dt.datetime) -> tuple[dict[str, list[float]], dict[str, dt.datetime]]:
    """Items that entered per hour of the week, averaged over the weeks looked at or since the first; and that one."""
    counted = list(
        WorkItem.objects.filter(queue__in=codes, entered_at__gte=now - LEARNED, entered_at__lt=now)
        .order_by()
        .values("queue", hour=TruncHour("entered_at", tzinfo=dt.UTC))
        .annotate(number=Count("*"))
    )
    first: dict[str, dt.datetime] = {}
    for row in counted:
        first[row["queue"]] = min(row["hour"], first.get(row["queue"], now))
    rates: dict[str, list[float]] = defaultdict(lambda: [0.0] * 168)
    for row in counted:
        weeks = max((now - first[row["queue"]]) / dt.timedelta(weeks=1), 1.0)
        rates[row["queue"]][hour_of_week(row["hour"])] += row["number"] / weeks
    return rates, first


def _left(codes: list[str], now: dt.datetime) -> tuple[Counter[str], dict[str, dt.datetime]]:
    """How many items left per queue lately, and since when the queue has been at work (at most LEARNED ago)."""
    waited = Q(left_at__gte=F("entered_at"))
    counted = (
        WorkItem.objects.filter(Q(left_at__gte=now - LEARNED), queue__in=codes)
        .order_by()
        .values("queue")
        .annotate(number=Count("entered_at", filter=waited), first=Min("entered_at"))
    )
    left: Counter[str] = Counter()
    since = {}
    for row in counted:
        left[row["queue"]] = row["number"]
        since[row["queue"]] = max(row["first"], now - LEARNED)
    return left, since


def _open_hours(calendar: Calendar, now: dt.datetime) -> list[float]:
    """Which part of every hour of the week is working time, as the coming week has it."""
    parts = [0.0] * 168
    end = now.replace(minute=0, second=0, microsecond=0) + dt.timedelta(weeks=1)
    for stretch in calendar.open_intervals(end - dt.timedelta(weeks=1)):
        if stretch.start >= end:
            break
        for hour in _hours(stretch, end):
            start, stop = max(hour, stretch.start), min(hour + HOUR, stretch.end, end)
            parts[hour_of_week(hour)] += (stop - start) / HOUR
    return parts


def _hours(stretch: Interval, end: dt.datetime) -> Iterable[dt.datetime]:
    hour = stretch.start.replace(minute=0, second=0, microsecond=0)
    while hour < min(stretch.end, end):
        yield hour
        hour += HOUR


def _past_hours(since: dt.datetime, now: dt.datetime) -> Iterable[dt.datetime]:
    hour = since.replace(minute=0, second=0, microsecond=0)
    while hour < now:
        yield hour
        hour += HOUR


@dataclass(frozen=True)
class Flow:
    """What entered and left a queue on every day, and what waited at its end."""

    days: list[dt.date]
    entered: list[int]
    left: list[int]
    waiting: list[int]


def flow(queue: str, now: dt.datetime | None = None, days: int = 30) -> Flow:
    """The flow of a queue over the last marketplace days, today included; from the entering and leaving of its items.

    What left before it was to enter never waited and does not count.
    """
    now = now or timezone.now()
    zone = timezone.get_default_timezone()
    today = timezone.localdate(now, zone)
    every = [today - dt.timedelta(days=number) for number in range(days - 1, -1, -1)]
    start = dt.datetime.combine(every[0], dt.time(), zone)
    waited = Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at"))
    items = WorkItem.objects.filter(waited, queue=queue, entered_at__lte=now).order_by()
    waiting = items.filter(Q(left_at__isnull=True) | Q(left_at__gte=start), entered_at__lt=start).count()
    entered = _per_day(items.filter(entered_at__gte=start), "entered_at")
    left = _per_day(items.filter(left_at__gte=start), "left_at")
    stand = []
    for day in every:
        waiting += entered[day] - left[day]
        stand.append(waiting)
    return Flow(every, [entered[day] for day in every], [left[day] for day in every], stand)


def _per_day(items: QuerySet[WorkItem], field: str) -> Counter[dt.date]:
    zone = timezone.get_default_timezone()
    rows = items.values(day=TruncDate(field, tzinfo=zone)).annotate(number=Count("*"))
    return Counter({row["day"]: row["number"] for row in rows})
