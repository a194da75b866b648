"""The score through the API: the same numbers as the page, for the same people."""

import datetime as dt

import pytest
from django.utils import timezone

from merchants.credit.models import ScoreSnapshot
from shopops.metrics.selectors import marketplace_day
from tests.merchants.credit.conftest import run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policy")]

URL = "/api/v1/scores/"


@pytest.fixture
def owner(make_user):
    """The owner of the shop."""
    return make_user("owner")


@pytest.fixture
def shop(make_shop, count, owner):
    """A shop that was scored ten days ago and today."""
    shop = make_shop(owner=owner, external_id="seller-1")
    count(shop, back=15, late=0, orders=50)
    run(10)
    count(shop, back=5, late=5, orders=10)
    run()
    return shop


def test_owners_read_their_score_with_its_ledger(client, owner, shop):
    client.force_login(owner)
    (body,) = client.get(URL).json()["results"]
    snapshot = ScoreSnapshot.objects.get(is_current=True)
    assert (body["score"], body["grade"], body["merchant"]) == (snapshot.score, snapshot.grade, shop.pk)
    assert sum(line["points"] for line in body["contributions"]) == body["score"]
    assert sum(part["points"] for part in body["components"]) == body["score"]
    assert sum(part["max_points"] for part in body["components"]) == 1000
    assert body["policy"] == {"version": 1, "content_hash": snapshot.policy_version.content_hash}
    late = next(line for line in body["contributions"] if line["item"] == "test_late_30d")
    assert (late["numerator"], late["denominator"]) == (5, 60)
    assert client.get(f"{URL}{shop.pk}/").json() == body


def test_a_score_can_be_read_as_of_a_day(client, owner, shop):
    client.force_login(owner)
    day = marketplace_day(timezone.now()) - dt.timedelta(days=4)
    body = client.get(f"{URL}{shop.pk}/", {"on": day.isoformat()}).json()
    assert body["since"] == (day - dt.timedelta(days=6)).isoformat()
    assert client.get(f"{URL}{shop.pk}/", {"on": "2001-01-01"}).status_code == 404


@pytest.mark.parametrize("text", ["tomorrow", "2026-02-30", "2026-1"])
def test_a_wrong_day_is_refused_with_the_name_of_the_field(client, owner, shop, text):
    client.force_login(owner)
    response = client.get(URL, {"on": text})
    assert response.status_code == 400 and "on" in response.content.decode()


def test_other_merchants_and_strangers_read_nothing(client, make_user, make_shop, shop):
    assert client.get(URL).status_code in (401, 403)
    stranger = make_user("stranger")
    make_shop("Other", owner=stranger)
    client.force_login(stranger)
    assert client.get(URL).json()["results"] == []
    assert client.get(f"{URL}{shop.pk}/").status_code == 404
    assert client.get(f"{URL}999999999999/").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("risk_analyst", 200), ("auditor", 200), ("announcer", 403)])
def test_operators_read_any_score_if_their_role_may(client, make_user, shop, role, status):
    client.force_login(make_user("operator", roles=[role]))
    assert client.get(f"{URL}{shop.pk}/").status_code == status
    listed = [score["merchant"] for score in client.get(URL).json().get("results", [])]
    assert listed == ([shop.pk] if status == 200 else [])


def test_the_list_leaves_out_shops_without_a_score_and_pages(client, make_user, make_shop, shop):
    make_shop("New")
    client.force_login(make_user("operator", roles=["auditor"]))
    body = client.get(URL, {"page_size": 1}).json()
    assert [score["merchant"] for score in body["results"]] == [shop.pk] and body["next"] is None


def test_names_come_in_the_language_of_the_request(client, owner, shop):
    client.force_login(owner)
    chinese = client.get(URL, HTTP_ACCEPT_LANGUAGE="zh-CN").json()["results"][0]["contributions"]
    assert [line["name"] for line in chinese] == ["入驻时长", "延迟发货", "平均评分"]
