"""Database triggers on the facts: they keep the counters, whatever wrote the row (ORM, COPY, a hand in psql).

Only TRUNCATE goes past them; `manage.py update_counters --recount` repairs that.
"""

import pgtrigger

from orders import counter_sql


def _counters(name: str, fact: str, measures: tuple[str, ...]) -> list[pgtrigger.Trigger]:
    """Three triggers, because transition tables allow one event each."""
    kinds = [
        ("insert", pgtrigger.Insert, pgtrigger.Referencing(new="new_rows"), {"old": False, "new": True}),
        ("update", pgtrigger.Update, pgtrigger.Referencing(old="old_rows", new="new_rows"), {"old": True, "new": True}),
        ("delete", pgtrigger.Delete, pgtrigger.Referencing(old="old_rows"), {"old": True, "new": False}),
    ]
    return [
        pgtrigger.Trigger(
            name=f"{name}_{suffix}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            declare=[("stand", "date")],
            func=counter_sql.trigger_function(fact, measures, **tables),
        )
        for suffix, operation, referencing, tables in kinds
    ]


ORDER_COUNTERS = _counters("count_orders", counter_sql.ORDER_CONTRIBUTIONS, counter_sql.ORDER_MEASURES)
REVIEW_COUNTERS = _counters("count_reviews", counter_sql.REVIEW_CONTRIBUTIONS, counter_sql.REVIEW_MEASURES)

#: Leaving an order out of the metrics, or taking it back, does the same to its reviews.
EXCLUDE_REVIEWS = pgtrigger.Trigger(
    name="exclude_reviews",
    level=pgtrigger.Row,
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("is_excluded"),
    condition=pgtrigger.Condition("OLD.is_excluded IS DISTINCT FROM NEW.is_excluded"),
    func="UPDATE orders_review SET is_excluded = NEW.is_excluded WHERE order_id = NEW.id; RETURN NULL;",
)

#: A review of an order that is left out is left out too. The share lock waits for whoever is just changing the order.
FOLLOW_ORDER = pgtrigger.Trigger(
    name="follow_order",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("order_id"),
    condition=pgtrigger.Condition("NEW.order_id IS NOT NULL"),
    func="""
        NEW.is_excluded := coalesce(
            (SELECT o.is_excluded FROM orders_order AS o WHERE o.id = NEW.order_id FOR SHARE), NEW.is_excluded
        );
        RETURN NEW;
    """,
)
