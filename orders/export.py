"""Orders as a CSV file that spreadsheets open in either language, written while it is sent."""

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.urls import reverse

from orders.models import Order
from shopops.ui import formats

#: Orders held in memory at a time.
CHUNK = 2_000
#: A cell that starts so would be run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

HEADING = (
    *("number", "state", "placed_at", "paid_at", "ship_by", "shipped_at", "promised_at", "delivered_at"),
    *("cancelled_at", "cancelled_by", "amount", "freight", "total", "currency", "buyer", "region"),
    *("left_out", "why_left_out", "link"),
)


def csv_file(name: str, orders: QuerySet[Order]) -> StreamingHttpResponse:
    """Return a download of all these orders; amounts are whole units of their currency, times ISO 8601 in UTC."""
    response = StreamingHttpResponse(_text(orders), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def _text(orders: QuerySet[Order]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # lets spreadsheets read Chinese as UTF-8
    yield writer.writerow(HEADING)
    for order in orders.iterator(chunk_size=CHUNK):
        yield writer.writerow([_harmless(value) for value in _cells(order)])


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


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
