"""The real thing: 8,135 orders of 1,610 sellers. Needs the dataset; OLIST_DIR names its folder."""

import csv
import datetime as dt
import os
from collections import Counter, defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from merchants.models import Merchant
from orders import counters, selectors
from orders.counter_sql import MEASURES
from orders.importing import import_facts
from orders.models import Order, OrderLine, Review, Shipment, WindowCounter
from shopops.metrics.registry import WINDOWS

OLIST = Path(os.environ.get("OLIST_DIR") or Path(settings.BASE_DIR).parent / "shared" / "data" / "olist")
AS_OF = dt.date(2018, 9, 1)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (OLIST / "olist_orders_dataset.csv").is_file(), reason="set OLIST_DIR to the folder of the Olist dataset"
    ),
]


@pytest.fixture(scope="module")
def imported(django_db_setup, django_db_blocker, tmp_path_factory):
    """The dataset imported once for all tests here, in a transaction that is taken back."""
    rejects = tmp_path_factory.mktemp("olist") / "rejects.csv"
    with django_db_blocker.unblock(), transaction.atomic():
        result = import_facts("olist", OLIST, rejects_path=rejects)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # once, not at the end of each test
        yield result
        transaction.set_rollback(True)


def read(name):
    with (OLIST / f"olist_{name}_dataset.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Sao_Paulo")) if text else None


def day(value):
    return value.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def cents(text):
    units, _point, part = text.partition(".")
    return int(units) * 100 + int(part.ljust(2, "0"))


def expected_windows():
    """Every seller's windows, computed from the CSV files alone."""
    orders = {row["order_id"]: row for row in read("orders")}
    pairs = defaultdict(list)
    for item in read("order_items"):
        pairs[item["seller_id"], item["order_id"]].append(item)
    sellers_of = defaultdict(list)
    dated = []  # (seller, day, measure, amount)
    for (seller, order_id), items in pairs.items():
        sellers_of[order_id].append(seller)
        row = orders[order_id]
        placed, approved = moment(row["order_purchase_timestamp"]), moment(row["order_approved_at"])
        is_cancelled = row["order_status"] in ("canceled", "unavailable")
        cancelled = (approved or placed) if is_cancelled else None
        counted = day(placed) + dt.timedelta(days=3)
        dated += [(seller, counted, "orders", 1), (seller, counted, "cancelled", int(is_cancelled))]
        dated.append((seller, counted, "gmv", sum(cents(item["price"]) for item in items)))
        ship_by, shipped = (
            max(moment(i["shipping_limit_date"]) for i in items),
            moment(row["order_delivered_carrier_date"]),
        )
        if cancelled is None or cancelled >= ship_by:
            dated += [(seller, day(ship_by), "due", 1)]
            dated += [(seller, day(ship_by), "late", int(shipped is None or shipped > ship_by))]
        promised = moment(row["order_estimated_delivery_date"])
        delivered = moment(row["order_delivered_customer_date"])
        if cancelled is None or cancelled >= promised:
            dated += [(seller, day(promised), "promised", 1)]
            dated += [(seller, day(promised), "delivered_late", int(delivered is None or delivered > promised))]
    for review in read("order_reviews"):
        rating, written = int(review["review_score"]), day(moment(review["review_creation_date"]))
        for seller in sellers_of[review["order_id"]]:
            dated += [(seller, written, "reviews", 1), (seller, written, "rating_sum", rating)]
            dated.append((seller, written, "low_reviews", int(rating <= 2)))
    sums = Counter()
    for seller, date, measure, amount in dated:
        for window in WINDOWS:
            if AS_OF - dt.timedelta(days=window) <= date < AS_OF:
                sums[seller, f"{measure}_{window}"] += amount
    return {seller for seller, _order in pairs}, sums


def test_everything_lands_and_the_rest_is_reported(imported):
    assert Order.objects.count() == 7_433
    assert OrderLine.objects.count() == 8_365
    assert Merchant.objects.exclude(external_id=None).count() == 1_610
    assert imported.rejects["no_lines"] == 775
    with imported.rejects_path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    without_items = {row["order_id"] for row in read("orders")} - {row["order_id"] for row in read("order_items")}
    assert {row["value"] for row in rows if row["file"] == "olist_orders_dataset.csv"} == without_items
    # A review of an order that has no merchant has none either: reported, too.
    orphans = [row for row in read("order_reviews") if row["order_id"] in without_items]
    assert imported.rejects == {"no_lines": 775, "unknown_order": len(orphans)}


def test_counters_are_those_computed_from_the_files_alone(imported):
    call_command("update_counters", as_of=selectors.start_of(AS_OF))
    sellers, expected = expected_windows()
    numbers = dict(Merchant.objects.values_list("id", "external_id"))
    stored = {numbers[row["merchant_id"]]: row for row in WindowCounter.objects.values()}
    assert set(stored) == sellers
    for seller in sellers:
        for measure in MEASURES:
            for window in WINDOWS:
                name = f"{measure}_{window}"
                assert stored[seller][name] == expected[seller, name], (seller, name)
    assert sum(value for (_seller, name), value in expected.items() if name == "late_30") > 50  # it says something
    assert not counters.recount()


def test_the_same_files_again_change_nothing(imported, tmp_path):
    again = import_facts("olist", OLIST, rejects_path=tmp_path / "rejects.csv")
    changed = {what: count for what, count in again.counts.items() if count and not what.endswith("unchanged")}
    assert changed == {}
    assert again.counts["order unchanged"] == 7_433


def test_one_order_reads_as_in_the_files(imported):
    row = next(row for row in read("orders") if row["order_id"] == "a4591c265e18cb1dcee52889e2d8acc3")
    items = [item for item in read("order_items") if item["order_id"] == row["order_id"]]
    order = Order.objects.get(external_id=row["order_id"])
    assert order.merchant.external_id == items[0]["seller_id"]
    assert order.merchant.shop_name.startswith(f"Seller {items[0]['seller_id'][:6]} · ")
    assert order.state == "delivered"
    assert (order.amount, order.currency) == (sum(cents(item["price"]) for item in items), "BRL")
    assert order.placed_at == moment(row["order_purchase_timestamp"])
    assert order.promised_at == moment(row["order_estimated_delivery_date"])
    assert order.lines.count() == len(items)
    assert Shipment.objects.get(order=order).delivered_at == moment(row["order_delivered_customer_date"])
    assert order.reviews.count() >= 1


def test_what_was_cancelled_and_by_whom(imported):
    by = Counter(Order.objects.values_list("state", "cancelled_by"))
    statuses = Counter()
    landed = {item["order_id"]: set() for item in read("order_items")}
    for item in read("order_items"):
        landed[item["order_id"]].add(item["seller_id"])
    for row in read("orders"):
        statuses[row["order_status"]] += len(landed.get(row["order_id"], ()))
    assert by["cancelled", "unknown"] == statuses["canceled"]
    assert by["cancelled", "merchant"] == statuses["unavailable"]


def test_reviews_reach_every_merchant_of_an_order(imported):
    sellers = defaultdict(set)
    for item in read("order_items"):
        sellers[item["order_id"]].add(item["seller_id"])
    assert Review.objects.count() == sum(len(sellers[row["order_id"]]) for row in read("order_reviews"))
