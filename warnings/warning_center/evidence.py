"""The facts behind a finding, copied as they stand when it is made. Rules never read these; they read metrics."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from merchants.models import Document
from orders import selectors as orders
from orders.models import Order, Review
from shopops.metrics.registry import metrics
from warning_center.policy import MetricRule, Rule

if TYPE_CHECKING:
    from warning_center.measuring import Measurement

#: Facts kept per finding. Beyond that the figure stands for itself, and the page says how many there are.
LIMIT = 500


@dataclass(frozen=True)
class FactRow:
    """A fact to keep: what it is, its id and name, and its values (times and amounts in minor units)."""

    kind: str
    object_id: int
    label: str
    data: dict[str, Any] = field(default_factory=dict)


#: (merchant id, as of, window in days, limit) → facts
Source = Callable[[int, dt.datetime, int, int], list[FactRow]]


def _order(kind: str, order: Order) -> FactRow:
    return FactRow(
        kind=kind,
        object_id=order.pk,
        label=order.external_id,
        data={
            "placed_at": order.placed_at,
            "ship_by": order.ship_by,
            "shipped_at": order.shipped_at,
            "cancelled_at": order.cancelled_at,
            "cancelled_by": order.cancelled_by,
            "amount": order.total,
            "currency": order.currency,
        },
    )


def _review(review: Review) -> FactRow:
    return FactRow(
        kind="review",
        object_id=review.pk,
        label=review.order.external_id if review.order else review.external_id,
        data={
            "rating": review.rating,
            "text": review.text or review.title,
            "written_at": review.created_at,
            "order_id": review.order_id,
        },
    )


def _late(merchant_id: int, as_of: dt.datetime, window: int, limit: int) -> list[FactRow]:
    return [_order("late_order", order) for order in orders.late_orders(merchant_id, as_of, window, limit)]


def _cancelled(merchant_id: int, as_of: dt.datetime, window: int, limit: int) -> list[FactRow]:
    return [_order("cancelled_order", order) for order in orders.cancelled_orders(merchant_id, as_of, window, limit)]


def _low_reviews(merchant_id: int, as_of: dt.datetime, window: int, limit: int) -> list[FactRow]:
    return [_review(review) for review in orders.low_reviews(merchant_id, as_of, window, limit)]


#: By the metric's numerator, whatever its window.
SOURCES: dict[str, Source] = {
    "late": _late,
    "cancelled": _cancelled,
    "rating_sum": _low_reviews,
    "low_reviews": _low_reviews,
}


def collect(rule: Rule, merchant_id: int, measurement: "Measurement", as_of: dt.datetime) -> list[FactRow]:
    """Return the facts of a finding, at most LIMIT; none for a metric whose app shows no facts."""
    if not isinstance(rule, MetricRule):
        return _document(measurement)
    metric = metrics.get(rule.metric)
    source = SOURCES.get(metric.numerator)
    return source(merchant_id, as_of, metric.window, LIMIT) if source else []


def _document(measurement: "Measurement") -> list[FactRow]:
    document = Document.objects.get(pk=measurement.params["document_id"])
    return [
        FactRow(
            kind="document",
            object_id=document.pk,
            label=document.original_name,
            data={
                "document": measurement.params["document"],
                "number": document.number,
                "issued_on": document.issued_on,
                "expires_on": document.expires_on,
            },
        )
    ]
