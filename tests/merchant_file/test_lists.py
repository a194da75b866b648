"""The console's lists: found by what people type, narrowed by what matters, taken away exactly as shown."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from merchants.models import Document, Merchant
from merchants.policy import ONBOARDING
from shopops.audit.models import Entry
from shopops.policies.services import load_pack, load_packs

MERCHANTS = "admin:merchants_merchant_changelist"
USCC = "9144030071526726XG"


@pytest.fixture
def shops(db):
    load_pack(ONBOARDING)
    tea = Merchant.objects.create(
        shop_name="云和茶坊", external_id="S-7", uscc=USCC, contact_phone="138 0013 8000", category="food",
        region="浙江", contact_name="陈怡雯", channel="organic_search",
    )  # fmt: skip
    toys = Merchant.objects.create(
        shop_name="Wooden Toys", legal_name="Toys (Munich) GmbH", external_id="S-8", category="toys",
        verified_at=timezone.now() - dt.timedelta(days=200),
    )  # fmt: skip
    return tea, toys


def names(client, query, url=MERCHANTS):
    return [str(row) for row in client.get(reverse(url), query).context["cl"].result_list]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("云和", ["云和茶坊"]),
        ("wooden", ["Wooden Toys"]),
        ("toys (mun", ["Wooden Toys"]),
        ("S-7", ["云和茶坊"]),
        (USCC.lower(), ["云和茶坊"]),
        ("13800138000", ["云和茶坊"]),
        ("138-0013-8000", ["云和茶坊"]),
        ("+86 138 0013 8000", ["云和茶坊"]),
        ("1380013", []),
        ("陈怡雯", []),
        (".*", []),
        ("%", []),
    ],
)
def test_merchants_are_found_by_name_id_code_and_whole_phone(client, supervisor, shops, typed, found):
    client.force_login(supervisor)
    assert names(client, {"q": typed}) == found


def test_merchants_are_narrowed_by_what_matters(client, supervisor, shops, make_user):
    tea, _toys = shops
    Document.objects.create(
        merchant=tea, type="business_licence", original_name="a.png", content_type="image/png", size=1, sha256="0" * 64,
        uploaded_by=supervisor, file="a.png", expires_on=timezone.localdate() + dt.timedelta(days=10),
    )  # fmt: skip
    client.force_login(supervisor)
    assert names(client, {"ends": "15"}) == ["云和茶坊"]
    assert names(client, {"ends": "7"}) == [] == names(client, {"ends": "over"})
    assert names(client, {"verified": "180"}) == ["Wooden Toys"]
    assert names(client, {"category__exact": "food"}) == ["云和茶坊"]
    assert names(client, {"channel__icontains": "organic"}) == ["云和茶坊"]
    assert names(client, {"warning": "any"}) == []
    assert len(names(client, {"warning": "none"})) == 2
    assert len(names(client, {"grade": "none"})) == 2 and names(client, {"grade": "A"}) == []


def test_filters_of_other_apps_are_offered_by_permission(client, shops, make_user):
    client.force_login(make_user("lin", roles=["reviewer"]))
    page = client.get(reverse(MERCHANTS))
    assert "open warning" not in page.text
    # Not offered means not there: the address is refused like any unknown filter.
    assert client.get(reverse(MERCHANTS), {"warning": "any"}).status_code == 302


def test_names_lead_to_the_file(client, supervisor, shops):
    client.force_login(supervisor)
    assert reverse("merchant_file:file", args=[shops[0].pk]) in client.get(reverse(MERCHANTS)).text


def rows(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_exactly_what_is_filtered_with_personal_data_masked(client, make_user, shops):
    user = make_user("lin", roles=["reviewer"])
    client.force_login(user)
    url = reverse("admin:merchants_merchant_export")
    taken = rows(client.post(f"{url}?category__exact=food"))
    assert [row["shop_name"] for row in taken] == ["云和茶坊"]
    assert taken[0]["contact_phone"].endswith("8000") and "****" in taken[0]["contact_phone"]
    entry = Entry.objects.get(action="merchants.list.exported")
    assert entry.actor == user and entry.after["filters"] == {"category__exact": "food"}
    assert entry.after["personal_data"] is False


def test_personal_data_leave_in_full_only_with_the_right_and_a_reason(client, make_user, shops):
    url = reverse("admin:merchants_merchant_export")
    client.force_login(make_user("risk", roles=["risk_analyst"]))
    assert all(
        row["contact_phone"] != "138 0013 8000" for row in rows(client.post(url, {"in_full": "on", "reason": "x"}))
    )
    client.force_login(make_user("lin", roles=["reviewer"]))
    assert client.post(url, {"in_full": "on"}).status_code == 302
    taken = rows(client.post(url, {"in_full": "on", "reason": "Recall of tea"}))
    assert "138 0013 8000" in {row["contact_phone"] for row in taken}
    entry = Entry.objects.filter(action="merchants.list.exported").order_by("-pk").first()
    assert entry.reason == "Recall of tea" and entry.after["personal_data"] is True


def test_what_was_searched_for_does_not_enter_the_log_in_full(client, supervisor, shops):
    client.force_login(supervisor)
    client.post(reverse("admin:merchants_merchant_export") + "?q=13800138000")
    assert "13800138000" not in str(Entry.objects.get(action="merchants.list.exported").after)


def test_a_list_counts_no_further_than_its_limit(client, supervisor, shops, monkeypatch):
    from shopops import adminbase

    monkeypatch.setattr(adminbase, "COUNT_LIMIT", 1)
    client.force_login(supervisor)
    for name in ("merchant", "application", "document"):
        page = client.get(reverse(f"admin:merchants_{name}_changelist"))
        assert page.status_code == 200
        assert page.context["cl"].paginator.count <= 1


@pytest.mark.parametrize("name", ["merchant", "application", "document"])
def test_exports_are_closed_to_who_may_not_see_the_list(client, make_user, owner, name):
    url = reverse(f"admin:merchants_{name}_export")
    client.force_login(owner)
    assert client.post(url).status_code == 302
    client.force_login(make_user("op", is_staff=True))
    assert client.post(url).status_code == 403
    assert client.get(url).status_code in (403, 405)


def test_documents_and_applications_export_their_columns(client, supervisor, shops):
    load_packs()
    Document.objects.create(
        merchant=shops[0], type="business_licence", original_name="a.png", content_type="image/png", size=1,
        sha256="0" * 64, uploaded_by=supervisor, file="a.png", number="=1+1",
    )  # fmt: skip
    client.force_login(supervisor)
    (document,) = rows(client.post(reverse("admin:merchants_document_export") + "?type=business_licence"))
    assert document["shop_name"] == "云和茶坊" and document["number"] == "'=1+1"
    assert rows(client.post(reverse("admin:merchants_application_export"))) == []
