"""API keys in the portal and in the console: who may, what is shown once, what is refused."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import Member
from shopops.api import tokens
from shopops.api.models import ApiKey, ApiSecret
from tests.api.conftest import Caller

NEW = {"name": "ERP", "scopes": ["orders:read"], "days": "90"}


def token_in(answer):
    page = answer.content.decode()
    (token,) = {word for word in page.replace("<", " ").replace(">", " ").split() if tokens.is_well_formed(word)}
    return token


@pytest.fixture
def portal(market, client):
    client.force_login(market.owner)
    return client


def test_an_owner_makes_a_key_and_sees_its_secret_once(portal, market):
    answer = portal.post(reverse("api_key_new"), NEW)
    token = token_in(answer)
    assert "no-store" in answer["Cache-Control"]
    assert Caller(token).get("/api/v1/orders/").status_code == 200
    key = ApiKey.objects.get(name="ERP")
    assert (key.merchant_id, key.created_by, key.scopes) == (market.shop.pk, market.owner, ["orders:read"])
    assert 89 < (key.expires_at - timezone.now()).days + 1 <= 90
    page = portal.get(reverse("api_keys")).content.decode()
    assert token not in page and token[:14] in page


def test_a_new_secret_is_shown_once_and_the_old_one_stays_for_the_chosen_time(portal, market):
    answer = portal.post(reverse("api_key_rotate", args=[market.shop_key.key.pk]), {"grace": "24"})
    assert Caller(token_in(answer)).get("/api/v1/orders/").status_code == 200
    left = ApiSecret.objects.get(key=market.shop_key.key, valid_until__isnull=False).valid_until - timezone.now()
    assert dt.timedelta(hours=23) < left <= dt.timedelta(hours=24)


def test_a_revoked_key_stays_on_the_page_without_buttons(portal, market):
    url = reverse("api_key_revoke", args=[market.shop_key.key.pk])
    for _press in range(2):
        assert portal.post(url).status_code == 302
    page = portal.get(reverse("api_keys")).content.decode()
    assert "Revoked" in page and url not in page


def test_a_scope_that_is_not_the_shops_cannot_be_chosen(portal):
    answer = portal.post(reverse("api_key_new"), NEW | {"scopes": ["complaints:file"]})
    assert answer.status_code == 422 and not ApiKey.objects.filter(name="ERP").exists()


def test_another_shops_keys_are_out_of_reach(portal, market):
    assert market.other_key.token[:14] not in portal.get(reverse("api_keys")).content.decode()
    for name in ("api_key_rotate", "api_key_revoke"):
        assert portal.post(reverse(name, args=[market.other_key.key.pk]), {"grace": "0"}).status_code == 404
    assert ApiKey.objects.get(pk=market.other_key.key.pk).state == "active"


@pytest.mark.parametrize("role", ["manager", "fulfilment", "service", "viewer"])
def test_only_who_manages_the_api_gets_there(market, make_user, client, role):
    user = make_user("worker")
    Member.objects.create(merchant=market.shop, user=user, role=role)
    client.force_login(user)
    assert client.get(reverse("api_keys")).status_code == 403
    assert client.post(reverse("api_key_new"), NEW).status_code == 403
    assert not ApiKey.objects.filter(name="ERP").exists()


def test_nothing_is_made_while_a_hold_stands(portal, market, monkeypatch):
    from merchants.views import api_keys
    from shopops.signin.holds import Held

    def held(user):
        raise Held(timezone.now() + dt.timedelta(hours=3))

    monkeypatch.setattr(api_keys, "refuse_while_held", held)
    assert portal.post(reverse("api_key_new"), NEW).status_code == 422
    portal.post(reverse("api_key_rotate", args=[market.shop_key.key.pk]), {"grace": "0"})
    assert not ApiKey.objects.filter(name="ERP").exists()
    assert ApiSecret.objects.filter(key=market.shop_key.key).count() == 1


def test_an_operator_makes_rotates_and_revokes_a_key_of_the_platform(market, client):
    client.force_login(market.root)
    token = token_in(client.post(reverse("admin:api_apikey_new"), NEW))
    assert Caller(token).get("/api/v1/orders/").status_code == 200
    key = ApiKey.objects.get(name="ERP")
    fresh = token_in(client.post(reverse("admin:api_apikey_rotate", args=[key.pk]), {"grace": "0"}))
    assert Caller(token).get("/api/v1/orders/").status_code == 401
    page = client.get(reverse("admin:api_apikey_changelist")).content.decode()
    assert fresh[:14] in page and fresh not in page
    client.post(reverse("admin:api_apikey_revoke", args=[key.pk]), {"reason": "No longer used."})
    assert Caller(fresh).get("/api/v1/orders/").status_code == 401


def test_operators_end_a_shops_key_but_never_hold_its_secret(market, client):
    client.force_login(market.root)
    key = market.shop_key.key
    assert client.post(reverse("admin:api_apikey_rotate", args=[key.pk]), {"grace": "0"}).status_code == 404
    assert client.post(reverse("admin:api_apikey_revoke", args=[key.pk]), {"reason": "Leaked."}).status_code == 302
    assert ApiKey.objects.get(pk=key.pk).state == "revoked"


@pytest.mark.parametrize("role", ["auditor", "reviewer"])
def test_operators_without_the_right_change_nothing(market, make_user, client, role):
    client.force_login(make_user("other", roles=[role]))
    pk = market.platform.key.pk
    for name, args in (("new", []), ("rotate", [pk]), ("revoke", [pk])):
        assert client.post(reverse(f"admin:api_apikey_{name}", args=args), NEW).status_code == 403
    assert client.get(reverse("admin:api_apikey_changelist")).status_code == (200 if role == "auditor" else 403)
    assert ApiKey.objects.get(pk=pk).state == "active"
