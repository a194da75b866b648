"""Reading orders: what is open, and the facts behind the figures.

The functions that a warning quotes as evidence (`late_orders`, `cancelled_orders`, `delivered_late_orders` and
`low_reviews`) return exactly the rows that a metric's numerator counts, for the same `as_of` and window; a test
compares them.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from orders.counter_sql import SETTLING_DAYS
from orders.models import Order, Review
from shopops.metrics.selectors import marketplace_day


@dataclass(frozen=True)
class OpenOrders:
    """What a merchant has to ship: how many orders, of those how many are late already or due today, the first due."""

    to_ship: int
    overdue: int
    due_today: int
    first_due: dt.datetime | None


def window(as_of: dt.datetime, window_days: int, settling: int = 0) -> tuple[dt.datetime, dt.datetime]:
    """The moments [start, end) of the whole marketplace days that a window counts: those before the day of `as_of`.

    With `settling`, days count that many days later, so the window lies that much earlier.
    """
    end = marketplace_day(as_of) - dt.timedelta(days=settling)
    return start_of(end - dt.timedelta(days=window_days)), start_of(end)


def start_of(day: dt.date) -> dt.datetime:
    """The moment at which a marketplace day begins."""
    return dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())


# Evidence: the rows behind a numerator. `limit` cuts the list; the counts are whole.


def late_orders(merchant_id: int, as_of: dt.datetime, window_days: int, limit: int | None = None) -> QuerySet[Order]:
    """The orders behind `late`: due in the window and not shipped by then; longest ago first."""
    start, end = window(as_of, window_days)
    found = Order.objects.counted().late().filter(merchant_id=merchant_id, ship_by__gte=start, ship_by__lt=end)
    return found.order_by("ship_by", "id")[:limit]


def delivered_late_orders(
    merchant_id: int, as_of: dt.datetime, window_days: int, limit: int | None = None
) -> QuerySet[Order]:
    """The orders behind `delivered_late`: promised for the window and not delivered by then."""
    start, end = window(as_of, window_days)
    found = Order.objects.counted().delivered_late()
    return found.filter(merchant_id=merchant_id, promised_at__gte=start, promised_at__lt=end).order_by(
        "promised_at", "id"
    )[:limit]


def cancelled_orders(
    merchant_id: int, as_of: dt.datetime, window_days: int, limit: int | None = None
) -> QuerySet[Order]:
    """The orders behind `cancelled`: placed in the (settled) window, ended by the merchant or for an unknown reason."""
    start, end = window(as_of, window_days, SETTLING_DAYS)
    found = Order.objects.counted().failed_by_merchant()
    return found.filter(merchant_id=merchant_id, placed_at__gte=start, placed_at__lt=end).order_by("placed_at", "id")[
        :limit
    ]


def low_reviews(merchant_id: int, as_of: dt.datetime, window_days: int, limit: int | None = None) -> QuerySet[Review]:
    """The reviews behind `low_reviews`: written in the window, one or two stars; worst first."""
    start, end = window(as_of, window_days)
    found = Review.objects.counted().low().filter(merchant_id=merchant_id, created_at__gte=start, created_at__lt=end)
    return found.select_related("order").order_by("rating", "created_at", "id")[:limit]


def late_orders_count(merchant_id: int, as_of: dt.datetime, window_days: int) -> int:
    """How many `late_orders` there are."""
    return late_orders(merchant_id, as_of, window_days).count()


def delivered_late_orders_count(merchant_id: int, as_of: dt.datetime, window_days: int) -> int:
    """How many `delivered_late_orders` there are."""
    return delivered_late_orders(merchant_id, as_of, window_days).count()


def cancelled_orders_count(merchant_id: int, as_of: dt.datetime, window_days: int) -> int:
    """How many `cancelled_orders` there are."""
    return cancelled_orders(merchant_id, as_of, window_days).count()


def low_reviews_count(merchant_id: int, as_of: dt.datetime, window_days: int) -> int:
    """How many `low_reviews` there are."""
    return low_reviews(merchant_id, as_of, window_days).count()


# Work that is open.


def open_orders(merchant_id: int) -> QuerySet[Order]:
    """What a merchant still has to ship, first due first; orders without a ship-by time last."""
    return Order.objects.filter(merchant_id=merchant_id).open().order_by("ship_by", "id")


def open_summary(merchant_id: int, now: dt.datetime) -> OpenOrders:
    """Counts of what a merchant has to ship, in one query on the index of open orders."""
    today_ends = start_of(marketplace_day(now) + dt.timedelta(days=1))
    row = open_orders(merchant_id).aggregate(
        to_ship=Count("id"),
        overdue=Count("id", filter=Q(ship_by__lt=now)),
        due_today=Count("id", filter=Q(ship_by__gte=now, ship_by__lt=today_ends)),
        first_due=Min("ship_by", filter=Q(ship_by__gte=now)),
    )
    return OpenOrders(**row)


def open_orders_between(merchant_id: int, start: dt.datetime, end: dt.datetime) -> QuerySet[Order]:
    """What a merchant has to ship by a time in [start, end), such as inside a maintenance window."""
    return open_orders(merchant_id).filter(ship_by__gte=start, ship_by__lt=end)


def count_open_orders_between(
    start: dt.datetime, end: dt.datetime, merchant_ids: Collection[int] | None = None
) -> dict[int, int]:
    """How many orders each merchant has to ship in [start, end); merchants without any are left out. One query."""
    found = Order.objects.open().filter(ship_by__gte=start, ship_by__lt=end)
    if merchant_ids is not None:
        found = found.filter(merchant_id__in=merchant_ids)
    return dict(found.values_list("merchant_id").annotate(Count("id")).order_by("merchant_id"))


def order_counts_by_hour(since: dt.datetime, until: dt.datetime | None = None) -> dict[tuple[int, int], int]:
    """Orders placed per hour of the week, over all merchants: (weekday 0 = Monday, hour 0–23) → orders.

    Hours are the marketplace's; hours without orders are 0. Scans only the blocks of the time asked for (BRIN).
    """
    zone = timezone.get_default_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(isodow FROM local)::int - 1, extract(hour FROM local)::int, count(*) FROM ("
            "  SELECT placed_at AT TIME ZONE %s AS local FROM orders_order WHERE placed_at >= %s AND placed_at < %s"
            ") AS placed GROUP BY 1, 2",
            [zone, since, until or timezone.now()],
        )
        found = {(weekday, hour): count for weekday, hour, count in cursor.fetchall()}
    return {(weekday, hour): found.get((weekday, hour), 0) for weekday in range(7) for hour in range(24)}
