"""Orders as rows of a file."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from orders.models import Order
from shopops.ui import formats

#: Orders held in memory at a time.
CHUNK = 2_000

HEADING = (
    *("number", "state", "placed_at", "paid_at", "ship_by", "shipped_at", "promised_at", "delivered_at"),
    *("cancelled_at", "cancelled_by", "amount", "freight", "total", "currency", "buyer", "region"),
    *("left_out", "why_left_out", "link"),
)


def rows(orders: QuerySet[Order]) -> Iterator[Sequence[Any]]:
    """Return heading and orders; amounts are whole units of their currency, times ISO 8601 in UTC."""
    yield HEADING
    for order in orders.iterator(chunk_size=CHUNK):
        yield _cells(order)


def _cells(order: Order) -> list[Any]:
    return [
        order.external_id,
        order.state,
        *(
            _moment(at)
            for at in (
                *(order.placed_at, order.paid_at, order.ship_by, order.shipped_at),
                *(order.promised_at, order.delivered_at, order.cancelled_at),
            )
        ),
        order.cancelled_by,
        *(formats.units(amount, order.currency) for amount in (order.amount, order.freight, order.total)),
        order.currency,
        order.buyer_ref,
        order.region,
        "yes" if order.is_excluded else "no",
        order.excluded_reason,
        f"{settings.SITE_URL}{reverse('orders:detail', args=[order.pk])}",
    ]


def _moment(at: dt.datetime | None) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="seconds") if at else ""
