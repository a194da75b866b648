"""Endpoints in the portal and in the console."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import Member, Merchant
from shopops.audit.models import Entry
from shopops.webhooks import services
from shopops.webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Merchant:
    return Merchant.objects.create(shop_name="Linen House")


@pytest.fixture
def owner(client, make_user, shop):
    user = make_user("lin")
    Member.objects.create(merchant=shop, user=user)
    client.force_login(user)
    return user


def add(client, receiver, side="webhooks", **more):
    return client.post(reverse(f"{side}:new"), {"url": receiver.url, "description": "ERP", **more})


def test_an_owner_adds_an_endpoint_and_sees_its_secret_once(client, owner, shop, receiver):
    response = add(client, receiver, events=["complaints.complaint.filed"])
    endpoint = Endpoint.objects.get()
    assert endpoint.merchant_id == shop.pk
    assert endpoint.secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    for page in (reverse("webhooks:list"), reverse("webhooks:endpoint", args=[endpoint.pk])):
        text = client.get(page).content.decode()
        assert "ERP" in text and endpoint.secret not in text
    assert not Entry.objects.filter(after__icontains=endpoint.secret).exists()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "http://10.0.0.1/"}, "https"),
        ({"url": "https://10.0.0.1/"}, "public internet"),
        ({"url": "javascript:alert(1)"}, "not an address"),
        ({"events": ["merchants.application.approval_proposed"]}, "not one of the available"),
    ],
)
def test_what_cannot_be_called_or_chosen_is_refused_at_its_field(client, owner, receiver, fields, said):
    response = add(client, receiver, **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Endpoint.objects.exists()


def test_every_page_and_button_of_the_portal(client, owner, shop, receiver, make_endpoint, happen):
    endpoint = make_endpoint(receiver, merchant_id=shop.pk)
    event = happen(merchant_id=shop.pk, number="C-1")
    delivery = Delivery.objects.get()
    for name, args in (
        ("list", []),
        ("new", []),
        ("events", []),
        ("endpoint", [endpoint.pk]),
        ("edit", [endpoint.pk]),
        ("delivery", [delivery.pk]),
    ):
        assert client.get(reverse(f"webhooks:{name}", args=args)).status_code == 200, name

    def press(verb, **data):
        return client.post(reverse("webhooks:act", args=[endpoint.pk, verb]), data, follow=True)

    assert "answered 200" in press("test").content.decode()
    old = endpoint.secret
    assert Endpoint.objects.get().secret == old
    assert press("rotate").status_code == 200
    assert Endpoint.objects.get().secret != old and Endpoint.objects.get().previous_secret == old
    press("off")
    assert not Endpoint.objects.get().is_active
    press("on")
    assert Endpoint.objects.get().is_active
    since = timezone.localtime(event.occurred_at - dt.timedelta(minutes=2))
    Delivery.objects.filter(pk=delivery.pk).update(state="delivered", finished_at=timezone.now())
    assert "is sent again" in press("replay", since=f"{since:%Y-%m-%dT%H:%M}").content.decode()
    assert Delivery.objects.get(pk=delivery.pk).state == "waiting"
    assert press("replay", since="nonsense").status_code == 422
    client.post(reverse("webhooks:act_on_delivery", args=[delivery.pk, "skip"]))
    assert Delivery.objects.get(pk=delivery.pk).state == "skipped"
    client.post(reverse("webhooks:act_on_delivery", args=[delivery.pk, "again"]))
    assert Delivery.objects.get(pk=delivery.pk).state == "waiting"
    assert press("nothing").status_code == 404
    press("remove")
    assert client.get(reverse("webhooks:endpoint", args=[endpoint.pk])).status_code == 404
    assert not Endpoint.objects.get().is_active


def test_the_log_is_filtered(client, owner, shop, make_endpoint, happen):
    endpoint = make_endpoint(merchant_id=shop.pk)
    happen("complaints.complaint.filed", merchant_id=shop.pk)
    happen("complaints.complaint.upheld", merchant_id=shop.pk)
    Delivery.objects.filter(event__type__endswith="upheld").update(state="delivered", finished_at=timezone.now())
    url = reverse("webhooks:endpoint", args=[endpoint.pk])

    def shown(**query):
        page = client.get(url, query).context["page"]
        return {each.event.type.rpartition(".")[2] for each in page}

    assert shown() == {"filed", "upheld"}
    assert shown(state="delivered") == {"upheld"}
    assert shown(type="complaints.complaint.filed") == {"filed"}
    assert shown(state="nonsense", type="'") == {"filed", "upheld"}


def test_another_shops_endpoints_and_deliveries_do_not_exist(client, owner, make_endpoint, happen):
    other = Merchant.objects.create(shop_name="Other")
    foreign, platform = make_endpoint(merchant_id=other.pk), make_endpoint()
    happen(merchant_id=other.pk)
    for endpoint in (foreign, platform):
        for name in ("endpoint", "edit"):
            assert client.get(reverse(f"webhooks:{name}", args=[endpoint.pk])).status_code == 404
        for verb in ("rotate", "test", "off", "on", "remove", "replay"):
            assert client.post(reverse("webhooks:act", args=[endpoint.pk, verb])).status_code == 404
    for delivery in Delivery.objects.all():
        assert client.get(reverse("webhooks:delivery", args=[delivery.pk])).status_code == 404
        assert client.post(reverse("webhooks:act_on_delivery", args=[delivery.pk, "skip"])).status_code == 404
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}


def test_a_hold_keeps_secrets_as_they_are(client, owner, shop, make_endpoint, receiver, monkeypatch):
    from django.core.exceptions import ValidationError

    from merchants.views import webhooks

    def held(_user):
        raise ValidationError("held until tomorrow")

    monkeypatch.setattr(webhooks, "refuse_while_held", held)
    endpoint = make_endpoint(receiver, merchant_id=shop.pk)
    response = client.post(reverse("webhooks:act", args=[endpoint.pk, "rotate"]), follow=True)
    assert "held until tomorrow" in response.content.decode()
    assert Endpoint.objects.get().secret == endpoint.secret
    assert add(client, receiver).status_code == 422
    changed = client.post(reverse("webhooks:edit", args=[endpoint.pk]), {"url": "https://127.0.0.1/other"})
    assert changed.status_code == 422
    assert Endpoint.objects.get().url == endpoint.url


def test_operators_set_up_the_platforms_endpoints(client, supervisor, receiver, happen):
    client.force_login(supervisor)
    response = add(client, receiver, side="webhook_desk")
    endpoint = Endpoint.objects.get()
    assert endpoint.merchant_id is None and endpoint.secret in response.content.decode()
    happen()
    delivery = Delivery.objects.get()
    for name, args in (
        ("list", []),
        ("new", []),
        ("events", []),
        ("endpoint", [endpoint.pk]),
        ("edit", [endpoint.pk]),
        ("delivery", [delivery.pk]),
    ):
        page = client.get(reverse(f"webhook_desk:{name}", args=args))
        assert page.status_code == 200, name
        assert endpoint.secret not in page.content.decode()
    assert client.post(reverse("webhook_desk:act", args=[endpoint.pk, "rotate"])).status_code == 200


def test_operators_see_merchants_endpoints_and_may_only_switch_them_off(client, supervisor, make_endpoint, shop):
    client.force_login(supervisor)
    endpoint = make_endpoint(merchant_id=shop.pk)
    assert "Linen House" in client.get(reverse("webhook_desk:list")).content.decode()
    for verb in ("rotate", "test", "on", "remove", "replay"):
        assert client.post(reverse("webhook_desk:act", args=[endpoint.pk, verb])).status_code == 403
    assert client.get(reverse("webhook_desk:edit", args=[endpoint.pk])).status_code == 403
    client.post(reverse("webhook_desk:act", args=[endpoint.pk, "off"]))
    assert not Endpoint.objects.get().is_active


def test_looking_is_not_changing(client, make_user, make_endpoint):
    client.force_login(make_user("aud", roles=["auditor"]))
    endpoint = make_endpoint()
    text = client.get(reverse("webhook_desk:endpoint", args=[endpoint.pk])).content.decode()
    assert "Give a new secret" not in text and "Switch it off" not in text
    assert client.post(reverse("webhook_desk:act", args=[endpoint.pk, "off"])).status_code == 403
    client.force_login(make_user("rev", roles=["reviewer"]))
    assert client.get(reverse("webhook_desk:list")).status_code == 403


def test_an_owner_has_a_limited_number_of_endpoints(supervisor, make_endpoint, monkeypatch):
    from django.core.exceptions import ValidationError

    monkeypatch.setattr(services, "MOST_ENDPOINTS", 1)
    make_endpoint(merchant_id=1)
    make_endpoint(merchant_id=2)
    with pytest.raises(ValidationError, match="Remove one"):
        make_endpoint(merchant_id=1)
