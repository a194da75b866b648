"""The metrics that orders and reviews give to scores and rules."""

from django.utils.translation import gettext_lazy as _

from orders import counter_sql
from shopops.metrics.registry import WINDOWS, Better, CounterTable, Metric, counter_tables, metrics

ORDERS = CounterTable(
    code="orders",
    day_table=counter_sql.DAY_TABLE,
    window_table=counter_sql.WINDOW_TABLE,
    measures=counter_sql.MEASURES,
)

#: (code, label, numerator, denominator, settling days, better, unit, description)
_METRICS = (
    (
        "late_shipment",
        {7: _("Shipped late, 7 days"), 30: _("Shipped late, 30 days"), 90: _("Shipped late, 90 days")},
        ("late", "due"),
        0,
        Better.LOWER,
        "percent",
        _("Orders not shipped by their ship-by time, of those that were due. Orders cancelled before it do not count."),
    ),
    (
        "cancellation",
        {
            7: _("Cancelled by the shop, 7 days"),
            30: _("Cancelled by the shop, 30 days"),
            90: _("Cancelled by the shop, 90 days"),
        },
        ("cancelled", "orders"),
        counter_sql.SETTLING_DAYS,
        Better.LOWER,
        "percent",
        _("Orders cancelled by the merchant or for an unknown reason, of those placed. Counted 3 days after placing."),
    ),
    (
        "review_average",
        {7: _("Review average, 7 days"), 30: _("Review average, 30 days"), 90: _("Review average, 90 days")},
        ("rating_sum", "reviews"),
        0,
        Better.HIGHER,
        "stars",
        _("The mean of the stars that buyers gave, 1 to 5."),
    ),
    (
        "low_review",
        {7: _("Low reviews, 7 days"), 30: _("Low reviews, 30 days"), 90: _("Low reviews, 90 days")},
        ("low_reviews", "reviews"),
        0,
        Better.LOWER,
        "percent",
        _("Reviews with one or two stars, of all reviews."),
    ),
    (
        "delivered_late",
        {7: _("Delivered late, 7 days"), 30: _("Delivered late, 30 days"), 90: _("Delivered late, 90 days")},
        ("delivered_late", "promised"),
        0,
        Better.LOWER,
        "percent",
        _("Orders not delivered by the promised time, of those promised. Orders cancelled before it do not count."),
    ),
)


def register() -> None:
    """Register the counter table and one metric per measure and window, such as late_shipment_30d."""
    counter_tables.register(ORDERS)
    for code, labels, (numerator, denominator), settling, better, unit, description in _METRICS:
        for window in WINDOWS:
            metrics.register(
                Metric(
                    code=f"{code}_{window}d",
                    label=labels[window],
                    table=ORDERS.code,
                    numerator=numerator,
                    denominator=denominator,
                    window=window,
                    settling=settling,
                    better=better,
                    unit=unit,
                    description=description,
                )
            )
