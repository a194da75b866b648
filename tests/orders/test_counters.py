"""What the counters count, and that they move with the days."""

import datetime as dt

import pytest
from django.db import connection

from orders import counters, services
from orders.models import DayCounter, Order, Review, WindowCounter
from shopops.audit.models import Entry
from shopops.jobs.services import run_job
from shopops.metrics.selectors import evaluate_one
from tests.orders.factories import DAY, HOUR, at, make_merchant, make_order, make_review, order

pytestmark = pytest.mark.django_db

PLACED = at("2026-03-01 14:00")
TODAY = dt.date(2026, 3, 20)


@pytest.fixture(autouse=True)
def windows_stand_at_today() -> None:
    counters.slide(TODAY)


def window(merchant, *names):
    row = WindowCounter.objects.values().get(merchant=merchant)
    return [row[name] for name in names]


def day(merchant, date):
    row = DayCounter.objects.values().get(merchant=merchant, day=date)
    return {name: value for name, value in row.items() if value and name not in ("merchant_id", "day")}


def test_an_order_counts_on_three_days_of_its_own():
    merchant = make_merchant()
    make_order(merchant, PLACED, amount=12_345, shipped_at=PLACED + HOUR, delivered_at=PLACED + 3 * DAY)
    assert day(merchant, dt.date(2026, 3, 4)) == {"orders": 1, "gmv": 12_345}  # three days to settle
    assert day(merchant, dt.date(2026, 3, 3)) == {"due": 1}
    assert day(merchant, dt.date(2026, 3, 11)) == {"promised": 1}
    assert window(merchant, "orders_30", "gmv_30", "due_30", "late_30", "delivered_late_30") == [1, 12_345, 1, 0, 0]


def test_days_are_those_of_the_marketplace():
    merchant = make_merchant()
    make_review(merchant, at("2026-03-01 00:10"))  # in Shanghai; the day before in UTC
    assert day(merchant, dt.date(2026, 3, 1)) == {"reviews": 1, "rating_sum": 5}


@pytest.mark.parametrize(
    ("shipped", "late"),
    [(None, 1), (2 * DAY, 0), (2 * DAY + HOUR, 1), (-DAY, 0)],
    ids=["never", "just", "after", "odd"],
)
def test_late_is_not_shipped_by_the_time(shipped, late):
    merchant = make_merchant()
    make_order(merchant, PLACED, shipped_at=None if shipped is None else PLACED + shipped)
    assert window(merchant, "due_30", "late_30") == [1, late]


def test_an_order_cancelled_before_its_time_is_not_due_and_one_cancelled_after_is_late():
    merchant = make_merchant()
    make_order(merchant, PLACED, cancelled_at=PLACED + HOUR)
    make_order(merchant, PLACED, cancelled_at=PLACED + 5 * DAY)
    assert window(merchant, "due_30", "late_30", "promised_30", "cancelled_30") == [1, 1, 0, 2]


@pytest.mark.parametrize(("who", "counted"), [("buyer", 0), ("platform", 0), ("merchant", 1), ("unknown", 1)])
def test_cancellations_count_when_the_merchant_is_accountable(who, counted):
    merchant = make_merchant()
    make_order(merchant, PLACED, cancelled_at=PLACED + HOUR, cancelled_by=who)
    assert window(merchant, "orders_30", "cancelled_30") == [1, counted]


def test_an_order_without_times_counts_only_as_placed():
    merchant = make_merchant()
    make_order(merchant, PLACED, ship_by=None, promised_at=None)
    assert window(merchant, "orders_30", "due_30", "promised_30") == [1, 0, 0]


def test_one_and_two_stars_are_low():
    merchant = make_merchant()
    for rating in (1, 2, 3, 5):
        make_review(merchant, PLACED, rating)
    assert window(merchant, "reviews_30", "rating_sum_30", "low_reviews_30") == [4, 11, 2]


def test_updates_and_deletes_take_back_what_was_counted():
    merchant, other = make_merchant(), make_merchant()
    made = make_order(merchant, PLACED)
    Order.objects.filter(pk=made.pk).update(shipped_at=PLACED + HOUR)
    assert window(merchant, "due_30", "late_30") == [1, 0]
    Order.objects.filter(pk=made.pk).update(merchant=other)
    assert window(merchant, "orders_30", "due_30") == [0, 0]
    assert window(other, "orders_30", "due_30") == [1, 1]
    Order.objects.all().delete()
    assert window(other, "orders_30", "due_30") == [0, 0]


