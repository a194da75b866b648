"""The time to ship: until an order's ship-by time, later by the time in which shipping stood still. Computed on read.

A clock runs only while an order is open. Whether a shipped order was late is a fact and told as the counters count it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orders.models import Order
from orders.selectors import open_orders, open_summary
from shopops.clocks.models import Feature
from shopops.clocks.pure import Interval, deadline, merged
from shopops.clocks.services import pauses_of
from shopops.ui.clockview import ClockView, Pause

#: Pauses that ended longer ago do not matter to an order that is still open.
LOOK_BACK = dt.timedelta(days=180)


@dataclass(frozen=True)
class ToShip:
    """What a merchant has to ship: how many orders, of those how many are overdue.

    `overdue_since` is the first missed time, `next_due` the first that can still be kept; None where there is none.
    """

    count: int
    overdue: int
    overdue_since: dt.datetime | None
    next_due: dt.datetime | None


def pauses(now: dt.datetime) -> list[Interval]:
    """When shipping stood still or will, in order, overlaps joined. One query."""
    return merged(pauses_of(Feature.SHIPPING, now - LOOK_BACK))


def due_at(order: Order, stops: Sequence[Interval]) -> dt.datetime | None:
    """When an open order must be shipped; None when no time was promised."""
    return _due(order.placed_at, order.ship_by, stops) if order.ship_by else None


def due_dates(orders: Iterable[Order], now: dt.datetime) -> dict[int, dt.datetime | None]:
    """The same for the open ones of many orders, by id."""
    stops = pauses(now)
    return {order.pk: due_at(order, stops) for order in orders if order.is_open}


def clock_of(order: Order, now: dt.datetime) -> ClockView | None:
    """The clock of an open order as the page shows it; None when there is none to show."""
    if not order.is_open or order.ship_by is None or order.ship_by <= order.placed_at:
        return None
    reason = str(Feature.SHIPPING.label)
    stops = [Pause(stop.start, stop.end, reason) for stop in pauses(now) if stop.end > order.placed_at]
    return ClockView.of(order.placed_at, order.ship_by - order.placed_at, stops, now)


def held_up(merchant_id: int, now: dt.datetime, stops: Sequence[Interval]) -> dict[int, dt.datetime]:
    """Open orders past their ship-by time whose clock still runs, because it stood still before: id → due."""
    most = _total(stops)
    if not most:
        return {}
    past = open_orders(merchant_id).filter(ship_by__lt=now, ship_by__gte=now - most)
    due = {pk: _due(placed, by, stops) for pk, placed, by in past.values_list("pk", "placed_at", "ship_by") if by}
    return {pk: moment for pk, moment in due.items() if moment > now}


def to_ship(merchant_id: int, now: dt.datetime) -> ToShip:
    """Count what a merchant has to ship, pauses taken into account."""
    summary = open_summary(merchant_id, now)
    stops = pauses(now) if summary.to_ship else []
    held = held_up(merchant_id, now, stops)
    overdue = summary.overdue - len(held)
    upcoming = list(held.values())
    if summary.first_due:
        # A pause can move a later ship-by time before this one, at most by the length of all pauses.
        near = open_orders(merchant_id).filter(ship_by__range=(summary.first_due, summary.first_due + _total(stops)))
        upcoming += [_due(placed, by, stops) for placed, by in near.values_list("placed_at", "ship_by") if by]
    return ToShip(
        count=summary.to_ship,
        overdue=overdue,
        overdue_since=_overdue_since(merchant_id, now, stops, held) if overdue else None,
        next_due=min(upcoming, default=None),
    )


def _overdue_since(
    merchant_id: int, now: dt.datetime, stops: Sequence[Interval], held: Iterable[int]
) -> dt.datetime | None:
    first = open_orders(merchant_id).filter(ship_by__lt=now).exclude(pk__in=held).first()
    return due_at(first, stops) if first else None


def _due(placed_at: dt.datetime, ship_by: dt.datetime, stops: Sequence[Interval]) -> dt.datetime:
    # Real orders may contradict themselves: a time to ship before the order cannot be paused.
    if not any(stop.start < ship_by and stop.end > placed_at for stop in stops):
        return ship_by
    return deadline(placed_at, ship_by - placed_at, pauses=stops)


def _total(stops: Iterable[Interval]) -> dt.timedelta:
    return sum((stop.length for stop in stops), dt.timedelta())
