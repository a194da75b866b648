"""Who reaches what: keys of shops and of the platform, members by their right, operators by their permission."""

import re

import pytest

from complaints.models import Complaint
from merchants.changes.models import ChangeRequest, Verification
from merchants.exits.models import Exit
from merchants.file.models import Visit
from merchants.models import Application, Member
from merchants.screening.models import OpinionRequest
from orders.models import Order
from shopops.policies.models import PolicyVersion
from tests.api.routes import LISTS, operations
from warning_center.models import Warning


def identifiers(merchant):
    """The address of one object of every kind that belongs to a shop."""
    return {
        "merchants": merchant.pk,
        "scores": merchant.pk,
        "orders": Order.objects.filter(merchant=merchant).first().pk,
        "warnings": Warning.objects.filter(merchant=merchant).first().number,
        "complaints": Complaint.objects.filter(merchant=merchant).first().pk,
        "applications": Application.objects.filter(number__startswith=f"A-{merchant.pk}-").first().number,
        "agreements": PolicyVersion.objects.filter(kind="agreement").first().pk,
        "change-requests": ChangeRequest.objects.filter(merchant=merchant).first().number,
        "exits": Exit.objects.filter(merchant=merchant).first().pk,
        "opinion-requests": OpinionRequest.objects.first().pk,
        "verifications": Verification.objects.filter(merchant=merchant).first().pk,
        "visits": Visit.objects.filter(merchant=merchant).first().pk,
    }


def belongs_to(row, kind, merchant):
    if kind == "applications":
        return row["number"].startswith(f"A-{merchant.pk}-")
    return row["id" if kind == "merchants" else "merchant"] == merchant.pk


@pytest.mark.parametrize("kind", [kind for kind in LISTS if kind != "applications"])
def test_a_shops_key_reads_its_own_and_finds_nothing_of_others(market, kind):
    rows = market.shop_key.get(f"/api/v1/{kind}/").json()["results"]
    assert rows and all(belongs_to(row, kind, market.shop) for row in rows)
    assert market.shop_key.get(f"/api/v1/{kind}/{identifiers(market.shop)[kind]}/").status_code == 200
    answer = market.shop_key.get(f"/api/v1/{kind}/{identifiers(market.other)[kind]}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert market.other.shop_name not in answer.content.decode()


@pytest.mark.parametrize("kind", LISTS)
def test_the_platforms_key_reads_all_shops(market, kind):
    rows = market.platform.get(f"/api/v1/{kind}/").json()["results"]
    assert any(belongs_to(row, kind, market.shop) for row in rows)
    assert any(belongs_to(row, kind, market.other) for row in rows)


@pytest.mark.parametrize("kind", LISTS)
def test_members_read_their_own_by_session(market, client, kind):
    client.force_login(market.owner)
    rows = client.get(f"/api/v1/{kind}/").json()["results"]
    assert rows and all(belongs_to(row, kind, market.shop) for row in rows)
    assert client.get(f"/api/v1/{kind}/{identifiers(market.other)[kind]}/").status_code == 404


def test_a_shop_that_is_filtered_for_stays_out_of_reach(market):
    for kind in ("orders", "warnings", "complaints"):
        answer = market.shop_key.get(f"/api/v1/{kind}/", {"merchant": market.other.pk})
        assert answer.json()["results"] == []


@pytest.mark.parametrize(
    ("role", "open_kinds"),
    [
        ("fulfilment", {"orders"}),
        ("service", {"orders", "complaints"}),
        ("viewer", set(LISTS)),
        ("manager", set(LISTS)),
    ],
)
def test_a_members_role_decides(market, make_user, client, role, open_kinds):
    user = make_user("worker")
    Member.objects.create(merchant=market.shop, user=user, role=role)
    client.force_login(user)
    for kind in ("orders", "warnings", "scores", "complaints"):
        answer = client.get(f"/api/v1/{kind}/")
        assert answer.status_code == (200 if kind in open_kinds else 403), kind
        if answer.status_code == 403:
            assert answer.json()["scope"] == f"{kind}:read"
            detail = client.get(f"/api/v1/{kind}/{identifiers(market.shop)[kind]}/")
            assert detail.status_code == 403


@pytest.mark.parametrize(
    "operation", [each for each in operations() if not each.is_public], ids=lambda o: f"{o.method} {o.path}"
)
def test_every_closed_operation_refuses_strangers_and_keys_without_its_scope(market, new_key, operation):
    path = re.sub(r"{(\w+)}", lambda found: "x" if found[1] == "number" else "1", operation.path)
    send = lambda who: who.send(operation.method, path, {})  # noqa: E731
    assert send(market.anonymous).status_code == 401
    (scope,) = next(each["apiKey"] for each in operation.spec["security"] if "apiKey" in each)
    lacking = [code for code in ("orders:read", "complaints:read") if code != scope][:1]
    answer = send(new_key(market.root, *lacking))
    body = answer.json()
    assert (answer.status_code, body["code"], body["scope"]) == (403, "scope_missing", scope)
    assert scope in body["detail"]


def test_only_a_shop_answers_a_warning_and_only_with_the_right(market, client, make_user):
    number = identifiers(market.shop)["warnings"]
    url = f"/api/v1/warnings/{number}/acknowledge/"
    assert market.other_key.post(url).status_code == 404
    assert market.platform.post(url).status_code == 403
    viewer = make_user("viewer")
    Member.objects.create(merchant=market.shop, user=viewer, role="viewer")
    client.force_login(viewer)
    assert client.post(url).status_code == 403
    assert Warning.objects.get(number=number).state == "open"
    assert market.shop_key.post(url).json()["state"] == "acknowledged"


def test_only_a_shop_answers_a_complaint(market):
    pk = identifiers(market.shop)["complaints"]
    assert market.other_key.post(f"/api/v1/complaints/{pk}/answer/", {"text": "No."}).status_code == 404
    assert market.platform.post(f"/api/v1/complaints/{pk}/answer/", {"text": "No."}).status_code == 403
    assert Complaint.objects.get(pk=pk).state == "received"


def test_a_shop_cannot_file_complaints(market):
    body = {"order_reference": "o", "kind": "quality", "text": "x", "buyer_name": "x", "buyer_contact": "x"}
    answer = market.shop_key.post("/api/v1/complaints/", body)
    assert (answer.status_code, answer.json()["scope"]) == (403, "complaints:file")


def test_the_buyers_name_and_contact_never_leave(market):
    for who in (market.platform, market.shop_key):
        pk = identifiers(market.shop)["complaints"]
        text = who.get("/api/v1/complaints/").content.decode() + who.get(f"/api/v1/complaints/{pk}/").content.decode()
        assert "Secret Buyer" not in text and "13900000000" not in text


def test_a_key_is_no_person(market):
    """A page that looks at the session only stays closed."""
    answer = market.platform.get("/portal/")
    assert answer.status_code == 302 and "login" in answer.url


def test_a_draft_is_its_applicants_alone(market, client):
    draft = Application.objects.create(number="A-draft", applicant=market.owner, shop_name="Mine")
    assert market.platform.get(f"/api/v1/applications/{draft.number}/").status_code == 404
    client.force_login(market.owner)
    assert client.get(f"/api/v1/applications/{draft.number}/").status_code == 200


def test_a_session_needs_its_csrf_token(market):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(market.owner)
    answer = client.post(f"/api/v1/warnings/{identifiers(market.shop)['warnings']}/acknowledge/")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
