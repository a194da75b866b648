"""The tabs of the merchant's list of orders: which orders each shows, in which order."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders import clock
from orders.models import Order
from orders.paging import Keyset

#: Counts stop here: nobody needs to know more exactly, and counting a million orders takes time.
COUNT_LIMIT = 1_000

#: Sorts orders without a ship-by time behind all others.
_NEVER = dt.datetime(9999, 12, 1, tzinfo=dt.UTC)
_NEWEST = Keyset("placed_at", newest_first=True)
_FIRST_DUE = Keyset("due_key", newest_first=False)

Narrow = Callable[[QuerySet[Order], int, dt.datetime], QuerySet[Order]]


@dataclass(frozen=True)
class Tab:
    """A tab: its name, the tone of its count, its orders, and how they are sorted."""

    code: str
    name: str | Promise
    tone: str
    narrow: Narrow
    keyset: Keyset = _NEWEST


def _to_ship(orders: QuerySet[Order], merchant_id: int, now: dt.datetime) -> QuerySet[Order]:
    never = Value(_NEVER, output_field=DateTimeField())
    return orders.filter(shipped_at__isnull=True, cancelled_at__isnull=True).annotate(
        due_key=Coalesce("ship_by", never)
    )


def _on_the_way(orders: QuerySet[Order], merchant_id: int, now: dt.datetime) -> QuerySet[Order]:
    return orders.filter(shipped_at__isnull=False, delivered_at__isnull=True, cancelled_at__isnull=True)


def _late(orders: QuerySet[Order], merchant_id: int, now: dt.datetime) -> QuerySet[Order]:
    """Shipped late, and what is overdue now; clocks that stood still have not run out yet."""
    late = Order.objects.late().filter(Q(shipped_at__isnull=False) | Q(ship_by__lt=now))
    return (orders & late).exclude(pk__in=clock.held_up(merchant_id, now, clock.pauses(now)))


def _cancelled(orders: QuerySet[Order], merchant_id: int, now: dt.datetime) -> QuerySet[Order]:
    return orders.filter(cancelled_at__isnull=False)


def _all(orders: QuerySet[Order], merchant_id: int, now: dt.datetime) -> QuerySet[Order]:
    return orders


TABS = {
    tab.code: tab
    for tab in (
        Tab("to_ship", _("To ship"), "info", _to_ship, _FIRST_DUE),
        Tab("on_the_way", _("On the way"), "neutral", _on_the_way),
        Tab("late", _("Late"), "danger", _late),
        Tab("cancelled", _("Cancelled"), "neutral", _cancelled),
        Tab("all", _("All"), "neutral", _all),
    )
}


def capped_count(orders: QuerySet[Order]) -> int:
    """How many orders there are, COUNT_LIMIT + 1 when there are more than COUNT_LIMIT."""
    return orders.order_by()[: COUNT_LIMIT + 1].count()
