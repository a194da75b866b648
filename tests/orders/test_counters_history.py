"""After any history of changes the counters equal a recount, and the evidence equals the counters."""

import datetime as dt
import io

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from orders import counters, selectors
from orders.counter_sql import MEASURES
from orders.models import CancelledBy, Order, Review, WindowCounter
from shopops.metrics.registry import WINDOWS
from tests.orders.factories import DAY, at, make_merchant

START = at("2026-03-01 00:00")
MERCHANTS = 3

hours = st.integers(-200, 24 * 130)
maybe_hours = st.none() | hours


@st.composite
def orders(draw):
    cancelled = draw(st.none() | hours)
    return {
        "merchant": draw(st.integers(0, MERCHANTS - 1)),
        "number": draw(st.integers(0, 12)),
        "placed_at": draw(hours),
        "ship_by": draw(maybe_hours),
        "shipped_at": draw(maybe_hours),
        "promised_at": draw(maybe_hours),
        "delivered_at": draw(maybe_hours),
        "cancelled_at": cancelled,
        "cancelled_by": "" if cancelled is None else draw(st.sampled_from(CancelledBy.values)),
        "amount": draw(st.integers(0, 10**12)),
        "is_excluded": draw(st.booleans()),
    }


TIMES = ("placed_at", "ship_by", "shipped_at", "promised_at", "delivered_at", "cancelled_at")
reviews = st.tuples(st.integers(0, MERCHANTS - 1), st.integers(0, 12), hours, st.integers(1, 5), st.booleans())
some = st.integers(0, 2**13 - 1)  # which of the numbers 0..12, as bits
steps = st.one_of(
    st.tuples(st.just("upsert"), st.lists(orders(), min_size=1, max_size=8)),
    st.tuples(st.just("copy"), st.lists(orders(), min_size=1, max_size=8)),
    st.tuples(st.just("update"), some, st.sampled_from([*TIMES[1:5], "placed_at"]), hours),
    st.tuples(st.just("move"), some, st.integers(0, MERCHANTS - 1)),
    st.tuples(st.just("exclude"), some, st.booleans()),
    st.tuples(st.just("delete"), some),
    st.tuples(st.just("review"), st.lists(reviews, min_size=1, max_size=6)),
    st.tuples(st.just("rerate"), some, st.integers(1, 5)),
    st.tuples(st.just("slide"), st.integers(-100, 200)),
    st.tuples(st.just("slide"), st.integers(-3, 10)),
)


def moment(value):
    return None if value is None else START + dt.timedelta(hours=value)


def as_order(spec, merchants):
    fields = {name: moment(spec[name]) for name in TIMES}
    state = Order.State.CANCELLED if spec["cancelled_by"] else Order.State.RECEIVED
    return Order(
        merchant=merchants[spec["merchant"]],
        external_id=str(spec["number"]),
        state=state,
        cancelled_by=spec["cancelled_by"],
        amount=spec["amount"],
        is_excluded=spec["is_excluded"],
        excluded_reason="fraud" if spec["is_excluded"] else "",
        **fields,
    )


def unique(specs):
    return {(spec["merchant"], spec["number"]): spec for spec in specs}.values()


def numbers(bits):
    return [str(n) for n in range(13) if bits >> n & 1]


class History:
    """Applies steps the way each kind of writer would."""

    def __init__(self, merchants):
        self.merchants = merchants

    def upsert(self, specs):
        Order.objects.bulk_create(
            [as_order(spec, self.merchants) for spec in unique(specs)],
            update_conflicts=True,
            unique_fields=["merchant", "external_id"],
            update_fields=[*TIMES, "state", "cancelled_by", "amount"],
        )

    def copy(self, specs):
        fresh = [as_order(spec, self.merchants) for spec in unique(specs)]
        Order.objects.filter(external_id__in=[o.external_id for o in fresh]).delete()
        names = ["merchant_id", "external_id", *TIMES, "state", "cancelled_by", "amount", "is_excluded"]
        names += ["excluded_reason", "freight", "currency", "buyer_ref", "region"]
        lines = "".join("\t".join(self.text(getattr(o, name)) for name in names) + "\n" for o in fresh)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY orders_order ({', '.join(names)}) FROM STDIN", io.StringIO(lines))

    @staticmethod
    def text(value):
        return "\\N" if value is None else str(value)

    def update(self, bits, field, hour):
        Order.objects.filter(external_id__in=numbers(bits)).update(**{field: moment(hour)})

    def move(self, bits, to):
        taken = set(Order.objects.filter(merchant=self.merchants[to]).values_list("external_id", flat=True))
        for number in set(numbers(bits)) - taken:
            first = Order.objects.filter(external_id=number).order_by("pk").first()
            if first:
                Order.objects.filter(pk=first.pk).update(merchant=self.merchants[to])

    def exclude(self, bits, is_excluded):
        Order.objects.filter(external_id__in=numbers(bits)).update(is_excluded=is_excluded, excluded_reason="fraud")

    def delete(self, bits):
        Order.objects.filter(external_id__in=numbers(bits)).delete()

    def review(self, specs):
        fresh = {(m, n): (m, n, hour, rating, of_order) for m, n, hour, rating, of_order in specs}
        rows = []
        for m, n, hour, rating, of_order in fresh.values():
            merchant = self.merchants[m]
            about = Order.objects.filter(merchant=merchant, external_id=str(n)).first() if of_order else None
            rows.append(
                Review(merchant=merchant, external_id=str(n), order=about, rating=rating, created_at=moment(hour))
            )
        Review.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["merchant", "external_id"],
            update_fields=["rating", "created_at", "order"],
        )

    def rerate(self, bits, rating):
        Review.objects.filter(external_id__in=numbers(bits)).update(rating=rating)

    def slide(self, day):
        counters.slide(START.date() + day * DAY)


@pytest.mark.django_db
@settings(max_examples=120, deadline=None)
@given(history=st.lists(steps, min_size=1, max_size=12))
def test_counters_equal_a_recount_after_any_history(history):
    with transaction.atomic():
        counters.slide(START.date() + 60 * DAY)
        merchants = [make_merchant() for _ in range(MERCHANTS)]
        writer = History(merchants)
        for name, *arguments in history:
            getattr(writer, name)(*arguments)
        check_evidence(merchants)
        assert not counters.recount()
        assert Review.objects.filter(order__isnull=False).exclude(is_excluded=_order_excluded()).count() == 0
        transaction.set_rollback(True)


def _order_excluded():
    from django.db.models import F

    return F("order__is_excluded")


def check_evidence(merchants):
    """The rows quoted as evidence are as many as the counters say."""
    day = counters.stand()
    as_of = selectors.start_of(day) + dt.timedelta(hours=9)
    behind = {
        "late": selectors.late_orders_count,
        "delivered_late": selectors.delivered_late_orders_count,
        "cancelled": selectors.cancelled_orders_count,
        "low_reviews": selectors.low_reviews_count,
    }
    stored = {row["merchant_id"]: row for row in WindowCounter.objects.values()}
    nothing = {f"{measure}_{days}": 0 for measure in MEASURES for days in WINDOWS}
    for merchant in merchants:
        row = stored.get(merchant.pk, nothing)
        for measure, count in behind.items():
            for days in WINDOWS:
                assert count(merchant.pk, as_of, days) == row[f"{measure}_{days}"], (measure, days)
