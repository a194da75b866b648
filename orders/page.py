"""What the pages about orders say: the verdict, how an order stands, what happened."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from orders import clock
from orders.models import CancelledBy, Order, Review, Shipment
from shopops.ui import formats
from shopops.ui.clockview import urgency
from shopops.ui.parts import TimelineItem

#: Tone and icon of the tag of each state.
STATE_TAGS = {
    Order.State.RECEIVED: ("info", "orders"),
    Order.State.CONFIRMED: ("info", "orders"),
    Order.State.ALLOCATED: ("info", "orders"),
    Order.State.PACKED: ("info", "orders"),
    Order.State.SHIPPED: ("info", "truck"),
    Order.State.DELIVERED: ("ok", ""),
    Order.State.COMPLETED: ("ok", ""),
    Order.State.CANCELLED: ("neutral", "cross"),
}


@dataclass(frozen=True)
class Row:
    """A line of the list. `due` and `tone`: until when an open order must be shipped; `late_by`: of a shipped one."""

    order: Order
    state_tone: str
    state_icon: str
    goods: str
    due: dt.datetime | None
    tone: str
    late_by: dt.timedelta | None


def rows(orders: Iterable[Order], now: dt.datetime) -> list[Row]:
    """The lines of a page; needs `lines` prefetched, asks once for the pauses."""
    every = list(orders)
    due = clock.due_dates(every, now)
    return [_row(order, due.get(order.pk), now) for order in every]


def _row(order: Order, due: dt.datetime | None, now: dt.datetime) -> Row:
    tone, icon = STATE_TAGS[Order.State(order.state)]
    return Row(order, tone, icon, goods(order), due, urgency(due - now) if due else "", shipped_late_by(order))


def goods(order: Order) -> str:
    """What was ordered, in a few words: the first position and how many more."""
    lines = list(order.lines.all())
    if not lines:
        return ""
    first = lines[0].title or lines[0].product_ref or lines[0].get_category_display()
    more = len(lines) - 1
    if not more:
        return first
    text = ngettext("%(first)s and %(more)s more", "%(first)s and %(more)s more", more)
    return text % {"first": first, "more": formats.num(more)}


def shipped_late_by(order: Order) -> dt.timedelta | None:
    """How much too late an order was shipped, as the counters count it; None when it was not."""
    return _late_by(order.shipped_at, order.ship_by)


def delivered_late_by(order: Order) -> dt.timedelta | None:
    """How much later than promised an order was delivered; None when it was not."""
    return _late_by(order.delivered_at, order.promised_at)


def _late_by(at: dt.datetime | None, by: dt.datetime | None) -> dt.timedelta | None:
    return at - by if at and by and at > by else None


def headline(work: clock.ToShip) -> str:
    """The verdict of the list: what is to be shipped, and how much of it is overdue."""
    if not work.count:
        return _("No order to ship")
    numbers = {"number": formats.num(work.count), "overdue": formats.num(work.overdue)}
    if not work.overdue:
        return ngettext("%(number)s order to ship", "%(number)s orders to ship", work.count) % numbers
    text = ngettext(
        "%(number)s order to ship, %(overdue)s overdue", "%(number)s orders to ship, %(overdue)s overdue", work.count
    )
    return text % numbers


def verdict(order: Order, due: dt.datetime | None, now: dt.datetime) -> str:
    """The verdict of one order: what is to be done by when, or how it went."""
    if order.cancelled_at:
        return cancelled(order)
    if order.is_open:
        if due is None:
            return _("To ship; no time is promised")
        if due <= now:
            return _("Overdue: it was to be shipped by %(due)s") % {"due": formats.due(due, now=now)}
        return _("Ship it by %(due)s") % {"due": formats.due(due, now=now)}
    shipped, delivered = shipped_late_by(order), delivered_late_by(order)
    if order.delivered_at is None:
        return _("Shipped %(time)s late") % {"time": formats.duration(shipped)} if shipped else _("On the way")
    if shipped and delivered:
        times = {"shipped": formats.duration(shipped), "delivered": formats.duration(delivered)}
        return _("Shipped %(shipped)s late and delivered %(delivered)s late") % times
    if delivered:
        return _("Delivered %(time)s late") % {"time": formats.duration(delivered)}
    if shipped:
        return _("Delivered; shipped %(time)s late") % {"time": formats.duration(shipped)}
    if order.promised_at:
        return _("Delivered in time")
    return pgettext("verdict", "Delivered")


def cancelled(order: Order) -> str:
    """Who ended the order, as a sentence without its full stop."""
    return {
        CancelledBy.BUYER: _("Cancelled by the buyer"),
        CancelledBy.MERCHANT: _("Cancelled by your shop"),
        CancelledBy.PLATFORM: _("Cancelled by the platform"),
        CancelledBy.UNKNOWN: _("Cancelled, it is not known by whom"),
    }[CancelledBy(order.cancelled_by)]


def timeline(
    order: Order, shipments: Iterable[Shipment], reviews: Iterable[Review], due: dt.datetime | None, now: dt.datetime
) -> list[TimelineItem]:
    """Everything that happened to the order, its parcels and its reviews, and what comes, by time."""
    items = [TimelineItem(order.placed_at, _("The buyer placed the order"))]
    if order.paid_at:
        items.append(TimelineItem(order.paid_at, _("The buyer paid")))
    if order.shipped_at:
        items.append(_happened(order.shipped_at, shipped_late_by(order), _("Shipped"), _("Shipped, %(time)s late")))
    for shipment in shipments:
        items += _parcel(order, shipment)
    if order.delivered_at:
        late_by = delivered_late_by(order)
        items.append(
            _happened(order.delivered_at, late_by, pgettext("verdict", "Delivered"), _("Delivered, %(time)s late"))
        )
    if order.cancelled_at:
        items.append(TimelineItem(order.cancelled_at, cancelled(order), "caution"))
    for review in reviews:
        items.append(_review(review))
    return sorted([*items, *_to_come(order, due, now)], key=lambda item: item.at)


def _happened(at: dt.datetime, late_by: dt.timedelta | None, in_time: str, late: str) -> TimelineItem:
    if late_by:
        return TimelineItem(at, late % {"time": formats.duration(late_by)}, "danger")
    return TimelineItem(at, in_time, "ok")


def _parcel(order: Order, shipment: Shipment) -> list[TimelineItem]:
    """What the order's own times do not say already."""
    items = []
    number = {"number": shipment}
    if shipment.shipped_at and shipment.shipped_at != order.shipped_at:
        items.append(TimelineItem(shipment.shipped_at, _("Parcel %(number)s shipped") % number))
    if shipment.delivered_at and shipment.delivered_at != order.delivered_at:
        items.append(TimelineItem(shipment.delivered_at, _("Parcel %(number)s delivered") % number))
    return items


def _review(review: Review) -> TimelineItem:
    text = ngettext("The buyer gave %(stars)s star", "The buyer gave %(stars)s stars", review.rating)
    tone = "danger" if review.rating <= 2 else "ok" if review.rating >= 4 else ""
    return TimelineItem(review.created_at, text % {"stars": review.rating}, tone)


def _to_come(order: Order, due: dt.datetime | None, now: dt.datetime) -> list[TimelineItem]:
    items = []
    if due:
        tone = "danger" if due <= now else ""
        items.append(TimelineItem(due, _("Time to ship ends"), tone, is_next=due > now))
    if order.promised_at and not order.delivered_at and not order.cancelled_at:
        items.append(TimelineItem(order.promised_at, _("Delivery promised"), is_next=order.promised_at > now))
    return items
