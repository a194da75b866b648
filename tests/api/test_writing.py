"""What programs can do: file a complaint, answer it, work on a warning."""

import pytest
from django.utils import timezone

from complaints.models import Complaint
from shopops.audit.models import Entry
from tests.api.test_access import identifiers
from tests.orders.factories import make_order
from warning_center.models import Warning

URL = "/api/v1/complaints/"
WORDS = {"kind": "logistics", "text": "Late.", "buyer_name": "Ada", "buyer_contact": "ada@example.com"}


def test_a_complaint_finds_its_shop_by_the_order(market):
    order = make_order(market.shop, timezone.now(), external_id="N-1")
    answer = market.platform.post(URL, WORDS | {"order_reference": "N-1"})
    assert answer.status_code == 201
    filed = Complaint.objects.get(order_reference="N-1")
    assert filed.merchant_id == order.merchant_id and filed.buyer_name == "Ada"
    assert market.platform.get(answer["Location"]).json() == answer.json()
    assert Entry.objects.filter(action="complaints.complaint.filed", object_id=filed.pk).get().actor == market.root


def test_an_order_that_two_shops_have_asks_for_the_shop(market):
    for shop in (market.shop, market.other):
        make_order(shop, timezone.now(), external_id="N-1")
    answer = market.platform.post(URL, WORDS | {"order_reference": "N-1"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/merchant")
    answer = market.platform.post(URL, WORDS | {"order_reference": "N-1", "merchant": market.other.pk})
    assert answer.json()["merchant"] == market.other.pk


@pytest.mark.parametrize(
    ("more", "pointer"), [({"order_reference": "none"}, "#/order_reference"), ({"merchant": 99999999}, "#/merchant")]
)
def test_what_cannot_be_found_is_named(market, more, pointer):
    answer = market.platform.post(URL, WORDS | {"order_reference": "none"} | more)
    assert (answer.status_code, answer.json()["code"]) == (422, "unprocessable")
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_shop_answers_once(market):
    url = f"{URL}{identifiers(market.shop)['complaints']}/answer/"
    answer = market.shop_key.post(url, {"text": "Sent again today."})
    assert (answer.status_code, answer.json()["state"]) == (200, "answered")
    again = market.shop_key.post(url, {"text": "Other."})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert Complaint.objects.get(pk=answer.json()["id"]).answer == "Sent again today."


def test_a_warning_goes_its_way(market):
    number = identifiers(market.shop)["warnings"]
    url = f"/api/v1/warnings/{number}/"
    for _again in range(2):
        assert market.shop_key.post(f"{url}acknowledge/").json()["state"] == "acknowledged"
    for _again in range(2):
        assert market.shop_key.post(f"{url}rectify/").json()["state"] == "rectifying"
    seen = market.shop_key.get(url).json()["finding"]
    stale = market.shop_key.post(f"{url}submit/", {"finding": seen + 1000})
    assert stale.status_code == 409
    answer = market.shop_key.post(f"{url}submit/", {"finding": seen, "note": "New courier."})
    assert (answer.status_code, answer.json()["state"]) == (200, "rectifying")  # the document still runs out
    assert answer.json()["finding"] > seen
    assert Entry.objects.filter(action="warnings.warning.submitted", reason="New courier.").exists()
    assert Warning.objects.get(number=number).state == "rectifying"


def test_submitting_what_nobody_rectifies_is_a_conflict(market):
    url = f"/api/v1/warnings/{identifiers(market.shop)['warnings']}/submit/"
    assert market.shop_key.post(url, {}).status_code == 409