def test_bulk_writes_and_upserts_are_counted():
    merchant = make_merchant()
    orders = [order(merchant, PLACED, external_id=f"b{n}") for n in range(50)]
    Order.objects.bulk_create(orders)
    assert window(merchant, "orders_30", "late_30") == [50, 50]
    for each in orders[:20]:
        each.shipped_at = PLACED
    Order.objects.bulk_create(
        [*orders[:20], order(merchant, PLACED, external_id="new")],
        update_conflicts=True,
        unique_fields=["merchant", "external_id"],
        update_fields=["shipped_at"],
    )
    assert window(merchant, "orders_30", "late_30") == [51, 31]


def test_malicious_orders_leave_every_metric_with_their_reviews(make_user):
    merchant = make_merchant()
    made, honest = make_order(merchant, PLACED), make_order(merchant, PLACED)
    make_review(merchant, PLACED, 1, order=made)
    make_review(merchant, PLACED, 4, order=honest)
    actor = make_user("lin")
    assert services.exclude_orders(order_ids=[made.pk], reason="Returns fraud", actor=actor) == 1
    make_review(merchant, PLACED, 1, order=made)  # comes in later
    assert window(merchant, "orders_30", "late_30", "reviews_30", "low_reviews_30") == [1, 1, 1, 0]
    assert services.exclude_orders(order_ids=[made.pk], reason="Again", actor=actor) == 0
    assert Entry.objects.filter(action="orders.excluded", merchant_id=merchant.pk).count() == 1
    services.include_orders(order_ids=[made.pk], reason="Verified normal", actor=actor)
    assert window(merchant, "orders_30", "late_30", "reviews_30", "low_reviews_30") == [2, 2, 3, 2]
    with pytest.raises(ValueError, match="Say why"):
        services.exclude_orders(order_ids=[made.pk], reason=" ", actor=actor)


def test_windows_end_before_today_and_begin_on_their_first_day():
    merchant = make_merchant()
    for days in (0, 1, 7, 8, 30, 31, 90, 91):
        make_review(merchant, at(f"{TODAY} 12:00") - days * DAY)
    assert window(merchant, "reviews_7", "reviews_30", "reviews_90") == [2, 4, 6]


def test_a_slide_brings_in_the_new_days_and_takes_out_the_old():
    merchant, quiet = make_merchant(), make_merchant()
    make_review(quiet, at("2020-01-01 12:00"))
    for days in range(100):
        make_review(merchant, at("2026-03-25 12:00") - days * DAY, 1 + days % 5)
    for to in (1, 3, 7, 30, 2, -40, 400, 0):
        result = counters.slide(TODAY + to * DAY)
        assert result.merchants == 2
        assert set(WindowCounter.objects.values_list("as_of", flat=True)) == {TODAY + to * DAY}
        assert not counters.recount(), to


def test_a_slide_to_where_it_stands_does_nothing():
    make_review(make_merchant(), PLACED)
    assert counters.slide(TODAY).days == 0


def test_the_job_slides_to_the_marketplace_day_and_reports():
    merchant = make_merchant()
    make_order(merchant, PLACED)
    run = run_job("update_counters", as_of=at("2026-03-21 00:05"))
    assert run.result == {"day": "2026-03-21", "merchants": 1, "days_moved": 1}


def test_a_recount_finds_and_repairs_what_is_wrong():
    merchant = make_merchant()
    make_order(merchant, PLACED)
    assert not counters.recount()
    WindowCounter.objects.update(late_7=5)
    DayCounter.objects.filter(due=1).update(due=3)
    run = run_job("recount_counters", as_of=at(f"{TODAY} 00:05"))
    assert (run.result["wrong_days"], run.result["wrong_windows"]) == (1, 1)
    assert window(merchant, "due_30", "late_7") == [1, 0]
    assert not counters.recount()


def test_a_recount_repairs_what_truncate_left():
    make_order(make_merchant(), PLACED)
    make_review(make_merchant(), PLACED)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE orders_order CASCADE")
    assert counters.recount().days
    assert not DayCounter.objects.exists()
    assert not Review.objects.exists()


def test_metrics_say_the_same_from_windows_and_from_days():
    merchant = make_merchant()
    make_order(merchant, PLACED)
    make_order(merchant, PLACED, shipped_at=PLACED)
    make_review(merchant, PLACED, 4)
    codes = ["late_shipment_30d", "cancellation_30d", "review_average_90d", "low_review_90d", "delivered_late_30d"]
    as_of = at(f"{TODAY} 09:00")
    from_windows = evaluate_one(merchant.pk, codes, as_of=as_of)
    counters.slide(TODAY - 9 * DAY)
    assert evaluate_one(merchant.pk, codes, as_of=as_of) == from_windows
    assert [value.ratio for value in from_windows.values()] == [0.5, 0, 4, 0, 1]
