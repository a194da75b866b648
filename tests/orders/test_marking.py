"""A risk analyst leaves malicious orders out of every metric, in the console, with a reason."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import Merchant
from orders.counters import recount, slide
from orders.models import Order
from shopops.audit.models import Entry
from shopops.metrics.selectors import evaluate_one

LIST = "admin:orders_order_changelist"


@pytest.fixture
def orders(db):
    merchant = Merchant.objects.create(shop_name="Mubai Toys")
    now = timezone.now()
    slide(timezone.localdate(now))
    return [
        Order.objects.create(
            merchant=merchant,
            external_id=f"A-{number}",
            placed_at=now - dt.timedelta(days=9),
            ship_by=now - dt.timedelta(days=7),
            amount=100,
        )
        for number in range(4)
    ]


def late(orders):
    value = evaluate_one(orders[0].merchant_id, ["late_shipment_30d"], as_of=timezone.now())["late_shipment_30d"]
    return value.numerator, value.denominator


def mark(client, action, orders, **fields):
    return client.post(reverse(LIST), {"action": action, "_selected_action": [o.pk for o in orders], **fields})


def test_orders_left_out_leave_the_metrics_at_once_and_come_back(client, make_user, orders):
    client.force_login(make_user("risk", roles=["risk_analyst"]))
    assert late(orders) == (4, 4)
    page = mark(client, "leave_out", orders[:3])
    assert "A-0" in page.content.decode() and late(orders) == (4, 4), "nothing happens before a reason is given"
    mark(client, "leave_out", orders[:3], confirmed="1", reason="one buyer, one night")
    assert late(orders) == (1, 1)
    mark(client, "count_again", orders[:1], confirmed="1", reason="it was a school")
    assert late(orders) == (2, 2)
    assert not recount(), "the counters agree with the facts"
    assert Entry.objects.filter(action="orders.excluded", reason="one buyer, one night").count() == 3


def test_without_a_reason_nothing_is_left_out(client, make_user, orders):
    client.force_login(make_user("risk", roles=["risk_analyst"]))
    mark(client, "leave_out", orders, confirmed="1", reason="  ")
    assert not Order.objects.filter(is_excluded=True).exists()


def test_who_may_only_look_cannot_leave_orders_out(client, make_user, orders):
    client.force_login(make_user("desk", roles=["logistics_desk"]))
    mark(client, "leave_out", orders, confirmed="1", reason="because")
    assert not Order.objects.filter(is_excluded=True).exists()
